//! The body of a request, with what an idempotency key is bound to: method, route, path, query and body.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::Api;
use super::caller::Caller;
use super::composites;
use super::failure::Failure;
use super::idempotency;
use super::presentation::is_own;
use crate::domain::id::TenantId;
use crate::ledger::record::Idempotency;

/// Largest body, bytes (DESIGN § 13).
pub const BODY_MAX: usize = 1024 * 1024;
/// Deepest nesting of a body: nothing the api reads needs more than six.
pub const DEPTH_MAX: usize = 64;

/// A request as a command needs it. It is the last extractor of a handler: it consumes the body.
#[derive(Debug)]
pub struct Payload {
    method: Method,
    template: String,
    path_and_query: String,
    key: Option<String>,
    body: Option<Value>,
}

impl FromRequest<Arc<Api>> for Payload {
    type Rejection = Failure;

    async fn from_request(request: Request, _api: &Arc<Api>) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let key = idempotency::key_of(&parts.headers)?;
        let path = parts.uri.path();
        let is_command = (parts.method == Method::POST || parts.method == Method::PATCH)
            && path != composites::SEARCH;
        if key.is_none() && is_command && is_own(path) {
            return Err(idempotency::missing());
        }
        let template = parts
            .extensions
            .get::<MatchedPath>()
            .map(|path| path.as_str().to_owned())
            .unwrap_or_default();
        let path_and_query = parts
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default();
        let body = read(&parts.headers, body).await?;
        Ok(Self {
            method: parts.method,
            template,
            path_and_query,
            key,
            body,
        })
    }
}

impl Payload {
    /// Whether the client sent an idempotency key.
    pub const fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    /// The members of the body, which must be a JSON object.
    ///
    /// # Errors
    /// 400 when the body is empty or not an object.
    pub fn object(&self) -> Result<&Map<String, Value>, Failure> {
        match &self.body {
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(Failure::malformed("The body must be a JSON object.")),
            None => Err(Failure::malformed("The body is empty.")),
        }
    }

    /// The elements of the body, which must be a JSON array.
    ///
    /// # Errors
    /// 400 when the body is empty or not an array.
    pub fn array(&self) -> Result<&[Value], Failure> {
        match &self.body {
            Some(Value::Array(elements)) => Ok(elements),
            Some(_) | None => Err(Failure::malformed("The body must be a JSON array.")),
        }
    }

    /// The members of the body; an empty body is an empty object.
    ///
    /// # Errors
    /// 400 when the body is not an object.
    pub fn object_or_empty(&self) -> Result<Map<String, Value>, Failure> {
        match &self.body {
            None => Ok(Map::new()),
            Some(_) => self.object().cloned(),
        }
    }

    /// The payloads of the items of a batch: each has a key of its own, and all are bound to the body as a whole.
    ///
    /// # Errors
    /// 400 when the body has no canonical form.
    pub fn items(&self, count: usize) -> Result<Vec<Self>, Failure> {
        let whole = idempotency::canonical(self.body.as_ref())?;
        // Short, and equal for equal bodies only: what each item's fingerprint is made of.
        let digest = Sha256::digest(whole.as_bytes());
        let body = Value::String(BASE64.encode(digest));
        let item = |index: usize| Self {
            method: self.method.clone(),
            template: self.template.clone(),
            path_and_query: self.path_and_query.clone(),
            // No key that a client sends holds a line feed.
            key: self.key.as_ref().map(|key| format!("{key}\n{index}")),
            body: Some(body.clone()),
        };
        Ok((0..count).map(item).collect())
    }

    /// The idempotency key, reduced; `None` when the client sent none.
    ///
    /// # Errors
    /// 400 when the body has no canonical form.
    pub fn idempotency(
        &self,
        api: &Api,
        caller: &Caller,
        tenant: TenantId,
    ) -> Result<Option<Idempotency>, Failure> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        idempotency::reduce(
            api.ledger.vault(),
            tenant,
            &idempotency::Request {
                principal: &caller.actor.id,
                method: self.method.as_str(),
                template: &self.template,
                key,
                path_and_query: &self.path_and_query,
                body: self.body.as_ref(),
            },
        )
        .map(Some)
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Option<Value>, Failure> {
    let bytes = to_bytes(body, BODY_MAX).await.map_err(|_source| {
        // A client that goes away ends the body early, too; it reads no answer.
        Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {BODY_MAX} bytes."),
        )
    })?;
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    if !is_json(headers) {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type must be application/json.",
        ));
    }
    parse(&bytes).map(Some)
}

/// Whether the body says that it is JSON; a body without a media type is taken as JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let text = value.to_str().unwrap_or_default();
    let media = text.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
        || media.to_ascii_lowercase().starts_with("application/")
            && media.to_ascii_lowercase().ends_with("+json")
}

/// Parses JSON within [`DEPTH_MAX`].
fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    let text = str::from_utf8(bytes)
        .map_err(|_source| Failure::malformed("The body is not valid UTF-8."))?;
    if DEPTH_MAX < depth(bytes) {
        return Err(Failure::malformed(format!(
            "The body is nested deeper than {DEPTH_MAX} levels."
        )));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Failure::malformed(format!(
            "The body is not valid JSON (line {}, column {}).",
            error.line(),
            error.column()
        ))
    })?;
    if text.contains("\\u0000") && has_nul(&value) || text.contains('\0') {
        return Err(Failure::malformed(
            "The body holds a NUL character, which no text may have.",
        ));
    }
    Ok(value)
}

/// How deep brackets nest outside strings; no more than needed to refuse what nests too deep.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        match (in_string, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, false, b'"') => in_string = !in_string,
            (false, _, b'{' | b'[') => {
                now += 1;
                deepest = deepest.max(now);
            }
            (false, _, b'}' | b']') => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Postgres stores no NUL in text, so it is refused at the edge.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| name.contains('\0') || has_nul(member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nests_too_deep_or_is_not_json_is_refused() {
        let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
        assert!(parse(deep.as_bytes()).is_err());
        let allowed = format!("{}{}", "[".repeat(64), "]".repeat(64));
        assert!(parse(allowed.as_bytes()).is_ok());
        for text in ["{", "{\"a\":1e999}", "nul", "{\"a\":\"\\u0000\"}", "[1,]"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert_eq!(depth(br#"{"a":"[[[\"[[["}"#), 1);
    }
}
