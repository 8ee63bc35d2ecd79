//! Every refusal has a client error; what Cal.com clients compare is word for word.

use axum::http::StatusCode;
use serde_json::json;

use super::*;
use crate::domain::id::{BookingId, BookingUid};
use crate::domain::rejection::Period;
use crate::domain::time::{TimeSlot, Timestamp};

fn all() -> Vec<Rejection> {
    let at = Timestamp::from_timestamp(2_000_000_040, 0).unwrap();
    let slot = TimeSlot::starting(at, 30).unwrap();
    vec![
        Rejection::SlotTaken { slot },
        Rejection::SlotInPast { slot },
        Rejection::OutsideSchedule { slot },
        Rejection::NoticeTooShort { slot, earliest: at },
        Rejection::OutsideWindow { slot },
        Rejection::LimitReached {
            period: Period::Day,
        },
        Rejection::LengthNotOffered { minutes: 17 },
        Rejection::SeatsExhausted { slot },
        Rejection::SeatNotFound,
        Rejection::SeatRequired,
        Rejection::NotRecurring,
        Rejection::TooManyOccurrences { count: 9, max: 4 },
        Rejection::HoldNotFound,
        Rejection::SlotHeld { slot },
        Rejection::TooManyHolds { max: 5 },
        Rejection::BookingNotFound,
        Rejection::BookingChanged {
            booking: BookingId::from_uuid(uuid::Uuid::nil()),
            expected: 3,
        },
        Rejection::Outdated {
            expected: 3,
            current: 4,
        },
        Rejection::BookingCancelled,
        Rejection::BookingRescheduled {
            to: BookingUid::from_text("v"),
        },
        Rejection::BookingDeclined,
        Rejection::BookingConfirmed,
        Rejection::BookingEnded,
        Rejection::BookingNotStarted,
        Rejection::CancellingDisabled,
        Rejection::ReschedulingDisabled,
        Rejection::NameTaken {
            what: UniqueName::EventTypeSlug,
        },
        Rejection::ProviderNotFound,
        Rejection::ScheduleNotFound,
        Rejection::ScheduleIsDefault,
        Rejection::EventTypeNotFound,
        Rejection::BlockNotFound,
        Rejection::OutOfOfficeNotFound,
        Rejection::OutOfOfficeExists,
        Rejection::RedirectToSelf,
        Rejection::WebhookNotFound,
        Rejection::NameTaken {
            what: UniqueName::SubscriberUrl,
        },
        Rejection::ApiKeyNotFound,
        Rejection::TenantNotFound,
        Rejection::AlreadyExists,
        Rejection::SameProvider,
        Rejection::StepTooLate,
        Rejection::Invalid {
            field: "title".to_owned(),
            reason: "is empty".to_owned(),
        },
        Rejection::TooMany {
            what: "schedules".to_owned(),
            max: 50,
        },
    ]
}

#[test]
fn every_refusal_is_a_client_error_whatever_was_asked() {
    let doings = [
        Doing::Read,
        Doing::Create,
        Doing::Reschedule,
        Doing::Cancel,
        Doing::Confirm,
        Doing::Decline,
        Doing::MarkAbsent,
        Doing::Reassign,
        Doing::Hold,
        Doing::ChangeHold,
        Doing::EventType,
        Doing::Schedule,
        Doing::Directory,
    ];
    for rejection in all() {
        for doing in doings {
            let failure = refused(&rejection, &Asked::new(doing).uid("u").number(7));
            let refusal = failure.refusal();
            assert!(refusal.status.is_client_error(), "{rejection:?} {doing:?}");
            assert!(refusal.problem.status().is_client_error());
            assert!(!refusal.message.is_empty());
        }
    }
}

#[test]
fn texts_are_those_that_clients_compare() {
    let slot =
        TimeSlot::starting(Timestamp::from_timestamp(2_000_000_040, 0).unwrap(), 30).unwrap();
    let said = |rejection: Rejection, doing| {
        let failure = refused(&rejection, &Asked::new(doing).uid("u"));
        let refusal = failure.refusal();
        (refusal.status.as_u16(), refusal.message.clone())
    };
    assert_eq!(
        said(Rejection::SlotTaken { slot }, Doing::Create),
        (
            400,
            "User either already has booking at this time or is not available".to_owned()
        )
    );
    assert_eq!(
        said(Rejection::SlotTaken { slot }, Doing::Hold),
        (
            422,
            "Can't reserve a slot if the event is already booked.".to_owned()
        )
    );
    let (status, text) = said(Rejection::BookingCancelled, Doing::Cancel);
    assert_eq!(status, 400);
    assert!(
        text.starts_with("Can't cancel booking with uid=u because it has been cancelled already.")
    );
    assert_eq!(
        said(Rejection::SeatsExhausted { slot }, Doing::Create).0,
        409
    );
}

/// § 4.2.5: what the rules refuse is 400; what only the database's guard refuses is a race lost on the slot, 409.
#[test]
fn a_slot_lost_in_the_database_is_a_conflict() {
    let failure = failed(LedgerError::InvariantBroken, &Asked::new(Doing::Create));
    let refusal = failure.refusal();
    assert_eq!(
        (refusal.status.as_u16(), refusal.code),
        (409, "ConflictException")
    );
    assert_eq!(
        refusal.details_json(),
        Some(json!({"message": "booking_conflict_error", "error": "Conflict", "statusCode": 409}))
    );
    assert_eq!(refusal.problem, Problem::SlotUnavailable);
}

/// § 4.2.5, with the details that clients read.
#[test]
fn refusals_to_book_are_in_the_words_of_cal_com() {
    let at = Timestamp::from_timestamp(2_000_000_040, 0).unwrap();
    let slot = TimeSlot::starting(at, 30).unwrap();
    let not_available = "User either already has booking at this time or is not available";
    let out_of_bounds = "The event type can't be booked at the \"start\" time provided.";
    let cases = [
        (Rejection::SlotTaken { slot }, 400, not_available),
        (Rejection::OutsideSchedule { slot }, 400, not_available),
        (Rejection::SlotHeld { slot }, 400, not_available),
        (
            Rejection::LimitReached {
                period: Period::Week,
            },
            400,
            not_available,
        ),
        (
            Rejection::NoticeTooShort { slot, earliest: at },
            400,
            out_of_bounds,
        ),
        (Rejection::OutsideWindow { slot }, 400, out_of_bounds),
        (
            Rejection::SlotInPast { slot },
            400,
            "Attempting to book a meeting in the past.",
        ),
        (
            Rejection::TooManyOccurrences { count: 9, max: 4 },
            400,
            "Provided recurrence count is higher than the event type's recurring event count.",
        ),
        (
            Rejection::NotRecurring,
            404,
            "Event type with id=7 is not a recurring event",
        ),
        (
            Rejection::SeatsExhausted { slot },
            409,
            "No more seats left at this seated booking.",
        ),
    ];
    for (rejection, status, text) in cases {
        let failure = refused(&rejection, &Asked::new(Doing::Create).number(7));
        let refusal = failure.refusal();
        assert!(refusal.message.starts_with(text), "{rejection:?}");
        let details = refusal.details_json().unwrap();
        assert_eq!(details["message"], json!(refusal.message));
        assert_eq!(details["statusCode"], json!(status));
        assert_eq!(refusal.status.as_u16(), status);
    }
    let team = Asked {
        team: true,
        ..Asked::new(Doing::Create)
    };
    assert_eq!(
        refused(&Rejection::SlotTaken { slot }, &team)
            .refusal()
            .message,
        "One of the hosts either already has booking at this time or is not available"
    );
}

#[test]
fn a_ledger_that_is_not_sure_says_so_and_when_to_come_back() {
    let asked = Asked::new(Doing::Create);
    let unknown = failed(LedgerError::OutcomeUnknown, &asked);
    assert_eq!(unknown.refusal().problem, Problem::OutcomeUnknown);
    assert_eq!(unknown.refusal().status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        unknown
            .refusal()
            .headers
            .iter()
            .any(|(name, _)| name == axum::http::header::RETRY_AFTER)
    );
    assert!(failed(LedgerError::Stale, &asked).is_stale());
    let corrupt = failed(LedgerError::Corrupt("select secret".to_owned()), &asked);
    assert!(!corrupt.refusal().message.contains("secret"));
}
