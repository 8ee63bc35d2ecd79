//! The header `Idempotency-Key` (follows draft-ietf-httpapi-idempotency-key-header-07): reduced to keyed hashes before
//! it reaches the ledger, which binds it in the transaction of the events.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use serde_json::Value;

use super::failure::Failure;
use super::problem::Problem;
use crate::domain::id::TenantId;
use crate::ledger::record::Idempotency;
use crate::ledger::vault::{Purpose, Vault};

/// Name of the header.
pub const HEADER: &str = "idempotency-key";
/// Says that an answer is the recorded one of an earlier request with the same key.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const LENGTH_MAX: usize = 255;

/// What a key is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a str,
    /// The method.
    pub method: &'a str,
    /// The route, e.g. `/v2/bookings/{uid}/cancel`.
    pub template: &'a str,
    /// The client's key.
    pub key: &'a str,
    /// Path and query as asked for.
    pub path_and_query: &'a str,
    /// The body.
    pub body: Option<&'a Value>,
}

/// The client's key, if it sent one: a quoted structured string or a bare token of 1 to 255 visible ASCII characters.
///
/// # Errors
/// 400 when it is not well formed, or sent twice.
pub fn key_of(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let malformed = || {
        Failure::malformed("Idempotency-Key must be 1 to 255 visible ASCII characters.")
            .problem(Problem::IdempotencyKeyMissing)
    };
    if values.next().is_some() {
        return Err(malformed());
    }
    let text = value.to_str().map_err(|_source| malformed())?.trim();
    let key = match text.strip_prefix('"') {
        Some(rest) => unquoted(rest).ok_or_else(malformed)?,
        None => text.to_owned(),
    };
    let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || LENGTH_MAX < key.len() || !is_visible {
        return Err(malformed());
    }
    Ok(Some(key))
}

/// The rest of a structured-field string (RFC 8941 § 3.3.3) after its first quote.
fn unquoted(rest: &str) -> Option<String> {
    let inner = rest.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(
                characters
                    .next()
                    .filter(|next| matches!(next, '"' | '\\'))?,
            ),
            '"' => return None,
            other => text.push(other),
        }
    }
    Some(text)
}

/// 400: the path needs a key.
pub fn missing() -> Failure {
    Failure::malformed("Send the header Idempotency-Key, for example a UUID.")
        .problem(Problem::IdempotencyKeyMissing)
}

/// Reduces a key: neither its owner nor the body can be read from what is stored.
///
/// # Errors
/// 400 when the body has no canonical form.
pub fn reduce(
    vault: &Vault,
    tenant: TenantId,
    request: &Request<'_>,
) -> Result<Idempotency, Failure> {
    let body = canonical(request.body)?;
    let key = [
        request.principal,
        request.method,
        request.template,
        request.key,
    ]
    .join("\n");
    let fingerprint = [
        request.method,
        request.template,
        request.path_and_query,
        &body,
    ]
    .join("\n");
    Ok(Idempotency {
        key: vault.keyed_hash(tenant, Purpose::IdempotencyKey, &key),
        fingerprint: vault.keyed_hash(tenant, Purpose::Fingerprint, &fingerprint),
        binds_refusals: true,
    })
}

/// A body in canonical form (RFC 8785); empty without one.
///
/// # Errors
/// 400 when it has none.
pub fn canonical(body: Option<&Value>) -> Result<String, Failure> {
    body.map(serde_json_canonicalizer::to_string)
        .transpose()
        .map(Option::unwrap_or_default)
        .map_err(|_source| Failure::malformed("The body has no canonical form."))
}

/// Marks an answer as a replay, if it is one.
#[must_use]
pub fn marked(mut response: Response, replayed: bool) -> Response {
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Option<String>, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(text).unwrap());
        key_of(&headers)
    }

    #[test]
    fn a_key_is_a_quoted_string_or_a_bare_token() {
        assert_eq!(key_of(&HeaderMap::new()).unwrap(), None);
        assert_eq!(key("abc-1").unwrap().as_deref(), Some("abc-1"));
        assert_eq!(key("\"abc-1\"").unwrap().as_deref(), Some("abc-1"));
        assert_eq!(key(r#""a\"b""#).unwrap().as_deref(), Some("a\"b"));
    }

    #[test]
    fn a_key_that_is_not_well_formed_is_refused() {
        let long = "x".repeat(256);
        for text in [
            "", "\"", "\"\"", "\"a", "a b", "\"a b\"", "\"a\"b\"", "\"a\\x\"", &long,
        ] {
            assert!(key(text).is_err(), "{text}");
        }
    }
}
