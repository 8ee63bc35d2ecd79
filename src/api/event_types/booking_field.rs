//! What a booker is asked (`reference` § 5.3): custom fields, and the default ones around them.

use serde_json::{Map, Value, json};

use crate::api::validation::{Members, contact, value};

const FIELDS_MAX: usize = 100;
const OPTIONS_MAX: usize = 250;
const TYPES: &[&str] = &[
    "name",
    "email",
    "phone",
    "address",
    "text",
    "textarea",
    "url",
    "number",
    "boolean",
    "select",
    "radio",
    "multiselect",
    "checkbox",
    "multiemail",
];
/// Default fields that come before the custom ones, then those after, each with its type.
const BEFORE: [(&str, &str); 3] = [
    ("name", "name"),
    ("email", "email"),
    ("location", "radioInput"),
];
const AFTER: [(&str, &str); 4] = [
    ("title", "text"),
    ("notes", "textarea"),
    ("guests", "multiemail"),
    ("rescheduleReason", "textarea"),
];

fn is_default(slug: &str) -> bool {
    BEFORE
        .iter()
        .chain(&AFTER)
        .any(|(default, _)| *default == slug)
}

/// The fields, if they are given: known members only, each complete for its type.
pub(super) fn read(members: &mut Members<'_>) -> Option<Vec<Value>> {
    let fields = members.objects("bookingFields", FIELDS_MAX, |inner| {
        Value::Object(field(inner))
    })?;
    let slugs: Vec<&str> = fields
        .iter()
        .filter_map(|field| field["slug"].as_str())
        .collect();
    let is_repeated = slugs
        .iter()
        .enumerate()
        .any(|(index, slug)| slugs.iter().take(index).any(|earlier| earlier == slug));
    if is_repeated {
        let text = "must not have the same slug twice";
        members.fault("bookingFields", "arrayUnique", text);
    }
    Some(fields)
}

fn field(members: &mut Members<'_>) -> Map<String, Value> {
    let named = members.optional("slug", value::line);
    if let Some(default) = named.as_deref().filter(|slug| is_default(slug)) {
        return default_field(members, default);
    }
    let kind = members.required("type", value::one_of(TYPES));
    if kind == "name" || kind == "email" {
        return default_field(members, kind);
    }
    let slug = members.required("slug", contact::slug);
    let mut field = Map::new();
    let mut put = |name: &str, value: Value| field.insert(name.to_owned(), value);
    put("type", json!(kind));
    put("slug", json!(slug));
    put("label", json!(members.required("label", value::line)));
    put(
        "required",
        json!(members.required("required", value::boolean)),
    );
    put(
        "hidden",
        json!(members.optional("hidden", value::boolean).unwrap_or(false)),
    );
    if let Some(prefill) = members.optional("disableOnPrefill", value::boolean) {
        put("disableOnPrefill", json!(prefill));
    }
    let placeholder = if matches!(kind, "boolean" | "radio" | "multiselect" | "checkbox") {
        members.optional("placeholder", value::line)
    } else {
        Some(members.required("placeholder", value::line))
    };
    if let Some(placeholder) = placeholder {
        put("placeholder", json!(placeholder));
    }
    if matches!(kind, "select" | "radio" | "multiselect" | "checkbox") {
        let options = members.required("options", value::array(1..=OPTIONS_MAX, value::line));
        put("options", json!(options));
    }
    field
}

/// A default field that is configured: what may be changed of it.
fn default_field(members: &mut Members<'_>, slug: &str) -> Map<String, Value> {
    members.ignore("type");
    let mut field = Map::new();
    field.insert("slug".to_owned(), json!(slug));
    for name in ["required", "hidden", "disableOnPrefill"] {
        if let Some(flag) = members.optional(name, value::boolean) {
            field.insert(name.to_owned(), json!(flag));
        }
    }
    for name in ["label", "placeholder"] {
        if let Some(text) = members.optional(name, value::line) {
            field.insert(name.to_owned(), json!(text));
        }
    }
    field
}

/// All fields as the wire shows them: defaults, the configured ones changed, with the custom ones between.
pub fn with_defaults(fields_json: &str, guests_disabled: bool) -> Vec<Value> {
    let given: Vec<Map<String, Value>> = serde_json::from_str(fields_json).unwrap_or_default();
    let slug = |field: &Map<String, Value>| {
        field
            .get("slug")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let default = |(name, kind): (&str, &str)| {
        let mut field = plain_default(name, kind);
        if name == "guests" && guests_disabled {
            field.insert("hidden".to_owned(), json!(true));
        }
        if let Some(configured) = given.iter().find(|known| slug(known) == name) {
            field.extend(configured.clone());
        }
        Value::Object(field)
    };
    let custom = given
        .iter()
        .filter(|field| !is_default(&slug(field)))
        .map(|field| {
            let mut shown = field.clone();
            shown.insert("isDefault".to_owned(), json!(false));
            Value::Object(shown)
        });
    let before = BEFORE.into_iter().map(default);
    before
        .chain(custom)
        .chain(AFTER.into_iter().map(default))
        .collect()
}

fn plain_default(slug: &str, kind: &str) -> Map<String, Value> {
    let mut field = Map::new();
    let mut put = |name: &str, value: Value| field.insert(name.to_owned(), value);
    put("isDefault", json!(true));
    put("type", json!(kind));
    put("slug", json!(slug));
    put(
        "required",
        json!(matches!(slug, "name" | "email" | "title")),
    );
    if slug != "name" {
        put("hidden", json!(slug == "title"));
    }
    if slug != "location" {
        put("disableOnPrefill", json!(false));
    }
    field
}
