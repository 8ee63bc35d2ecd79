//! Answers to an event type's booking fields: required ones, options and JSON types (`reference` § 4.2.5, § 5.3).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::id::EventTypeNumber;

/// A custom booking field of an event type, as its settings carry it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct BookingField {
    #[serde(rename = "type")]
    kind: String,
    slug: Option<String>,
    required: bool,
    hidden: bool,
    options: Vec<String>,
}

/// What the body says beside the answers, for fields that have a place of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    /// `attendee.phoneNumber` is given.
    pub phone_number: bool,
    /// `guests` has an entry.
    pub guests: bool,
}

/// Fields whose answer is a member of its own in the body, or that only a page asks for.
const OWN_MEMBERS: [&str; 5] = ["name", "email", "location", "title", "rescheduleReason"];
const PHONE: &str = "attendeePhoneNumber";

/// Reads `booking_fields_json` of an event type; entries that cannot be read are left out.
pub(crate) fn fields(booking_fields_json: &str) -> Vec<BookingField> {
    let entries: Vec<Value> = serde_json::from_str(booking_fields_json).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// The answers to record, each a JSON text; `null` is the empty string. Answers to fields that the event type does not
/// have are kept, as Cal.com keeps them.
///
/// # Errors
/// The message for a 400; fields are looked at in their order, first whether they are answered.
pub(crate) fn checked(
    answers: &serde_json::Map<String, Value>,
    fields: &[BookingField],
    beside: Beside,
    event_type: EventTypeNumber,
) -> Result<BTreeMap<String, String>, String> {
    for field in fields {
        let Some(slug) = field.slug.as_deref() else {
            continue;
        };
        match answers.get(slug).filter(|answer| !answer.is_null()) {
            Some(answer) => field.check(slug, answer)?,
            None if field.is_missing(slug, beside) => return Err(missing(slug, event_type)),
            None => {}
        }
    }
    Ok(answers
        .iter()
        .map(|(slug, answer)| {
            let text = if answer.is_null() {
                r#""""#.to_owned()
            } else {
                answer.to_string()
            };
            (slug.clone(), text)
        })
        .collect())
}

impl BookingField {
    fn is_missing(&self, slug: &str, beside: Beside) -> bool {
        if !self.required || self.hidden || OWN_MEMBERS.contains(&slug) {
            return false;
        }
        match slug {
            PHONE => !beside.phone_number,
            "guests" => !beside.guests,
            _ => self.kind != "name" && self.kind != "email",
        }
    }

    fn check(&self, slug: &str, answer: &Value) -> Result<(), String> {
        let expected = match self.kind.as_str() {
            "phone" | "address" | "text" | "textarea" | "url" | "select" | "radio" => "string",
            "number" => "number",
            "boolean" => "boolean",
            "multiselect" | "checkbox" | "multiemail" => "array",
            _ => return Ok(()),
        };
        let found = kind_of(answer);
        let are_strings = |values: &Vec<Value>| values.iter().all(Value::is_string);
        if found != expected || !answer.as_array().is_none_or(are_strings) {
            let (expected, found) = if expected == "array" {
                (
                    "array of strings",
                    if found == "array" {
                        "other values"
                    } else {
                        found
                    },
                )
            } else {
                (expected, found)
            };
            return Err(format!(
                "Invalid type for booking field '{slug}'. Expected type {expected} (compatible with field type '{}'), but received {found}.",
                self.kind
            ));
        }
        if !matches!(
            self.kind.as_str(),
            "select" | "radio" | "multiselect" | "checkbox"
        ) {
            return Ok(());
        }
        let picked = answer
            .as_array()
            .map_or(std::slice::from_ref(answer), Vec::as_slice);
        let unknown = picked
            .iter()
            .filter_map(Value::as_str)
            .find(|value| !self.options.iter().any(|option| option == value));
        unknown.map_or(Ok(()), |value| {
            Err(format!(
                "Invalid option '{value}' for booking field '{slug}'. Allowed options are: {}.",
                self.options.join(", ")
            ))
        })
    }
}

fn missing(slug: &str, event_type: EventTypeNumber) -> String {
    if slug == PHONE {
        return format!(
            "Missing attendee phone number - it is required by the event type. Pass it as \"attendee.phoneNumber\" string in the request. You can fetch the event type with ID {event_type} to see the required fields."
        );
    }
    format!(
        "Missing required booking field response: {slug} - it is required by the event type booking fields, but missing in the bookingFieldsResponses. You can fetch the event type with ID {event_type} to see the required fields."
    )
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(fields_json: &Value, answers: Value) -> Result<BTreeMap<String, String>, String> {
        let Value::Object(answers) = answers else {
            unreachable!("answers are an object")
        };
        let beside = Beside {
            phone_number: false,
            guests: false,
        };
        checked(
            &answers,
            &fields(&fields_json.to_string()),
            beside,
            EventTypeNumber::new(41),
        )
    }

    #[test]
    fn answers_are_kept_as_json_text() {
        let kept = check(&json!([]), json!({"party-size":"4","count":4,"note":null})).unwrap();
        assert_eq!(kept["party-size"], r#""4""#);
        assert_eq!(kept["count"], "4");
        assert_eq!(kept["note"], r#""""#);
    }

    #[test]
    fn a_required_answer_is_demanded_unless_hidden() {
        let field = json!([{"type":"text","slug":"why","required":true}]);
        assert!(
            check(&field, json!({}))
                .unwrap_err()
                .starts_with("Missing required booking field response: why - ")
        );
        assert!(check(&field, json!({"why":"because"})).is_ok());
        let hidden = json!([{"type":"text","slug":"why","required":true,"hidden":true},
            {"type":"name","required":true}]);
        assert!(check(&hidden, json!({})).is_ok());
        let phone = json!([{"type":"phone","slug":"attendeePhoneNumber","required":true}]);
        assert!(
            check(&phone, json!({}))
                .unwrap_err()
                .starts_with("Missing attendee phone number - ")
        );
    }

    #[test]
    fn an_answer_has_the_json_type_of_its_field() {
        let number = json!([{"type":"number","slug":"size"}]);
        assert_eq!(
            check(&number, json!({"size":"4"})).unwrap_err(),
            "Invalid type for booking field 'size'. Expected type number (compatible with field type 'number'), but received string."
        );
        let many = json!([{"type":"multiemail","slug":"who"}]);
        assert!(check(&many, json!({"who":["a@example.org"]})).is_ok());
        assert!(
            check(&many, json!({"who":[1]}))
                .unwrap_err()
                .contains("array of strings")
        );
    }

    #[test]
    fn an_option_is_one_of_those_offered() {
        let radio = json!([{"type":"radio","slug":"tea","options":["black","green"]}]);
        assert!(check(&radio, json!({"tea":"green"})).is_ok());
        assert_eq!(
            check(&radio, json!({"tea":"red"})).unwrap_err(),
            "Invalid option 'red' for booking field 'tea'. Allowed options are: black, green."
        );
        let boxes = json!([{"type":"checkbox","slug":"tea","options":["black"]}]);
        assert!(
            check(&boxes, json!({"tea":["black","red"]}))
                .unwrap_err()
                .contains("'red'")
        );
    }
}
