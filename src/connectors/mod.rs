//! Clients of outside protocols. They know no SQL and nothing of how Daybook stores what it knows.

pub mod address;
