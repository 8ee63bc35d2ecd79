//! The payload of `OOO_CREATED` (`reference` § 7.3).

use serde::Serialize;
use serde_json::{Value, json};

use super::booking::instant;
use crate::domain::provider::event::OutOfOfficeReason;
use crate::projections::row;

/// See [`payload`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutOfOfficePayload {
    ooo_entry: Entry,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: i32,
    uuid: uuid::Uuid,
    start: String,
    end: String,
    created_at: String,
    updated_at: String,
    notes: Option<String>,
    reason: Reason,
    reason_id: usize,
    user_id: i32,
    user: Value,
    to_user: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Reason {
    emoji: &'static str,
    reason: &'static str,
}

/// What subscribers are told of days out of office: the entry with its notes, whose they are, and who stands in.
pub fn payload(
    row: &row::OutOfOffice,
    notes: Option<String>,
    user: &row::Provider,
    to_user: Option<&row::Provider>,
) -> OutOfOfficePayload {
    let entry = &row.entry;
    let (emoji, reason) = words(entry.reason);
    let mut reasons = OutOfOfficeReason::ALL.iter();
    OutOfOfficePayload {
        ooo_entry: Entry {
            id: entry.number.get(),
            uuid: entry.block.as_uuid(),
            start: format!("{}T00:00:00.000Z", entry.first),
            end: format!("{}T23:59:59.999Z", entry.last),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            notes,
            reason: Reason { emoji, reason },
            reason_id: 1 + reasons
                .position(|it| *it == entry.reason)
                .unwrap_or_default(),
            user_id: entry.provider_number.get(),
            user: person(user),
            to_user: to_user.map(person),
        },
    }
}

fn person(user: &row::Provider) -> Value {
    json!({
        "id": user.number,
        "name": user.profile.name,
        "username": user.profile.username,
        "email": user.profile.email,
        "timeZone": user.profile.zone,
    })
}

/// Keys of Cal.com's texts, with what it draws beside them.
const fn words(reason: OutOfOfficeReason) -> (&'static str, &'static str) {
    match reason {
        OutOfOfficeReason::Unspecified => ("\u{1f56a}\u{fe0f}", "ooo_reasons_unspecified"),
        OutOfOfficeReason::Vacation => ("\u{1f3d6}\u{fe0f}", "ooo_reasons_vacation"),
        OutOfOfficeReason::Travel => ("\u{2708}\u{fe0f}", "ooo_reasons_travel"),
        OutOfOfficeReason::Sick => ("\u{1f912}", "ooo_reasons_sick_leave"),
        OutOfOfficeReason::PublicHoliday => ("\u{1f3db}\u{fe0f}", "ooo_reasons_public_holiday"),
    }
}
