//! What is read, what is refused, and in which words.

use serde_json::json;

use super::contact::{email, phone, plainly_slugified, slugified, url};
use super::value::{array, boolean, count, day, instant, integer, time_of_day, wire_number, zone};
use super::*;

fn faults(body: &Value, style: Style) -> Failure {
    let mut members = Members::new(body.as_object().unwrap());
    members.required("title", value::name);
    members.optional("timeZone", zone);
    members.object("attendee", |attendee| {
        attendee.required("name", value::name);
    });
    members.finish(style).unwrap_err()
}

#[test]
fn dropped_style_is_a_tree_and_ignores_unknown_members() {
    let body = json!({"title": 3, "attendee": {"name": "", "x": 1}, "y": 2});
    let failure = faults(&body, Style::Dropping);
    assert_eq!(failure.refusal().message, "Bad Request Exception");
    let details = failure.refusal().details_json().unwrap();
    assert_eq!(
        details,
        json!({"errors": [
            {"property": "title", "children": [], "constraints": {"isString": "title must be a string"}},
            {"property": "attendee", "children": [
                {"property": "name", "children": [], "constraints": {"isNotEmpty": "name should not be empty"}},
            ]},
        ]})
    );
}

#[test]
fn rejecting_style_is_one_text_and_names_unknown_members() {
    let body = json!({"title": "a", "timeZone": "Mars/Olympus", "y": 2});
    let failure = faults(&body, Style::Rejecting);
    assert_eq!(
        failure.refusal().message,
        "timeZone property is wrong,timeZone must be a valid IANA time-zone , y property is wrong,property y should not exist "
    );
}

#[test]
fn own_style_points_at_every_fault() {
    let body = json!({"title": "a", "attendee": {"name": "b", "a/b": 1}});
    let failure = faults(&body, Style::Own);
    assert_eq!(
        failure.refusal().members["errors"],
        json!([{"detail": "property a/b should not exist", "pointer": "#/attendee/a~1b"}])
    );
}

#[test]
fn a_missing_member_breaks_the_rule_of_its_type() {
    let failure = faults(&json!({}), Style::Rejecting);
    assert_eq!(
        failure.refusal().message,
        "title property is wrong,title must be a string "
    );
}

#[test]
fn instants_take_any_offset() {
    for text in [
        "2031-03-04T07:00:00Z",
        "2031-03-04T09:00:00+02:00",
        "2031-03-04T07:00Z",
        "2031-03-04T07:00:00.000Z",
        "2031-03-04T09:00+0200",
        "2031-03-04T07:00:00",
    ] {
        let at = instant(&json!(text)).unwrap();
        assert_eq!(at.to_rfc3339(), "2031-03-04T07:00:00+00:00", "{text}");
    }
    for value in [
        json!("2031-03-04"),
        json!("tomorrow"),
        json!("1969-12-31T23:59:59Z"),
        json!("2031-02-30T00:00:00Z"),
        json!("+12031-03-04T07:00:00Z"),
        json!(1_000),
        json!(null),
    ] {
        assert!(instant(&value).is_err(), "{value}");
    }
}

#[test]
fn integers_are_whole_and_fit() {
    assert_eq!(integer(1..=9)(&json!(9.0)), Ok(9));
    for value in [
        json!(0),
        json!(10),
        json!(1.5),
        json!(1e30),
        json!("3"),
        json!(u64::MAX),
        json!(null),
        json!(true),
    ] {
        assert!(integer(1..=9)(&value).is_err(), "{value}");
    }
    assert!(wire_number(&json!(i64::from(i32::MAX) + 1)).is_err());
    assert_eq!(value::integer_text(0..=9)(&json!("3")), Ok(3));
    assert!(count(0..=5)(&json!(-1)).is_err());
}

#[test]
fn zones_are_normalised() {
    assert_eq!(zone(&json!("europe/riga")), Ok(chrono_tz::Europe::Riga));
    assert_eq!(zone(&json!("Asia/Calcutta")), Ok(chrono_tz::Asia::Kolkata));
    assert_eq!(zone(&json!("Etc/UTC")), Ok(chrono_tz::Tz::UTC));
    assert!(zone(&json!("Mars/Olympus")).is_err());
    assert!(zone(&json!("")).is_err());
}

#[test]
fn contacts_and_names_are_checked() {
    assert_eq!(
        email(&json!("Ilze@Example.org")),
        Ok("ilze@example.org".to_owned())
    );
    for text in [
        "a",
        "a@b",
        "a b@c.org",
        "@c.org",
        "a@.org",
        "a@b..org",
        "a@@b.org",
    ] {
        assert!(email(&json!(text)).is_err(), "{text}");
    }
    assert_eq!(
        phone(&json!("+371 20-000-000")),
        Ok("+37120000000".to_owned())
    );
    for text in [
        "20000000",
        "+0123456789",
        "+1",
        "+123456789012345678",
        "+37a",
    ] {
        assert!(phone(&json!(text)).is_err(), "{text}");
    }
    assert!(url(&json!("https://example.org/a?b=c")).is_ok());
    assert!(url(&json!("javascript:alert(1)")).is_err());
    assert_eq!(slugified("  30 Min: Intro! "), "30-min-intro");
    assert_eq!(slugified("!!!"), "");
    assert_eq!(
        plainly_slugified(" Ķermeņa_masāža 2.0! "),
        "kermena-masaza-2-0"
    );
    assert_eq!(plainly_slugified("\u{4f1a}"), "");
}

#[test]
fn days_and_hours_are_exact() {
    assert!(day(&json!("2031-03-04")).is_ok());
    assert!(day(&json!("2031-3-4")).is_err());
    assert!(time_of_day(&json!("23:59")).is_ok());
    for text in ["24:00", "9:00", "09:00:00", "09.00"] {
        assert!(time_of_day(&json!(text)).is_err(), "{text}");
    }
    assert!(array(1..=2, boolean)(&json!([])).is_err());
    assert!(array(1..=2, boolean)(&json!([true, "x"])).is_err());
}

#[test]
fn a_repeated_name_of_a_query_is_an_array_and_so_is_one_with_brackets() {
    let uri: Uri = "/v2/slots?a=1&b=x%20y&a=2&c[]=3&d%5B%5D=4&d%5B%5D=5"
        .parse()
        .unwrap();
    let members = query_members(&uri).unwrap();
    let expected = json!({"a": ["1", "2"], "b": "x y", "c": ["3"], "d": ["4", "5"]});
    assert_eq!(Value::Object(members), expected);
    assert!(query_members(&"/v2/slots?a=%00".parse().unwrap()).is_err());
}
