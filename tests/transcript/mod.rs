//! What clients of Cal.com's API see, row by row of the reference: requests and their whole answers, as snapshots.

mod sheet;
mod event_types;
mod event_type_members;
mod private_links;
mod schedules;
mod me;
mod calendars;
mod older_shapes;
