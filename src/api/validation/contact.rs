//! Readers of contacts and names: e-mail addresses, phone numbers, addresses of pages, slugs.

#![expect(
    clippy::missing_errors_doc,
    reason = "a reader fails with the rule that the value breaks, and its first line says the rule"
)]

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::value::{line, name};
use super::{Broken, Read};

/// An e-mail address, lower-cased: one `@`, no blanks, a domain with a dot.
pub fn email(value: &Value) -> Read<String> {
    let broken = || Broken::new("isEmail", "must be an email");
    let text = value.as_str().ok_or_else(broken)?;
    parse_email(text).ok_or_else(broken)
}

/// Reads an e-mail address.
pub fn parse_email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let is_local = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|character| {
            character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character)
        });
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-')
    };
    let is_domain = domain.contains('.') && domain.len() <= 253 && domain.split('.').all(is_label);
    (is_local && is_domain && text.len() <= 254).then(|| text.to_lowercase())
}

/// An E.164 number; blanks, dots, dashes and brackets are dropped.
pub fn phone(value: &Value) -> Read<String> {
    let broken = || Broken::new("isPhoneNumber", "must be a valid phone number");
    let text = value.as_str().ok_or_else(broken)?;
    parse_phone(text).ok_or_else(broken)
}

/// Reads an E.164 number: `+` and 7 to 15 digits, the first not 0.
pub fn parse_phone(text: &str) -> Option<String> {
    if 40 < text.len() {
        return None;
    }
    let number: String = text
        .chars()
        .filter(|character| !" .-()".contains(*character))
        .collect();
    let digits = number.strip_prefix('+')?;
    let is_number = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    is_number.then_some(number)
}

/// An absolute http or https address.
pub fn url(value: &Value) -> Read<String> {
    let broken = || Broken::new("isUrl", "must be a URL address");
    let text = line(value).map_err(|_other| broken())?;
    let is_url = text.parse::<axum::http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
    });
    if is_url { Ok(text) } else { Err(broken()) }
}

/// A slug as Cal.com makes one: lower case, letters and digits, dashes between.
pub fn slug(value: &Value) -> Read<String> {
    let slug = slugified(&name(value)?);
    if slug.is_empty() {
        return Err(Broken::new("isSlug", "must contain letters or digits"));
    }
    Ok(slug)
}

/// A slug of an event type or tenant: letters without their marks, digits and dashes, at most `max` of them.
pub fn plain_slug(max: usize) -> impl Fn(&Value) -> Read<String> {
    move |value| {
        let slug = plainly_slugified(&name(value)?);
        if slug.is_empty() {
            return Err(Broken::new("isSlug", "must contain letters or digits"));
        }
        if max < slug.len() {
            let text = format!("must be shorter than or equal to {max} characters");
            return Err(Broken::new("maxLength", text));
        }
        Ok(slug)
    }
}

/// Text as a slug of `a-z`, `0-9` and `-`; empty when nothing of it is left.
pub fn plainly_slugified(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let letters = text.trim().nfd().filter(|part| !is_combining_mark(*part));
    for character in letters.flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

/// Text as a slug; empty when nothing of it is left.
pub fn slugified(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '.' || character == '_' {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches(['-', '.']).to_owned()
}
