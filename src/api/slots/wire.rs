//! Reservations on the wire (`reference` § 3).

use serde::Serialize;

/// A reservation as the wire shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Cal.com's names")]
pub(super) struct Reservation {
    /// Wire number.
    pub(super) event_type_id: i32,
    /// UTC, milliseconds.
    pub(super) slot_start: String,
    /// UTC, milliseconds.
    pub(super) slot_end: String,
    /// Minutes.
    pub(super) slot_duration: i64,
    /// Names the reservation; secret to who made it.
    pub(super) reservation_uid: String,
    /// Minutes; only in answers to making and changing it.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reservation_duration: Option<u32>,
    /// Free again from then on.
    pub(super) reservation_until: String,
}

/// A reservation to make, or the change of one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewReservation {
    /// Wire number.
    pub(super) event_type_id: i32,
    /// RFC 3339; a whole minute.
    pub(super) slot_start: String,
    /// Minutes; only of an event type with several lengths.
    #[schema(minimum = 1, maximum = 44_640)]
    pub(super) slot_duration: Option<u32>,
    /// Minutes, 5 by default; only with credentials of the tenant.
    #[schema(minimum = 1, maximum = 1_440)]
    pub(super) reservation_duration: Option<u32>,
}
