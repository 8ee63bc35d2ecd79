//! What is checked of who books before the rules are asked: rules over many streams, or about what only a person knows.
//!
//! Checked, not fenced (DESIGN § 5): bookings of one address lie in the streams of many providers, so two requests at
//! the same moment may both pass where one more was left.

use serde_json::Value;

use super::body::PlaceBody;
use super::opening;
use super::rendering::Opened;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::directory::FoundEventType;
use crate::api::failure::Failure;
use crate::api::problem::Problem;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::personal::Personal;
use crate::domain::tenant::Role;
use crate::ledger::vault::Purpose;
use crate::projections::bookings::{Class, Filter, Listing, Page, SortBy};
use crate::projections::row;

/// Who books, as far as it is checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Booker<'a> {
    /// Address.
    pub email: Option<&'a str>,
    /// Number.
    pub phone_number: Option<&'a str>,
    /// Whether guests come along.
    pub has_guests: bool,
    /// What was sent to the address, typed back.
    pub verification_code: Option<&'a str>,
}

impl<'a> Booker<'a> {
    /// Who books with a body.
    pub(crate) fn of(body: &'a PlaceBody) -> Self {
        Self {
            email: body.attendee.email.as_deref(),
            phone_number: body.attendee.phone_number.as_deref(),
            has_guests: !body.guests.is_empty(),
            verification_code: body.email_verification_code.as_deref(),
        }
    }
}

/// `bookerActiveBookingsLimit` of an event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ActiveLimit {
    max: usize,
    offers_reschedule: bool,
}

/// Checks who books `count` times.
///
/// # Errors
/// 400 when the address has as many active bookings as the event type allows, or would have to be verified.
pub(crate) async fn screened(
    api: &Api,
    caller: &Caller,
    event_type: &FoundEventType,
    booker: Booker<'_>,
    count: usize,
) -> Result<(), Failure> {
    let said = &event_type.current.settings.presentation_json;
    let presentation: Value = serde_json::from_str(said).unwrap_or_default();
    verified(caller, event_type, booker, &presentation)?;
    let (Some(limit), Some(email)) = (active_limit(&presentation), booker.email) else {
        return Ok(());
    };
    let active = active(api, event_type, email).await?;
    if active.len().saturating_add(count) <= limit.max {
        return Ok(());
    }
    let mut text = "Attendee with this email can't book because the maximum number of active bookings has been reached.".to_owned();
    // Whoever knows a uid may move the booking: only the tenant's own people are told.
    if let (true, Some(last)) = (
        limit.offers_reschedule && is_own(caller, event_type),
        active.last(),
    ) {
        text = format!(
            "{text} You can reschedule the booking with uid={} instead.",
            last.uid
        );
    }
    Err(Failure::bad_request(text).problem(Problem::QuotaExceeded))
}

/// Nothing here can verify an address, so where it is demanded only those may book who answer for it: the tenant's own
/// people.
fn verified(
    caller: &Caller,
    event_type: &FoundEventType,
    booker: Booker<'_>,
    presentation: &Value,
) -> Result<(), Failure> {
    let is_demanded =
        presentation.get("requiresBookerEmailVerification") == Some(&Value::Bool(true));
    if !is_demanded || is_own(caller, event_type) {
        return Ok(());
    }
    Err(Failure::bad_request(
        if booker.verification_code.is_some() {
            "invalid_verification_code"
        } else {
            "email_verification_required"
        },
    ))
}

fn is_own(caller: &Caller, event_type: &FoundEventType) -> bool {
    let is_member = match caller.role {
        Role::Owner | Role::Provider | Role::Agent => true,
        Role::Auditor | Role::Anonymous => false,
    };
    is_member && caller.tenant == Some(event_type.tenant)
}

fn active_limit(presentation: &Value) -> Option<ActiveLimit> {
    let limit = presentation.get("bookerActiveBookingsLimit")?;
    let max = limit.get("maximumActiveBookings")?.as_u64()?;
    Some(ActiveLimit {
        max: usize::try_from(max).unwrap_or(usize::MAX),
        offers_reschedule: limit.get("offerReschedule") == Some(&Value::Bool(true)),
    })
}

/// Bookings of the event type that have not ended and that somebody of the address made, found by the address's
/// term: those that only name it as a guest do not count. No more are looked at than an event type may allow, so that
/// those it is a guest of may hide others beyond them.
async fn active(
    api: &Api,
    event_type: &FoundEventType,
    email: &str,
) -> Result<Vec<row::Booking>, Failure> {
    let ledger = &api.ledger;
    let tenant = event_type.tenant;
    let filter = Filter {
        classes: vec![Class::Upcoming],
        event_types: vec![event_type.id],
        terms: vec![
            ledger
                .vault()
                .term(tenant, Purpose::Email, &email.to_lowercase()),
        ],
        ..Filter::default()
    };
    let page = Page {
        sort: SortBy::Start,
        descending: false,
        skip: 0,
        take: EventTypeSettings::ACTIVE_BOOKINGS_MAX,
    };
    let unread = |error| failed(error, &Asked::new(Doing::Read));
    let now = api.clock.now();
    let listing = Listing {
        tenant,
        now,
        filter: &filter,
    };
    let rows = listing
        .page(ledger.database(), page)
        .await
        .map_err(|error| unread(error.into()))?;
    let opened = opening::open_rows(ledger, tenant, &rows)
        .await
        .map_err(|error| unread(error.into()))?;
    let pairs = rows.into_iter().zip(opened);
    let own = pairs.filter(|(row, typed)| is_made_by(row, typed, email));
    Ok(own.map(|(row, _)| row).collect())
}

/// Whether somebody of the address booked, or has a seat.
fn is_made_by(row: &row::Booking, opened: &Opened, email: &str) -> bool {
    let booked = |typed: &Option<Personal>| {
        let attendee = typed.as_ref().and_then(|typed| typed.attendee.as_ref());
        attendee.and_then(|attendee| attendee.email.as_deref()) == Some(email)
    };
    if row.seats.is_empty() {
        return booked(&opened.placed);
    }
    let mut seats = row.seats.iter().zip(&opened.seats);
    seats.any(|(seat, typed)| !seat.released && booked(typed))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_limit_is_read_where_there_is_one() {
        let limit = json!({"maximumActiveBookings": 2, "offerReschedule": true});
        assert_eq!(
            active_limit(&json!({"bookerActiveBookingsLimit": limit})),
            Some(ActiveLimit {
                max: 2,
                offers_reschedule: true
            })
        );
        let off = json!({"bookerActiveBookingsLimit": {"disabled": true}});
        assert_eq!(active_limit(&off), None);
        assert_eq!(active_limit(&json!({})), None);
    }

    #[test]
    fn guests_have_not_booked() {
        let (row, opened) = (samples::row(), samples::opened());
        assert!(is_made_by(&row, &opened, "ilze@example.org"));
        assert!(!is_made_by(&row, &opened, "karlis@example.org"));
        assert!(is_made_by(
            &samples::seated_row(true),
            &opened,
            "ilze@example.org"
        ));
    }
}
