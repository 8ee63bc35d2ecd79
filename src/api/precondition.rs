//! Strong validators of Daybook's own resources: the `ETag` is the version (RFC 9110 § 8.8.3, § 13.1).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::failure::Failure;
use super::problem::Problem;

/// The `ETag` of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Adds the `ETag` to an answer.
#[must_use]
pub fn tagged(mut response: Response, version: u64) -> Response {
    if let Ok(value) = HeaderValue::from_str(&etag(version)) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// Checks `If-Match` against the version at hand; a request without it goes through.
///
/// # Errors
/// 412 when it names other versions only.
pub fn check(headers: &HeaderMap, version: u64) -> Result<(), Failure> {
    if !headers.contains_key(header::IF_MATCH) || names(headers, &header::IF_MATCH, version) {
        return Ok(());
    }
    Err(Failure::of(
        Problem::PreconditionFailed,
        "The resource has changed since the version named by If-Match.",
    )
    .member("currentVersion", json!(version)))
}

/// 304 when `If-None-Match` names the version at hand.
pub fn unchanged(headers: &HeaderMap, version: u64) -> Option<Response> {
    names(headers, &header::IF_NONE_MATCH, version)
        .then(|| tagged(StatusCode::NOT_MODIFIED.into_response(), version))
}

fn names(headers: &HeaderMap, header: &header::HeaderName, version: u64) -> bool {
    let tag = etag(version);
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .any(|candidate| candidate == "*" || candidate == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_holds_only_for_the_version_at_hand() {
        let mut headers = HeaderMap::new();
        assert!(check(&headers, 3).is_ok());
        headers.insert(header::IF_MATCH, HeaderValue::from_static("\"2\", \"3\""));
        assert!(check(&headers, 3).is_ok());
        assert!(check(&headers, 4).is_err());
        headers.insert(header::IF_MATCH, HeaderValue::from_static("W/\"4\""));
        assert!(check(&headers, 4).is_err());
        headers.insert(header::IF_MATCH, HeaderValue::from_static("*"));
        assert!(check(&headers, 4).is_ok());
    }
}
