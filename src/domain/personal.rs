//! What a person typed. It passes the rules unread and is written only sealed.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// Everything about a booking that a person typed: names, contacts, guests, answers, metadata, reasons, locations;
/// and what a webhook keeps to itself.
///
/// Only the ledger's vault serialises it, to seal it; `Debug` shows nothing. Absent members were not typed with this command.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Personal {
    /// Who booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendee: Option<Attendee>,
    /// E-mail addresses of guests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<String>,
    /// Who else comes and was named with more than an address: added after it was booked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<Attendee>,
    /// Answers by booking-field slug, each a JSON text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// Client metadata by key, each value a JSON text (numbers are kept as they were written).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Where it takes place: an address, a link, a phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Why it was cancelled, moved, declined, reassigned, blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where a webhook goes, under which secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Subscription>,
    /// E-mail address of who cancelled or moved it, as given or known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acted_by: Option<String>,
    /// What differs between the segments of a composite booking, in their order; empty where nothing does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentPersonal>,
}

/// What was typed for one segment of a composite booking alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SegmentPersonal {
    /// Where it takes place, if not where the others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Answers by booking-field slug, each a JSON text: besides those for all segments, or instead of them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
}

impl Personal {
    /// What is sealed with the booking of one segment, from 0.
    #[must_use]
    pub fn of_segment(&self, index: usize) -> Self {
        let own = self.segments.get(index).cloned().unwrap_or_default();
        let mut personal = Self {
            segments: Vec::new(),
            ..self.clone()
        };
        personal.location = own.location.or(personal.location);
        personal.answers.extend(own.answers);
        personal
    }
}

/// Who books, or comes along: at least one of e-mail and phone is present (checked at the edge).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attendee {
    /// Display name.
    pub name: String,
    /// E-mail address, lower-cased at the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// E.164 number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// IANA zone.
    pub time_zone: String,
    /// Language code, `en` by default.
    pub language: String,
}

/// What is sealed of a webhook.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// Absolute http or https address.
    pub url: String,
    /// What bodies are signed with; absent: they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The body, with `{{field}}` in it; absent: JSON as the reference has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_template: Option<String>,
}

impl fmt::Debug for Personal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Personal(***)")
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Subscription(***)")
    }
}

impl fmt::Debug for SegmentPersonal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SegmentPersonal(***)")
    }
}

impl fmt::Debug for Attendee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Attendee(***)")
    }
}
