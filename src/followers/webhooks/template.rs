//! Bodies in a subscriber's own words: `{{field}}`, `{{organizer.name}}`, `{{attendees.0.email}}`.
//!
//! Like Handlebars, as far as one value at one place goes. A whole engine was rejected: its loops and partials would let
//! a subscriber's template spend our time, and escape for HTML what is no HTML.

use serde_json::Value;

/// What a template is filled in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The template is JSON: values stand inside its texts, and are escaped so that it stays JSON.
    Json,
    /// Anything else, sent as a form: values stand as they are.
    Text,
}

/// How a template is read.
pub fn form_of(template: &str) -> Form {
    match serde_json::from_str::<serde::de::IgnoredAny>(template) {
        Ok(_) => Form::Json,
        Err(_) => Form::Text,
    }
}

/// Longest body that a template may come to: the largest of a request to us.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;

/// A template came to more than [`BODY_MAX_BYTES`]: it names what is long over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the template comes to more than {BODY_MAX_BYTES} bytes")]
pub struct TooLong;

/// Fills a template in. Names that lead nowhere leave nothing; a `{{` that is not closed stays as it is.
///
/// # Errors
/// [`TooLong`], as soon as it is known.
pub fn filled(template: &str, form: Form, context: &Value) -> Result<String, TooLong> {
    let mut body = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, opened)) = rest.split_once("{{") {
        let Some((name, after)) = opened.split_once("}}") else {
            break;
        };
        body.push_str(before);
        // A third brace asks Handlebars not to escape for HTML, which nothing here does.
        let (name, after) = match name.strip_prefix('{') {
            Some(name) => (name, after.strip_prefix('}').unwrap_or(after)),
            None => (name, after),
        };
        let text = found(context, name.trim()).map_or_else(String::new, text);
        match form {
            Form::Json => body.push_str(&escaped(&text)),
            Form::Text => body.push_str(&text),
        }
        rest = after;
        bounded(&body)?;
    }
    body.push_str(rest);
    bounded(&body)?;
    Ok(body)
}

const fn bounded(body: &str) -> Result<(), TooLong> {
    if BODY_MAX_BYTES < body.len() {
        return Err(TooLong);
    }
    Ok(())
}

/// The value at a path: members by name, elements by number, `[0]` as well as `0`.
fn found<'a>(context: &'a Value, path: &str) -> Option<&'a Value> {
    let path = path.strip_prefix("this.").unwrap_or(path);
    path.split('.')
        .try_fold(context, |value, step| match value {
            Value::Object(members) => members.get(step),
            Value::Array(elements) => {
                let index = step.trim_start_matches('[').trim_end_matches(']');
                elements.get(index.parse::<usize>().ok()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// As it stands inside a JSON text, without the quotes around it.
fn escaped(text: &str) -> String {
    let quoted = Value::String(text.to_owned()).to_string();
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fill(template: &str) -> String {
        let context = json!({
            "title": "Intro \"first\"\nline", "length": 60, "none": null, "organizer": {"name": "Ana Roze"},
            "attendees": [{"email": "ilze@example.org"}],
        });
        filled(template, form_of(template), &context).unwrap()
    }

    #[test]
    fn a_body_has_an_end() {
        let context = json!({"long": "x".repeat(1024)});
        let times = |count: usize| {
            let template = "{{long}}".repeat(count);
            filled(&template, form_of(&template), &context).map(|body| body.len())
        };
        assert_eq!(times(1024), Ok(BODY_MAX_BYTES));
        assert_eq!(times(1025), Err(TooLong));
    }

    #[test]
    fn names_are_replaced_by_what_they_lead_to() {
        assert_eq!(
            fill("{{organizer.name}} for {{ length }}"),
            "Ana Roze for 60"
        );
        assert_eq!(fill("{{attendees.0.email}}"), "ilze@example.org");
        assert_eq!(
            fill("{{attendees.[0].email}}={{{this.length}}}."),
            "ilze@example.org=60."
        );
        assert_eq!(
            fill("a{{none}}b{{nowhere}}c{{length.x}}d{{attendees.7}}e"),
            "abcde"
        );
        assert_eq!(fill("{{organizer}}"), r#"{"name":"Ana Roze"}"#);
    }

    #[test]
    fn what_is_not_closed_stays() {
        for template in ["", "plain", "{{length", "}}", "{ {length} }"] {
            assert_eq!(fill(template), template);
        }
        assert_eq!(fill("{{length}} {{length"), "60 {{length");
    }

    #[test]
    fn a_template_that_is_json_stays_json() {
        let template = r#"{"b": "{{title}}", "a": ["{{length}}"]}"#;
        assert_eq!(form_of(template), Form::Json);
        let body = fill(template);
        assert_eq!(body, r#"{"b": "Intro \"first\"\nline", "a": ["60"]}"#);
        let read: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(read["b"], "Intro \"first\"\nline");
        assert_eq!(form_of("title={{title}}"), Form::Text);
        assert_eq!(fill("title={{title}}"), "title=Intro \"first\"\nline");
    }
}
