//! Segments as they are sent.

use serde_json::{Map, Value};

use crate::api::bookings::body;
use crate::api::bookings::location::Location;
use crate::api::validation::{Broken, Members, Read, value};
use crate::domain::composite::SEGMENTS_MAX;
use crate::domain::slots::chain::Begins;
use crate::domain::time::Timestamp;

/// Longest gap between two segments, minutes: as long as the longest booking.
const GAP_MAX_MINUTES: u32 = 31 * 24 * 60;
/// Longest window for the start of a segment, minutes: a week.
const WINDOW_MAX_MINUTES: u32 = 7 * 24 * 60;

/// Longest chain, minutes, as far as its body says: 366 days, as the slot list; every day of it is looked at.
const SPAN_MAX_MINUTES: u64 = 366 * 24 * 60;

/// One segment that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct SegmentBody {
    /// With whom, or what.
    pub whom: Whom,
    /// When; absent for the first segment of a search.
    pub begins: Option<Begins>,
    /// One of several lengths.
    pub length_minutes: Option<u32>,
    /// Where.
    pub location: Option<Location>,
    /// Answers by booking field.
    pub answers: Map<String, Value>,
}

impl SegmentBody {
    /// How far the segment may reach beyond the one before it, as far as the body says.
    fn span_minutes(&self) -> u64 {
        let until_start = match self.begins {
            Some(Begins::After {
                gap_minutes,
                window_minutes,
            }) => u64::from(gap_minutes).saturating_add(window_minutes.into()),
            Some(Begins::At(_)) | None => 0,
        };
        until_start.saturating_add(self.length_minutes.unwrap_or_default().into())
    }
}

/// How a segment names whom it is booked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// `eventTypeId`: whoever it is booked with.
    EventType(i32),
    /// `providerId`: with its event type of that slug, else with the first one that offers the length.
    Provider {
        /// Wire number.
        number: i32,
        /// `eventTypeSlug`.
        slug: Option<String>,
    },
    /// `teamId`: any of the team, by turns.
    Team {
        /// Wire number.
        number: i32,
        /// `eventTypeSlug`.
        slug: Option<String>,
    },
}

impl Whom {
    /// The member that names it.
    pub(crate) const fn member(&self) -> &'static str {
        match self {
            Self::EventType(_) => "eventTypeId",
            Self::Provider { .. } => "providerId",
            Self::Team { .. } => "teamId",
        }
    }
}

/// Whether segments say when they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Starts {
    /// The first one does, others may.
    Given,
    /// None does: starts are looked for.
    Sought,
}

/// Reads `segments`: 1 to 32, the first without a gap.
pub(crate) fn segments(body: &mut Members<'_>, starts: Starts) -> Vec<SegmentBody> {
    let mut is_first = true;
    let most = usize::try_from(SEGMENTS_MAX).unwrap_or(usize::MAX);
    let read = body.objects("segments", most, |segment| {
        let read = SegmentBody {
            whom: whom(segment),
            begins: begins(segment, starts, is_first),
            length_minutes: segment
                .optional("lengthInMinutes", value::count(1..=body::length_max())),
            location: body::location(segment),
            answers: segment
                .optional("bookingFieldsResponses", body::answers)
                .unwrap_or_default(),
        };
        is_first = false;
        read
    });
    if read.is_none() && body.value("segments").is_none() {
        body.fault("segments", "isArray", "must be an array");
    }
    let read = read.unwrap_or_default();
    if SPAN_MAX_MINUTES < read.iter().map(SegmentBody::span_minutes).sum() {
        let text = "must not span more than 366 days";
        body.fault("segments", "max", text);
    }
    if read.is_empty() && body.is_sound() {
        body.fault(
            "segments",
            "arrayMinSize",
            "must contain at least 1 element",
        );
    }
    read
}

/// Reads when a segment begins: `start`, or `gapMinutes` after the one before it with `windowMinutes` to spare.
pub(crate) fn begins(segment: &mut Members<'_>, starts: Starts, is_first: bool) -> Option<Begins> {
    let start = match starts {
        Starts::Given if is_first => {
            // The placeholder is never used: a fault is noted.
            let start = segment.required_or("start", minute, Timestamp::UNIX_EPOCH);
            return Some(Begins::At(start));
        }
        Starts::Given => segment.optional("start", minute),
        Starts::Sought => None,
    };
    if is_first {
        return None;
    }
    let gap = segment.optional("gapMinutes", value::count(0..=GAP_MAX_MINUTES));
    let window = segment.optional("windowMinutes", value::count(0..=WINDOW_MAX_MINUTES));
    if let Some(start) = start {
        for (name, given) in [("gapMinutes", gap), ("windowMinutes", window)] {
            if given.is_some() {
                segment.fault(name, "isEmpty", "should not exist beside start");
            }
        }
        return Some(Begins::At(start));
    }
    Some(Begins::After {
        gap_minutes: gap.unwrap_or_default(),
        window_minutes: window.unwrap_or_default(),
    })
}

fn whom(segment: &mut Members<'_>) -> Whom {
    let event_type = segment.optional("eventTypeId", value::wire_number);
    let provider = segment.optional("providerId", value::wire_number);
    let team = segment.optional("teamId", value::wire_number);
    let slug = segment.optional("eventTypeSlug", value::name);
    let named = [event_type, provider, team];
    if segment.is_sound() && named.iter().flatten().count() != 1 {
        let text = "must be given, or providerId, or teamId: one of them";
        segment.fault("eventTypeId", "isDefined", text);
    }
    if event_type.is_some() && slug.is_some() {
        let text = "should not exist beside eventTypeId";
        segment.fault("eventTypeSlug", "isEmpty", text);
    }
    match named {
        [None, Some(number), _] => Whom::Provider { number, slug },
        [None, None, Some(number)] => Whom::Team { number, slug },
        [number, ..] => Whom::EventType(number.unwrap_or_default()),
    }
}

/// An instant on a whole minute.
pub(crate) fn minute(value: &Value) -> Read<Timestamp> {
    let at = value::instant(value)?;
    if at.timestamp().rem_euclid(60) == 0 && at.timestamp_subsec_nanos() == 0 {
        return Ok(at);
    }
    Err(Broken::new("isWholeMinute", "must be a whole minute"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::validation::Style;
    use serde_json::json;

    fn read(segments_json: &Value, starts: Starts) -> Result<Vec<SegmentBody>, String> {
        let body = json!({ "segments": segments_json });
        let mut members = Members::new(body.as_object().unwrap());
        let read = segments(&mut members, starts);
        members.finish(Style::Own).map_err(|failure| {
            let errors = failure.refusal().members["errors"]
                .as_array()
                .unwrap()
                .clone();
            let told = errors.iter().map(|error| {
                format!(
                    "{}: {}",
                    error["pointer"].as_str().unwrap(),
                    error["detail"].as_str().unwrap()
                )
            });
            told.collect::<Vec<_>>().join("; ")
        })?;
        Ok(read)
    }

    #[test]
    fn segments_follow_each_other_or_have_starts() {
        let start = "2031-03-04T07:00:00Z";
        let read = read(
            &json!([
                {"eventTypeId": 41, "start": start},
                {"providerId": 7, "gapMinutes": 10, "windowMinutes": 60, "lengthInMinutes": 45},
                {"teamId": 3, "eventTypeSlug": "massage", "start": start},
                {"teamId": 3},
            ]),
            Starts::Given,
        )
        .unwrap();
        let at = Begins::At(start.parse().unwrap());
        let after = |gap_minutes, window_minutes| Begins::After {
            gap_minutes,
            window_minutes,
        };
        let begins: Vec<_> = read.iter().filter_map(|segment| segment.begins).collect();
        assert_eq!(begins, [at, after(10, 60), at, after(0, 0)]);
        let slug = Some("massage".to_owned());
        assert_eq!(read[2].whom, Whom::Team { number: 3, slug });
        assert_eq!(read[1].whom.member(), "providerId");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_segment() {
        let refusal = |segments| read(&segments, Starts::Given).unwrap_err();
        let start = "2031-03-04T07:00:00Z";
        for (segments, told) in [
            (json!(null), "#/segments: segments must be an array"),
            (
                json!([]),
                "#/segments: segments must contain at least 1 element",
            ),
            (json!([1]), "#/segments/0: 0 must be an object"),
            (
                json!([{"eventTypeId": 1}]),
                "#/segments/0/start: start must be a valid ISO 8601 date string",
            ),
            (
                json!([{"eventTypeId": 1, "start": "2031-03-04T07:00:30Z"}]),
                "#/segments/0/start: start must be a whole minute",
            ),
            (
                json!([{"start": start}]),
                "#/segments/0/eventTypeId: eventTypeId must be given, or providerId, or teamId: one of them",
            ),
            (
                json!([{"eventTypeId": 1, "teamId": 2, "start": start}]),
                "#/segments/0/eventTypeId: eventTypeId must be given, or providerId, or teamId: one of them",
            ),
            (
                json!([{"eventTypeId": 1, "eventTypeSlug": "a", "start": start}]),
                "#/segments/0/eventTypeSlug: eventTypeSlug should not exist beside eventTypeId",
            ),
            (
                json!([{"eventTypeId": 1, "start": start, "gapMinutes": 0}]),
                "#/segments/0/gapMinutes: property gapMinutes should not exist",
            ),
            (
                json!([{"eventTypeId": 1, "start": start}, {"eventTypeId": 1, "start": start, "windowMinutes": 5}]),
                "#/segments/1/windowMinutes: windowMinutes should not exist beside start",
            ),
            (
                json!([{"eventTypeId": 1, "start": start}, {"eventTypeId": 1, "gapMinutes": -1}]),
                "#/segments/1/gapMinutes: gapMinutes must not be less than 0",
            ),
            (
                json!([{"eventTypeId": 1, "start": start, "when": 1}]),
                "#/segments/0/when: property when should not exist",
            ),
        ] {
            assert_eq!(refusal(segments), told);
        }
        let one = json!({"eventTypeId": 1, "start": start});
        let far = json!({"eventTypeId": 1, "gapMinutes": 44_640});
        let mut long = vec![one.clone()];
        long.extend(vec![far; 12]);
        assert_eq!(
            refusal(Value::Array(long)),
            "#/segments: segments must not span more than 366 days"
        );
        let many = refusal(Value::Array(vec![one.clone(); 33]));
        assert_eq!(
            many,
            "#/segments: segments must contain no more than 32 elements"
        );
        let sought = read(&json!([one]), Starts::Sought).unwrap_err();
        assert_eq!(
            sought,
            "#/segments/0/start: property start should not exist"
        );
    }
}
