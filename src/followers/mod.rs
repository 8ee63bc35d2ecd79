//! After the commit: what is done because something was recorded, or because time has passed.
//!
//! A follower is level-triggered: on each tick it looks at what there is to do, so nothing is lost when a process dies, and
//! several processes may run it. It acts through the ledger like everybody else, as actor `system`.

pub mod lapsing;
pub mod webhooks;
