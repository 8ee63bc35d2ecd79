//! `GET /v2/calendars/busy-times` (`reference` § 9.1).

use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value};

use super::no_credentials;
use super::wire::BusyTime;
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, query_members, value};

const CALENDARS: &str = "calendarsToLoad";
const CALENDARS_MAX: usize = 100;

/// Lists the busy times of connected calendars: every calendar that is named is one that is not connected.
#[utoipa::path(get, path = "/v2/calendars/busy-times", operation_id = "listCalendarBusyTimes", tag = "Calendars", params(
    ("dateFrom" = String, Query, description = "Day or instant"), ("dateTo" = String, Query, description = "Day or instant"),
    ("timeZone" = String, Query, description = "May be left out beside `loggedInUsersTz`"), ("loggedInUsersTz" = Option<String>, Query),
    ("calendarsToLoad[0][credentialId]" = i32, Query), ("calendarsToLoad[0][externalId]" = String, Query)),
    responses((status = 200, description = "Busy times", body = Vec<BusyTime>), (status = 400, description = "Not valid"),
        (status = 404, description = "A calendar that is not connected")))]
pub(super) async fn list(uri: Uri) -> Result<Response, Failure> {
    let query = nested(query_members(&uri)?);
    let mut members = Members::new(&query);
    let from = members.required("dateFrom", optional_instant);
    let to = members.required("dateTo", optional_instant);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        members.fault("dateTo", "isAfter", "must not be before dateFrom");
    }
    let zone = members.optional("timeZone", value::zone);
    let other_zone = members.optional("loggedInUsersTz", value::zone);
    if zone.or(other_zone).is_none() && members.is_sound() {
        members.fault("timeZone", "isTimeZone", "must be a valid IANA time-zone");
    }
    let calendars = members.objects(CALENDARS, CALENDARS_MAX, |calendar| {
        calendar.required("credentialId", value::wire_number_text);
        calendar.required("externalId", value::name);
    });
    if calendars.is_none_or(|calendars| calendars.is_empty()) && members.is_sound() {
        members.fault(CALENDARS, "isArray", "must be an array");
    }
    members.finish(Style::Dropping)?;
    Err(no_credentials())
}

fn optional_instant(
    value: &Value,
) -> crate::api::validation::Read<Option<crate::domain::time::Timestamp>> {
    value::instant_or_day(value).map(|(at, _)| Some(at))
}

/// `calendarsToLoad[0][credentialId]=3` as an array of objects, in the order of their numbers.
fn nested(query: Map<String, Value>) -> Map<String, Value> {
    let mut plain = Map::new();
    let mut calendars = std::collections::BTreeMap::<u32, Map<String, Value>>::new();
    for (name, value) in query {
        match place(&name) {
            Some((index, member)) => {
                let calendar = calendars.entry(index).or_default();
                calendar.insert(member.to_owned(), value);
            }
            None => {
                plain.insert(name, value);
            }
        }
    }
    if !calendars.is_empty() {
        let calendars = calendars.into_values().map(Value::Object).collect();
        plain.insert(CALENDARS.to_owned(), Value::Array(calendars));
    }
    plain
}

fn place(name: &str) -> Option<(u32, &str)> {
    let rest = name.strip_prefix(CALENDARS)?.strip_prefix('[')?;
    let (index, member) = rest.strip_suffix(']')?.split_once("][")?;
    Some((index.parse().ok()?, member))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::nested;

    #[test]
    fn names_in_brackets_are_places_in_an_array() {
        let query = json!({
            "calendarsToLoad[1][externalId]": "b", "calendarsToLoad[0][credentialId]": "3",
            "calendarsToLoad[0][externalId]": "a", "calendarsToLoad": "x", "timeZone": "UTC",
        });
        let query = query.as_object().unwrap().clone();
        assert_eq!(
            json!(nested(query)),
            json!({"timeZone": "UTC", "calendarsToLoad": [{"credentialId": "3", "externalId": "a"}, {"externalId": "b"}]})
        );
    }
}
