//! Every refusal has a client error; what Cal.com clients compare is word for word.

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
