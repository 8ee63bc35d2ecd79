//! A row of the read model, opened, as the wire's composite booking. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shown;
use crate::api::bookings::people;
use crate::api::envelope::instant;
use crate::api::rejection::{Asked, Doing, refused};
use crate::domain::composite::event::Cause;
use crate::domain::personal::Personal;
use crate::projections::row::{Composite, CompositeStatus, Segment, SegmentMark};

/// The personal data of one row, opened; `None` where nobody typed anything or the key is destroyed.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// What the attendee typed.
    pub(super) requested: Option<Personal>,
    /// Reason and by whom it was moved.
    pub(super) moved: Option<Personal>,
    /// Reason and by whom it was cancelled.
    pub(super) cancelled: Option<Personal>,
}

/// Renders one row.
pub(super) fn composite(row: &Composite, opened: &Opened) -> shown::Composite {
    let requested = opened.requested.as_ref();
    let attendee = people::attendee(requested.and_then(|typed| typed.attendee.as_ref()));
    let reason = |typed: &Option<Personal>| typed.as_ref()?.reason.clone();
    let start = row.segments.first().map(|first| first.slot.start());
    let end = row.segments.iter().map(|segment| segment.slot.end()).max();
    shown::Composite {
        uid: row.composite.as_uuid(),
        version: row.version,
        status: status(row.status),
        generation: row.generation,
        start: start.map(instant).unwrap_or_default(),
        end: end.map(instant).unwrap_or_default(),
        requires_confirmation: row.waits_for_person,
        segments: (0..)
            .zip(&row.segments)
            .map(|(index, one)| segment(row, index, one, requested))
            .collect(),
        attendee: shown::Attendee {
            name: attendee.name,
            email: attendee.email,
            phone_number: attendee.phone_number,
            time_zone: attendee.time_zone,
            language: attendee.language,
        },
        guests: requested.map_or_else(Vec::new, |typed| typed.guests.clone()),
        metadata: requested.map_or_else(BTreeMap::new, metadata),
        cause: row.cause.as_ref().map(cause),
        stuck: row.stuck.as_ref().map(|stuck| shown::Stuck {
            segment: stuck.segment,
            reason: stuck.reason.clone(),
        }),
        cancellation_reason: reason(&opened.cancelled),
        rescheduling_reason: reason(&opened.moved),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
    }
}

fn segment(
    row: &Composite,
    index: u32,
    segment: &Segment,
    requested: Option<&Personal>,
) -> shown::Segment {
    let status = segment_status(row, segment);
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    shown::Segment {
        segment: index,
        status,
        provider_uid: segment.provider.as_uuid(),
        event_type_id: segment.event_type_number.get(),
        event_type_slug: segment.slug.clone(),
        title: segment.title.clone(),
        start: instant(segment.slot.start()),
        end: instant(segment.slot.end()),
        length_in_minutes: segment.slot.minutes(),
        requires_confirmation: row.waits_for_person && segment.awaits_person,
        location: requested.and_then(|typed| typed.of_segment(place).location),
        booking_uid: is_booking(status).then(|| segment.uid.to_string()),
        booking_id: segment.booking.as_uuid(),
    }
}

/// Where the whole stands says it of every segment of which nothing is said alone.
fn segment_status(row: &Composite, segment: &Segment) -> shown::SegmentStatus {
    use shown::SegmentStatus as S;
    let standing = if row.waits_for_person && row.status != CompositeStatus::Confirmed {
        S::Pending
    } else {
        S::Confirmed
    };
    match (row.status, segment.mark) {
        (_, Some(SegmentMark::Cancelled)) => S::Cancelled,
        (_, Some(SegmentMark::Refused)) => S::Refused,
        (CompositeStatus::Confirmed, Some(SegmentMark::Moved)) => S::Moved,
        (CompositeStatus::Confirmed, _) => S::Confirmed,
        (CompositeStatus::Pending, Some(SegmentMark::Confirmed)) => S::Confirmed,
        (CompositeStatus::Pending, _) => S::Pending,
        (CompositeStatus::Cancelled, _) => S::Cancelled,
        (CompositeStatus::RolledBack, _) | (_, Some(SegmentMark::Compensated)) => S::Compensated,
        (_, Some(SegmentMark::Confirmed | SegmentMark::Moved)) => standing,
        (_, Some(SegmentMark::Held)) => S::Held,
        (_, None) if row.everything_held => S::Held,
        (_, None) => S::Planned,
    }
}

/// Whether there is a booking under its uid.
const fn is_booking(status: shown::SegmentStatus) -> bool {
    use shown::SegmentStatus as S;
    match status {
        S::Pending | S::Confirmed | S::Cancelled | S::Moved => true,
        S::Planned | S::Held | S::Refused | S::Compensated => false,
    }
}

const fn status(status: CompositeStatus) -> shown::Status {
    match status {
        CompositeStatus::Requested => shown::Status::Requested,
        CompositeStatus::Pending => shown::Status::Pending,
        CompositeStatus::Confirmed => shown::Status::Confirmed,
        CompositeStatus::Compensating => shown::Status::Compensating,
        CompositeStatus::RolledBack => shown::Status::RolledBack,
        CompositeStatus::Stuck => shown::Status::Stuck,
        CompositeStatus::Abandoned => shown::Status::Abandoned,
        CompositeStatus::Cancelled => shown::Status::Cancelled,
    }
}

/// Why it is undone, in the api's words.
pub(super) fn cause(cause: &Cause) -> shown::Cause {
    let (segment, detail) = match cause {
        Cause::Refused { segment, rejection } => {
            let refusal = refused(rejection, &Asked::new(Doing::Create));
            (Some(*segment), refusal.refusal().message.clone())
        }
        Cause::Unavailable { segment, reason } => (
            Some(*segment),
            format!("Segment {segment} could not be booked ({reason})."),
        ),
        Cause::DeadlinePassed => (None, "It was not done in time.".to_owned()),
        Cause::Declined { segment } => (Some(*segment), format!("Segment {segment} was declined.")),
    };
    shown::Cause {
        code: cause.code().to_owned(),
        segment,
        detail,
    }
}

fn metadata(personal: &Personal) -> BTreeMap<String, Value> {
    let entries = personal.metadata.iter();
    entries
        .map(|(key, text)| {
            let value = serde_json::from_str(text);
            (
                key.clone(),
                value.unwrap_or_else(|_| Value::String(text.clone())),
            )
        })
        .collect()
}
