//! Days out of office on the wire (`reference` § 10).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::provider::event::{self, OutOfOfficeReason};

/// Days on which a user is out of office.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutOfOffice {
    /// Wire number.
    pub id: i32,
    /// UUID.
    pub uuid: uuid::Uuid,
    /// Who is out of office.
    pub user_id: i32,
    /// Who is booked instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_user_id: Option<i32>,
    /// 00:00:00.000Z of the first day, which is a day of the user's zone.
    pub start: String,
    /// 23:59:59.999Z of the last day.
    pub end: String,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Why.
    #[schema(value_type = String, example = "vacation")]
    pub reason: OutOfOfficeReason,
}

impl OutOfOffice {
    /// As it was recorded, with its notes.
    pub fn of(entry: &event::OutOfOffice, notes: Option<String>) -> Self {
        Self {
            id: entry.number.get(),
            uuid: entry.block.as_uuid(),
            user_id: entry.provider_number.get(),
            to_user_id: entry.redirect.map(|redirect| redirect.number.get()),
            start: format!("{}T00:00:00.000Z", entry.first),
            end: format!("{}T23:59:59.999Z", entry.last),
            notes,
            reason: entry.reason,
        }
    }
}

/// Days out of office to enter: what [`super::body`] reads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOutOfOffice {
    /// The first day: an instant of it in UTC.
    #[schema(example = "2031-07-01T00:00:00.000Z")]
    pub start: String,
    /// The last day, included.
    #[schema(example = "2031-07-14T23:59:59.999Z")]
    pub end: String,
    /// Free text.
    #[schema(max_length = 50_000)]
    pub notes: Option<String>,
    /// Who is booked instead.
    pub to_user_id: Option<i32>,
    /// `unspecified`, `vacation`, `travel`, `sick` or `public_holiday`.
    #[schema(example = "vacation")]
    pub reason: Option<String>,
}

/// A change of days out of office; null removes notes and redirect.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedOutOfOffice {
    /// The first day; with `end`.
    #[schema(example = "2031-07-01T00:00:00.000Z")]
    pub start: Option<String>,
    /// The last day; with `start`.
    #[schema(example = "2031-07-14T23:59:59.999Z")]
    pub end: Option<String>,
    /// Free text.
    #[schema(max_length = 50_000)]
    pub notes: Option<String>,
    /// Who is booked instead.
    pub to_user_id: Option<i32>,
    /// See [`NewOutOfOffice::reason`].
    #[schema(example = "vacation")]
    pub reason: Option<String>,
}
