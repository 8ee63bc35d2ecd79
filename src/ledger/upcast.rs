//! Old events, read as new ones: pure functions from one version of a payload to the next.
//!
//! To change a released event: raise its version in [`current_version`], add a step to [`upcast`], and keep the golden
//! file of the old version (`tests/golden/events`): it must stay readable for ever.

use serde_json::Value;

/// The version every event type was first released with.
pub const FIRST_VERSION: &str = "1.0";

/// The version new events of a type are written with.
pub fn current_version(_event_type: &str) -> &'static str {
    FIRST_VERSION
}

/// Brings a payload to the current version of its type, step by step. No event has a second version yet.
pub fn upcast(_event_type: &str, _event_version: &str, payload: Value) -> Value {
    payload
}
