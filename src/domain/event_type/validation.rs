//! What settings of an event type must satisfy beyond their types. Fields are named as the wire names them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::settings::EventTypeSettings;
use crate::domain::rejection::Rejection;
use crate::domain::terms::{BookingWindow, Confirmation, PeriodLimits};

impl EventTypeSettings {
    /// Longest title, in characters.
    pub const TITLE_MAX: usize = 500;
    /// Longest slug.
    pub const SLUG_MAX: usize = 100;
    /// Most lengths to choose from.
    pub const LENGTHS_MAX: u32 = 100;
    /// Longest length, buffer, interval and offset: the longest booking, 31 days.
    pub const MINUTES_MAX: u32 = 31 * 24 * 60;
    /// Longest notice, and longest threshold of a policy: ten years.
    pub const NOTICE_MAX_MINUTES: u32 = 10 * 366 * 24 * 60;
    /// Longest booking window in days: a hundred years.
    pub const WINDOW_MAX_DAYS: u32 = 36_600;
    /// Most seats of a slot.
    pub const SEATS_MAX: u32 = 1_000;
    /// Most occurrences of a series.
    pub const OCCURRENCES_MAX: u32 = 366;
    /// Longest interval of a recurrence, in its unit.
    pub const RECURRENCE_INTERVAL_MAX: u32 = 366;
    /// Most active bookings of one address that may be allowed: as many as are looked at when it books.
    pub const ACTIVE_BOOKINGS_MAX: u32 = 250;
    /// Highest limit of bookings, or of minutes, per period.
    pub const LIMIT_MAX: u32 = 10_000_000;
    /// Limits of minutes are multiples of this, and not less.
    pub const LIMIT_STEP_MINUTES: u32 = 15;
    /// Longest free or JSON text, in bytes.
    pub const TEXT_MAX_BYTES: usize = 64 * 1024;

    /// Checks, in this order: title, slug, description; lengths; buffers, interval, offset, notice; window; limits;
    /// confirmation, recurrence, rescheduling; locations, booking fields, metadata, presentation; seats.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] on the first field that breaks a rule; [`Rejection::TooMany`] beyond [`Self::LENGTHS_MAX`].
    pub fn validate(&self) -> Result<(), Rejection> {
        self.validate_texts()?;
        self.validate_lengths()?;
        self.validate_times()?;
        self.validate_window()?;
        validate_limits(
            "bookingLimitsCount",
            &self.limits.count,
            |count| 1 <= count,
            "must be at least 1",
        )?;
        validate_limits(
            "bookingLimitsDuration",
            &self.limits.minutes,
            |minutes| 0 < minutes && minutes.is_multiple_of(Self::LIMIT_STEP_MINUTES),
            "must be a multiple of 15 minutes, at least 15",
        )?;
        self.validate_policies()?;
        let locations = json("locations", &self.locations_json, Value::as_array)?.len();
        json("bookingFields", &self.booking_fields_json, Value::as_array)?;
        json("metadata", &self.metadata_json, Value::as_object)?;
        json("presentation", &self.presentation_json, Value::as_object)?;
        self.validate_seats(locations)
    }

    fn validate_texts(&self) -> Result<(), Rejection> {
        let title = self.title.chars().count();
        ensure(
            !self.title.trim().is_empty() && title <= Self::TITLE_MAX,
            "title",
            "must have 1 to 500 characters",
        )?;
        ensure(
            is_slug(&self.slug),
            "slug",
            "must have 1 to 100 characters of a-z, 0-9 and -",
        )?;
        ensure(
            self.description.len() <= Self::TEXT_MAX_BYTES,
            "description",
            "must not exceed 64 KiB",
        )
    }

    fn validate_lengths(&self) -> Result<(), Rejection> {
        let lengths = &self.lengths_minutes;
        let valid = |minutes: &u32| (1..=Self::MINUTES_MAX).contains(minutes);
        let range = "must be 1 to 44640 minutes";
        let default = lengths.first();
        ensure(default.is_some_and(valid), "lengthInMinutes", range)?;
        Rejection::unless_at_most(Self::LENGTHS_MAX, "length options", lengths.len())?;
        let options = "lengthInMinutesOptions";
        ensure(lengths.iter().all(valid), options, range)?;
        let unique: BTreeSet<&u32> = lengths.iter().collect();
        ensure(unique.len() == lengths.len(), options, "must be unique")?;
        ensure(
            self.has_length_options || lengths.len() == 1,
            options,
            "must be given where there are several lengths",
        )
    }

    fn validate_times(&self) -> Result<(), Rejection> {
        for (field, minutes) in [
            ("beforeEventBuffer", self.before_minutes),
            ("afterEventBuffer", self.after_minutes),
            ("offsetStart", self.offset_minutes),
        ] {
            ensure(
                minutes <= Self::MINUTES_MAX,
                field,
                "must not exceed 44640 minutes",
            )?;
        }
        ensure(
            self.interval_minutes
                .is_none_or(|minutes| (1..=Self::MINUTES_MAX).contains(&minutes)),
            "slotInterval",
            "must be 1 to 44640 minutes",
        )?;
        ensure(
            self.notice_minutes <= Self::NOTICE_MAX_MINUTES,
            "minimumBookingNotice",
            "must not exceed ten years",
        )
    }

    fn validate_window(&self) -> Result<(), Rejection> {
        match &self.window {
            BookingWindow::Unlimited => Ok(()),
            BookingWindow::CalendarDays { days, .. } | BookingWindow::BusinessDays { days, .. } => {
                ensure(
                    *days <= Self::WINDOW_MAX_DAYS,
                    "bookingWindow",
                    "must not exceed a hundred years",
                )
            }
            BookingWindow::Range { first, last } => ensure(
                first <= last,
                "bookingWindow",
                "must not end before it begins",
            ),
        }
    }

    fn validate_policies(&self) -> Result<(), Rejection> {
        let threshold = match &self.confirmation {
            Confirmation::NotRequired | Confirmation::Always { .. } => 1,
            Confirmation::WithinNotice { minutes, .. } => *minutes,
        };
        ensure(
            (1..=Self::NOTICE_MAX_MINUTES).contains(&threshold),
            "confirmationPolicy",
            "must have a threshold of 1 minute to ten years",
        )?;
        if let Some(recurrence) = &self.recurrence {
            ensure(
                (1..=Self::RECURRENCE_INTERVAL_MAX).contains(&recurrence.interval),
                "recurrence",
                "must have an interval of 1 to 366",
            )?;
            ensure(
                (1..=Self::OCCURRENCES_MAX).contains(&recurrence.occurrences),
                "recurrence",
                "must have 1 to 366 occurrences",
            )?;
        }
        let before = self.rescheduling.minutes_before.unwrap_or_default();
        ensure(
            before <= Self::NOTICE_MAX_MINUTES,
            "disableRescheduling",
            "must not exceed ten years",
        )
    }

    /// Seats share one place and are confirmed for all or none, so neither may be left to the single attendee.
    fn validate_seats(&self, locations: usize) -> Result<(), Rejection> {
        let Some(seats) = &self.seats else {
            return Ok(());
        };
        ensure(
            (1..=Self::SEATS_MAX).contains(&seats.per_slot),
            "seats",
            "must be 1 to 1000 per slot",
        )?;
        ensure(
            locations <= 1,
            "seats",
            "cannot be combined with several locations",
        )?;
        ensure(
            self.confirmation == Confirmation::NotRequired,
            "seats",
            "cannot be combined with confirmation",
        )
    }
}

/// Each period within the rule, and none above a longer one.
fn validate_limits(
    field: &str,
    limits: &PeriodLimits,
    is_valid: impl Fn(u32) -> bool,
    reason: &str,
) -> Result<(), Rejection> {
    let by_length = [limits.day, limits.week, limits.month, limits.year];
    let mut shorter = 0;
    for limit in by_length.into_iter().flatten() {
        ensure(is_valid(limit), field, reason)?;
        ensure(
            shorter <= limit,
            field,
            "must not allow more in a shorter period than in a longer one",
        )?;
        shorter = limit;
    }
    Ok(())
}

/// Whether the text is a slug: what remains of a title in an address.
pub(in crate::domain) fn is_slug(text: &str) -> bool {
    let in_slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=EventTypeSettings::SLUG_MAX).contains(&text.len()) && text.bytes().all(in_slug)
}

/// Parses a JSON text that is carried unread; its kind and its size are all that the rules ask.
fn json<T: Clone>(
    field: &str,
    text: &str,
    kind: impl Fn(&Value) -> Option<&T>,
) -> Result<T, Rejection> {
    ensure(
        text.len() <= EventTypeSettings::TEXT_MAX_BYTES,
        field,
        "must not exceed 64 KiB",
    )?;
    serde_json::from_str::<Value>(text)
        .ok()
        .as_ref()
        .and_then(kind)
        .cloned()
        .ok_or_else(|| Rejection::invalid(field, "must be a JSON text of its kind"))
}

fn ensure(holds: bool, field: &str, reason: &str) -> Result<(), Rejection> {
    if holds {
        Ok(())
    } else {
        Err(Rejection::invalid(field, reason))
    }
}
