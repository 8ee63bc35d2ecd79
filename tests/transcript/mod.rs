//! What is asked and answered, row by row of `reference/cal-v2.md`, as snapshots that a person can compare with it.
//!
//! A transcript is the same on both databases. Numbers and ids that are drawn, and instants of the clock, are redacted.

mod told;
mod sheet;
mod conventions;
mod slots;
mod hosts;
mod bookings;
mod event_types;
mod event_type_members;
mod private_links;
mod schedules;
mod me;
mod calendars;
mod older_shapes;
mod tape;
mod webhooks;
mod out_of_office;
