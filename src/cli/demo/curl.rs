//! Six lines of curl that work when pasted, in this order, into any POSIX shell.

use chrono::{Datelike as _, Duration, SecondsFormat, Weekday};
use chrono_tz::Tz;

use super::clinic::{Clinic, Offer};
use crate::cli::CliError;
use crate::domain::State;
use crate::domain::slots::{SlotQuery, free_slots};
use crate::domain::time::Timestamp;
use crate::ledger::record::StreamKey;
use crate::service::Service;

/// The first lines book this many days ahead, on the first weekday that has two free slots.
const DAYS_AHEAD: i64 = 7;

/// The slot to book, and the one to move to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    first: Timestamp,
    second: Timestamp,
}

/// Two starts of the first event type that are free now.
pub(super) async fn two_free_times(service: &Service, clinic: &Clinic) -> Result<Times, CliError> {
    let no_slot = || CliError::NotFound {
        what: "free slot of",
        name: "consultation".to_owned(),
    };
    let offer = clinic.event_types.first().ok_or_else(no_slot)?;
    let provider = clinic.providers.first().ok_or_else(no_slot)?;
    let stream = StreamKey::provider(clinic.tenant, provider.provider);
    let state = service.ledger.state(stream).await?;
    let Some(State::Provider(state)) = state.as_deref() else {
        return Err(no_slot());
    };
    let now = service.clock.now();
    let starts = free_starts(state, offer, now);
    match starts.as_slice() {
        [first, second, ..] => Ok(Times {
            first: *first,
            second: *second,
        }),
        [_] | [] => Err(no_slot()),
    }
}

fn free_starts(
    provider: &crate::domain::provider::Provider,
    offer: &Offer,
    now: Timestamp,
) -> Vec<Timestamp> {
    let from = now + Duration::days(DAYS_AHEAD);
    let query = SlotQuery {
        terms: &offer.terms,
        start: from,
        end: from + Duration::days(28),
        length_minutes: offer.terms.lengths_minutes.first().copied().unwrap_or(30),
        zone: Tz::UTC,
        now,
        moving: None,
        own_hold: None,
    };
    free_slots(provider, &query)
        .into_iter()
        .map(|free| free.slot.start())
        .filter(|start| !matches!(start.weekday(), Weekday::Sat | Weekday::Sun))
        .collect()
}

/// Book, book again, move, cancel, history; then two segments, of which the second starts after a pause. Each prints its
/// status on a line of its own; the uid of one line is found by the next in a shell variable.
pub(super) fn lines(clinic: &Clinic, url: &str, times: Times) -> [String; 6] {
    let text = |instant: Timestamp| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (first, second) = (text(times.first), text(times.second));
    let number = clinic
        .event_types
        .first()
        .map_or(0, |offer| offer.number.get());
    let key = &clinic.owner_key;
    let curl = "curl -sS -w '\\n%{http_code}\\n' -H 'cal-api-version: 2024-08-13' -H 'Content-Type: application/json'";
    let uid = r#"grep -o '"uid":"[^"]*"' | sed -n '1s/.*:"\(.*\)"/\1/p'"#;
    let body = |name: &str, email: &str| {
        format!(
            r#"{{"eventTypeId":{number},"start":"{first}","attendee":{{"name":"{name}","email":"{email}","timeZone":"Europe/Riga"}}}}"#
        )
    };
    // The follow-up of the same provider: there is a start within the window on every working day.
    let follow_up = clinic.event_types.get(1);
    let follow_up = follow_up.map_or(number, |offer| offer.number.get());
    let chain = format!(
        r#"{{"segments":[{{"eventTypeId":{number},"start":"{first}"}},{{"eventTypeId":{follow_up},"gapMinutes":15,"windowMinutes":120}}],"attendee":{{"name":"Ilze Berga","email":"ilze@example.org","timeZone":"Europe/Riga"}}}}"#
    );
    let ilze = body("Ilze Berga", "ilze@example.org");
    let oskars = body("Oskars Liepa", "oskars@example.org");
    [
        format!(
            r#"ANSWER=$({curl} {url}/v2/bookings -d '{ilze}'); echo "$ANSWER"; BOOKED=$(echo "$ANSWER" | {uid})"#
        ),
        format!("{curl} {url}/v2/bookings -d '{oskars}'"),
        format!(
            r#"ANSWER=$({curl} {url}/v2/bookings/$BOOKED/reschedule -d '{{"start":"{second}","reschedulingReason":"train strike"}}'); echo "$ANSWER"; MOVED=$(echo "$ANSWER" | {uid})"#
        ),
        format!(
            r#"{curl} {url}/v2/bookings/$MOVED/cancel -d '{{"cancellationReason":"feeling better"}}'"#
        ),
        format!("{curl} -H 'Authorization: Bearer {key}' {url}/v2/bookings/$MOVED/history"),
        format!(
            r#"{curl} -H "Idempotency-Key: demo-$$-$(date +%s)" {url}/v2/composite-bookings -d '{chain}'"#
        ),
    ]
}
