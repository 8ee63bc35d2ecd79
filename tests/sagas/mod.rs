//! Composite bookings: all segments or none, through any crash, any refusal and any provider that does not answer.

mod stage;
mod faulty;
mod crash;
mod faults;
mod stuck;
mod recovery;
mod keys;
