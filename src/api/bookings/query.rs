//! The query of a list of bookings, read (`reference` § 1.7, § 4.3). Unknown parameters are dropped.

use axum::http::Uri;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::api::failure::Failure;
use crate::api::page::{SKIP_MAX, TAKE_MAX};
use crate::api::validation::{Broken, Members, Read, Style, query_members, value};
use crate::api::version::Version;
use crate::domain::time::Timestamp;
use crate::projections::bookings::{Class, SortBy};

const EVENT_TYPES_MAX: usize = 100;
const TAKE_DEFAULT: u32 = 100;
const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 100;

/// What a list is narrowed by, and which page of it is wanted.
#[derive(Clone, Debug)]
pub(crate) struct ListQuery {
    /// Any of these; empty for all.
    pub classes: Vec<Class>,
    /// Of this attendee.
    pub attendee_email: Option<String>,
    /// Of an attendee with every word of this.
    pub attendee_name: Option<String>,
    /// This booking or series.
    pub booking_uid: Option<String>,
    /// Any of these; `None` for all.
    pub event_types: Option<Vec<i32>>,
    /// Of any of these teams; `None` for all.
    pub teams: Option<Vec<i32>>,
    /// Starts at or after.
    pub after_start: Option<Timestamp>,
    /// Ends at or before.
    pub before_end: Option<Timestamp>,
    /// Created at or after, and at or before.
    pub created: (Option<Timestamp>, Option<Timestamp>),
    /// Updated at or after, and at or before.
    pub updated: (Option<Timestamp>, Option<Timestamp>),
    /// Which page.
    pub paging: Paging,
}

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// So many after so many, by something, descending or not.
    Counted {
        take: u32,
        skip: u32,
        sort: (SortBy, bool),
    },
    /// So many after a cursor.
    Continued { limit: u32, cursor: Option<String> },
}

/// The query as the API document has it; [`read`] reads it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "documents the query; `read` reads it member by member"
)]
pub(crate) struct ListParameters {
    /// Comma list of `upcoming`, `recurring`, `past`, `cancelled`, `unconfirmed`; one only from 2026-05-01 on.
    status: Option<String>,
    /// Of this attendee.
    attendee_email: Option<String>,
    /// Of an attendee with every word of this in the name.
    attendee_name: Option<String>,
    /// This booking, or the occurrences of this series.
    booking_uid: Option<String>,
    /// Comma list of wire numbers.
    event_type_ids: Option<String>,
    /// One wire number.
    event_type_id: Option<i32>,
    /// Comma list of wire numbers.
    teams_ids: Option<String>,
    /// One wire number.
    team_id: Option<i32>,
    /// Starts at or after.
    after_start: Option<String>,
    /// Ends at or before.
    before_end: Option<String>,
    /// Created at or after.
    after_created_at: Option<String>,
    /// Created at or before.
    before_created_at: Option<String>,
    /// Updated at or after.
    after_updated_at: Option<String>,
    /// Updated at or before.
    before_updated_at: Option<String>,
    /// `asc` or `desc`; the first sort given wins.
    sort_start: Option<String>,
    /// `asc` or `desc`.
    sort_end: Option<String>,
    /// `asc` or `desc`.
    sort_created: Option<String>,
    /// `asc` or `desc`.
    sort_updated_at: Option<String>,
    /// 1 to 250, 100 by default; before 2026-05-01.
    take: Option<u32>,
    /// From 0; before 2026-05-01.
    skip: Option<u32>,
    /// 1 to 100, 50 by default; from 2026-05-01 on.
    limit: Option<u32>,
    /// `nextCursor` of the page before; from 2026-05-01 on.
    cursor: Option<String>,
}

/// Reads the query of a list.
///
/// # Errors
/// 400 with every fault.
pub(crate) fn read(uri: &Uri, version: Version) -> Result<ListQuery, Failure> {
    of_members(&query_members(uri)?, version)
}

/// Reads the query of a list in the oldest shape: `status`, alone or as `filters[status]`, `limit` and `cursor`, the
/// count of what was given before.
///
/// # Errors
/// 400 with every fault.
pub(crate) fn legacy(uri: &Uri) -> Result<ListQuery, Failure> {
    const FILTERED: &str = "filters[status]";
    let mut given = query_members(uri)?;
    if let Some(status) = given.remove(FILTERED) {
        given.insert("status".to_owned(), status);
    }
    let mut members = Map::new();
    for (name, read_as) in [("status", "status"), ("limit", "take"), ("cursor", "skip")] {
        if let Some(value) = given.remove(name) {
            members.insert(read_as.to_owned(), value);
        }
    }
    of_members(&members, Version::V2024_08_13)
}

fn of_members(members: &Map<String, Value>, version: Version) -> Result<ListQuery, Failure> {
    let is_continued = Version::V2026_05_01 <= version;
    let mut query = Members::new(members);
    let classes_max = if is_continued { 1 } else { 5 };
    let classes = query
        .optional("status", value::list_text(classes_max, class))
        .unwrap_or_default();
    let event_types = numbers(&mut query, "eventTypeIds", "eventTypeId");
    let teams = numbers(&mut query, "teamsIds", "teamId");
    let paging = if is_continued {
        continued(&mut query)
    } else {
        counted(&mut query, &classes)
    };
    let read = ListQuery {
        classes,
        // A plus in a query is read as a blank; no address holds one.
        attendee_email: query.optional("attendeeEmail", |text| {
            value::line(text).map(|text| text.trim().replace(' ', "+").to_lowercase())
        }),
        attendee_name: query.optional("attendeeName", value::line),
        booking_uid: query.optional("bookingUid", value::line),
        event_types,
        teams,
        after_start: query.optional("afterStart", value::instant),
        before_end: query.optional("beforeEnd", value::instant),
        created: (
            query.optional("afterCreatedAt", value::instant),
            query.optional("beforeCreatedAt", value::instant),
        ),
        updated: (
            query.optional("afterUpdatedAt", value::instant),
            query.optional("beforeUpdatedAt", value::instant),
        ),
        paging,
    };
    query.finish(Style::Dropping)?;
    Ok(read)
}

/// Wire numbers given as a list, as one, or both; `None` for none.
fn numbers(query: &mut Members<'_>, several: &'static str, one: &'static str) -> Option<Vec<i32>> {
    let of_list = value::list_text(EVENT_TYPES_MAX, value::wire_number_text);
    let listed = query.optional(several, of_list);
    let alone = query.optional(one, value::wire_number_text);
    if listed.is_none() && alone.is_none() {
        return None;
    }
    Some(listed.into_iter().flatten().chain(alone).collect())
}

impl ListQuery {
    /// Whether the list begins with what comes next.
    pub(crate) fn goes_forward(&self) -> bool {
        are_forward(&self.classes)
    }
}

fn are_forward(classes: &[Class]) -> bool {
    let is_forward = |class: &Class| match class {
        Class::Upcoming | Class::Recurring | Class::Unconfirmed => true,
        Class::Past | Class::Cancelled => false,
    };
    !classes.is_empty() && classes.iter().all(is_forward)
}

fn class(value: &Value) -> Read<Class> {
    const CLASSES: [(&str, Class); 5] = [
        ("upcoming", Class::Upcoming),
        ("recurring", Class::Recurring),
        ("past", Class::Past),
        ("cancelled", Class::Cancelled),
        ("unconfirmed", Class::Unconfirmed),
    ];
    let named = |text: &str| CLASSES.iter().find(|(name, _)| *name == text);
    value
        .as_str()
        .and_then(named)
        .map(|(_, class)| *class)
        .ok_or_else(|| {
            let names: Vec<_> = CLASSES.iter().map(|(name, _)| *name).collect();
            let text = format!("must be one of the following values: {}", names.join(", "));
            Broken::new("isEnum", text)
        })
}

fn continued(query: &mut Members<'_>) -> Paging {
    let limit = query.optional("limit", value::count_text(1..=LIMIT_MAX));
    Paging::Continued {
        limit: limit.unwrap_or(LIMIT_DEFAULT),
        cursor: query.optional("cursor", value::line),
    }
}

fn counted(query: &mut Members<'_>, classes: &[Class]) -> Paging {
    const SORTS: [(&str, SortBy); 4] = [
        ("sortStart", SortBy::Start),
        ("sortEnd", SortBy::End),
        ("sortCreated", SortBy::Created),
        ("sortUpdatedAt", SortBy::Updated),
    ];
    let mut sort = None;
    for (name, by) in SORTS {
        let order = query.optional(name, value::one_of(&["asc", "desc"]));
        sort = sort.or(order.map(|order| (by, order == "desc")));
    }
    let take = query.optional("take", value::count_text(1..=TAKE_MAX));
    let skip = query.optional("skip", value::count_text(0..=SKIP_MAX));
    Paging::Counted {
        take: take.unwrap_or(TAKE_DEFAULT),
        skip: skip.unwrap_or_default(),
        sort: sort.unwrap_or((SortBy::Start, !are_forward(classes))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str, version: Version) -> Result<ListQuery, Failure> {
        read(&format!("/v2/bookings?{text}").parse().unwrap(), version)
    }

    fn sort(text: &str) -> (SortBy, bool) {
        match query(text, Version::V2024_08_13).unwrap().paging {
            Paging::Counted { sort, .. } => sort,
            Paging::Continued { .. } => unreachable!("an older version counts"),
        }
    }

    #[test]
    fn pages_are_counted_before_2026_05_01_and_continued_from_then_on() {
        let counted = query("take=2&skip=4", Version::V2026_02_25).unwrap();
        assert!(matches!(
            counted.paging,
            Paging::Counted {
                take: 2,
                skip: 4,
                ..
            }
        ));
        let continued = query("limit=2&cursor=x&take=9999", Version::V2026_05_01).unwrap();
        let cursor = Some("x".to_owned());
        assert_eq!(continued.paging, Paging::Continued { limit: 2, cursor });
        for text in ["take=0", "take=251", "skip=-1", "take=x"] {
            assert!(query(text, Version::V2024_08_13).is_err(), "{text}");
        }
        assert!(query("limit=101", Version::V2026_05_01).is_err());
    }

    #[test]
    fn what_comes_next_is_first_and_what_has_been_is_newest_first() {
        assert_eq!(sort("status=upcoming"), (SortBy::Start, false));
        assert_eq!(sort("status=upcoming,unconfirmed"), (SortBy::Start, false));
        assert_eq!(sort("status=past"), (SortBy::Start, true));
        assert_eq!(sort("status=upcoming,past"), (SortBy::Start, true));
        assert_eq!(sort(""), (SortBy::Start, true));
        assert_eq!(
            sort("status=past&sortCreated=asc&sortEnd=desc"),
            (SortBy::End, true)
        );
    }

    #[test]
    fn classes_are_joined_by_or_except_with_cursors() {
        let both = query("status=past,cancelled", Version::V2024_08_13).unwrap();
        assert_eq!(both.classes, [Class::Past, Class::Cancelled]);
        assert!(query("status=past,cancelled", Version::V2026_05_01).is_err());
        assert!(query("status=soon", Version::V2024_08_13).is_err());
    }

    #[test]
    fn blanks_in_an_address_are_read_back_as_plus() {
        let query = query(
            "attendeeEmail=Ilze+work@example.org&unknown=1",
            Version::V2024_08_13,
        );
        let email = query.unwrap().attendee_email.unwrap();
        assert_eq!(email, "ilze+work@example.org");
    }

    #[test]
    fn event_types_are_named_by_one_or_several() {
        let several = query("eventTypeIds=1,2&eventTypeId=3", Version::V2024_08_13).unwrap();
        assert_eq!(several.event_types, Some(vec![1, 2, 3]));
        assert_eq!(query("", Version::V2024_08_13).unwrap().event_types, None);
        let teams = query("teamsIds=1,2&teamId=3", Version::V2024_08_13).unwrap();
        assert_eq!(teams.teams, Some(vec![1, 2, 3]));
    }
}
