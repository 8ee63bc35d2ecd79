//! The policies of an event type: window, limits, confirmation, recurrence, seats, cancelling, moving.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use crate::api::validation::{Broken, Members, Read, value};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::terms::{
    BookingWindow, Confirmation, Frequency, PeriodLimits, Recurrence, Seats,
};

/// Reads every policy that is given; `{"disabled": true}` and null switch one off.
pub(super) fn read(members: &mut Members<'_>, settings: &mut EventTypeSettings) {
    if let Some(window) = policy(members, "bookingWindow", window) {
        settings.window = window.unwrap_or(BookingWindow::Unlimited);
    }
    if let Some(limits) = policy(members, "bookingLimitsCount", |inner| limits(inner, 1)) {
        settings.limits.count = limits.unwrap_or_default();
    }
    if let Some(limits) = policy(members, "bookingLimitsDuration", |inner| limits(inner, 15)) {
        settings.limits.minutes = limits.unwrap_or_default();
    }
    if let Some(confirmation) = policy(members, "confirmationPolicy", confirmation) {
        settings.confirmation = confirmation.unwrap_or(Confirmation::NotRequired);
    }
    if let Some(recurrence) = policy(members, "recurrence", recurrence) {
        settings.recurrence = recurrence;
    }
    if let Some(seats) = policy(members, "seats", seats) {
        settings.seats = seats;
    }
    let cancelling = members.object("disableCancelling", |inner| {
        inner.optional("disabled", value::boolean)
    });
    if let Some(disabled) = cancelling {
        settings.cancelling_disabled = disabled.unwrap_or(true);
    }
    let rescheduling = members.object("disableRescheduling", |inner| {
        (
            inner.optional("disabled", value::boolean),
            inner.optional(
                "minutesBefore",
                value::count(0..=EventTypeSettings::NOTICE_MAX_MINUTES),
            ),
        )
    });
    if let Some((disabled, minutes_before)) = rescheduling {
        settings.rescheduling.disabled = disabled.unwrap_or(false);
        settings.rescheduling.minutes_before = minutes_before;
    }
}

/// A policy: absent, switched off, or read.
#[expect(
    clippy::option_option,
    reason = "absent and switched off differ in a partial change"
)]
fn policy<'a, T>(
    members: &mut Members<'a>,
    name: &'static str,
    read: impl FnOnce(&mut Members<'a>) -> T,
) -> Option<Option<T>> {
    if !members.has(name) {
        members.ignore(name);
        return None;
    }
    let is_off = Cell::new(false);
    let policy = members.object(name, |inner| {
        is_off.set(inner.optional("disabled", value::boolean) == Some(true));
        if is_off.get() {
            None
        } else {
            Some(read(inner))
        }
    });
    Some(policy.flatten())
}

fn window(members: &mut Members<'_>) -> BookingWindow {
    let kind = members.required(
        "type",
        value::one_of(&["businessDays", "calendarDays", "range"]),
    );
    if kind == "range" {
        let days = members.required("value", value::array(2..=2, value::day));
        let (first, last) = match days.as_slice() {
            [first, last] => (*first, *last),
            _ => return BookingWindow::Unlimited,
        };
        if last < first {
            members.fault("value", "isRange", "must not end before it begins");
        }
        return BookingWindow::Range { first, last };
    }
    let days = members.required(
        "value",
        value::count(0..=EventTypeSettings::WINDOW_MAX_DAYS),
    );
    let rolling = members.optional("rolling", value::boolean).unwrap_or(false);
    if kind == "businessDays" {
        BookingWindow::BusinessDays { days, rolling }
    } else {
        BookingWindow::CalendarDays { days, rolling }
    }
}

/// Limits per period; a shorter period may not exceed a longer one. `step` is the least number and its unit.
fn limits(members: &mut Members<'_>, step: u32) -> PeriodLimits {
    let read = |value: &Value| -> Read<u32> {
        let number = value::count(step..=EventTypeSettings::LIMIT_MAX)(value)?;
        if number % step == 0 {
            Ok(number)
        } else {
            let text = format!("must be a multiple of {step}");
            Err(Broken::new("isMultiple", text))
        }
    };
    let limits = PeriodLimits {
        day: members.optional("day", read),
        week: members.optional("week", read),
        month: members.optional("month", read),
        year: members.optional("year", read),
    };
    let given = [
        ("day", limits.day),
        ("week", limits.week),
        ("month", limits.month),
        ("year", limits.year),
    ];
    let mut shorter: Option<(&str, u32)> = None;
    for (name, limit) in given {
        let Some(limit) = limit else { continue };
        if let Some((period, number)) = shorter
            && limit < number
        {
            let text = format!("must not be less than the limit per {period}");
            members.fault(name, "isAscending", text);
        }
        shorter = Some((name, limit));
    }
    limits
}

/// Minutes of a unit of a threshold.
pub(super) fn minutes_of(unit: &str) -> u32 {
    match unit {
        "days" => 1_440,
        "hours" => 60,
        _ => 1,
    }
}

fn confirmation(members: &mut Members<'_>) -> Confirmation {
    let kind = members.required("type", value::one_of(&["always", "time"]));
    let blocks_slot = members.required("blockUnconfirmedBookingsInBooker", value::boolean);
    let threshold = members.object("noticeThreshold", |inner| {
        let unit = inner.required("unit", value::one_of(&["minutes", "hours", "days"]));
        let count = inner.required(
            "count",
            value::count(1..=EventTypeSettings::NOTICE_MAX_MINUTES),
        );
        let minutes = count.saturating_mul(minutes_of(unit));
        if inner.is_sound() && EventTypeSettings::NOTICE_MAX_MINUTES < minutes {
            let text = "must not exceed ten years";
            inner.fault("count", "max", text);
        }
        minutes
    });
    match (kind, threshold) {
        ("time", Some(minutes)) => Confirmation::WithinNotice {
            minutes,
            blocks_slot,
        },
        ("time", None) => {
            let text = "must be given when type is time";
            members.fault("noticeThreshold", "isDefined", text);
            Confirmation::NotRequired
        }
        (_, _) => Confirmation::Always { blocks_slot },
    }
}

fn recurrence(members: &mut Members<'_>) -> Recurrence {
    let frequency = members.required("frequency", value::one_of(&["yearly", "monthly", "weekly"]));
    Recurrence {
        interval: members.required(
            "interval",
            value::count(1..=EventTypeSettings::RECURRENCE_INTERVAL_MAX),
        ),
        occurrences: members.required(
            "occurrences",
            value::count(1..=EventTypeSettings::OCCURRENCES_MAX),
        ),
        frequency: match frequency {
            "yearly" => Frequency::Yearly,
            "monthly" => Frequency::Monthly,
            _ => Frequency::Weekly,
        },
    }
}

fn seats(members: &mut Members<'_>) -> Seats {
    Seats {
        per_slot: members.required(
            "seatsPerTimeSlot",
            value::count(1..=EventTypeSettings::SEATS_MAX),
        ),
        show_attendees: members.required("showAttendeeInfo", value::boolean),
        show_availability: members.required("showAvailabilityCount", value::boolean),
    }
}

/// `bookerActiveBookingsLimit`, kept with what a page shows; it is checked before somebody books, up to what can be
/// counted then.
#[expect(
    clippy::option_option,
    reason = "absent and switched off differ in a partial change"
)]
pub(super) fn active_bookings_limit(
    members: &mut Members<'_>,
) -> Option<Option<Map<String, Value>>> {
    policy(members, "bookerActiveBookingsLimit", |inner| {
        let most = inner.required(
            "maximumActiveBookings",
            value::count(1..=EventTypeSettings::ACTIVE_BOOKINGS_MAX),
        );
        let offer = inner.optional("offerReschedule", value::boolean);
        let mut limit = Map::new();
        limit.insert("maximumActiveBookings".to_owned(), json!(most));
        limit.insert("offerReschedule".to_owned(), json!(offer.unwrap_or(false)));
        limit
    })
}

/// A policy as the wire shows it.
fn off() -> Value {
    json!({"disabled": true})
}

/// `bookingWindow`.
pub(super) fn window_json(window: &BookingWindow) -> Value {
    match window {
        BookingWindow::Unlimited => off(),
        BookingWindow::CalendarDays { days, rolling } => {
            json!({"type": "calendarDays", "value": days, "rolling": rolling})
        }
        BookingWindow::BusinessDays { days, rolling } => {
            json!({"type": "businessDays", "value": days, "rolling": rolling})
        }
        BookingWindow::Range { first, last } => json!({"type": "range", "value": [first, last]}),
    }
}

/// `bookingLimitsCount`, `bookingLimitsDuration`; `None` without limits.
pub(super) fn limits_json(limits: &PeriodLimits) -> Option<Value> {
    let given = [
        ("day", limits.day),
        ("week", limits.week),
        ("month", limits.month),
        ("year", limits.year),
    ];
    let members: Map<String, Value> = given
        .into_iter()
        .filter_map(|(name, limit)| Some((name.to_owned(), json!(limit?))))
        .collect();
    (!members.is_empty()).then_some(Value::Object(members))
}

/// `confirmationPolicy`; `threshold` is how the notice was given.
pub(super) fn confirmation_json(confirmation: &Confirmation, threshold: Option<&Value>) -> Value {
    match confirmation {
        Confirmation::NotRequired => off(),
        Confirmation::Always { blocks_slot } => {
            json!({"type": "always", "blockUnconfirmedBookingsInBooker": blocks_slot})
        }
        Confirmation::WithinNotice {
            minutes,
            blocks_slot,
        } => {
            let plain = || json!({"unit": "minutes", "count": minutes});
            let threshold = threshold.cloned().unwrap_or_else(plain);
            json!({"type": "time", "noticeThreshold": threshold, "blockUnconfirmedBookingsInBooker": blocks_slot})
        }
    }
}

/// `recurrence`.
pub(super) fn recurrence_json(recurrence: Option<&Recurrence>) -> Value {
    recurrence.map_or(Value::Null, |recurrence| {
        let frequency = match recurrence.frequency {
            Frequency::Weekly => "weekly",
            Frequency::Monthly => "monthly",
            Frequency::Yearly => "yearly",
        };
        json!({"interval": recurrence.interval, "occurrences": recurrence.occurrences, "frequency": frequency})
    })
}

/// `seats`.
pub(super) fn seats_json(seats: Option<&Seats>) -> Value {
    seats.map_or_else(off, |seats| {
        json!({
            "seatsPerTimeSlot": seats.per_slot,
            "showAttendeeInfo": seats.show_attendees,
            "showAvailabilityCount": seats.show_availability,
        })
    })
}
