//! The form of every failure: Cal.com's envelope, its raw bodies, or a problem document, by path.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Api;
use super::envelope::instant;
use super::failure::{Details, Failure};
use super::throttling;

/// Whether a path is one of Daybook's own, where failures are problem documents (DESIGN § 10).
pub fn is_own(path: &str) -> bool {
    const OWN: [&str; 9] = [
        "/v2/providers",
        "/v2/composite-bookings",
        "/v2/bookings/batch",
        "/v2/audit",
        "/v2/feed",
        "/v2/deliveries",
        "/v2/connections",
        "/v2/attendees",
        "/v2/api-keys",
    ];
    let under = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Cal.com has one resource under the same name; its refresh keeps Cal.com's form.
    path != "/v2/api-keys/refresh" && OWN.into_iter().any(under)
        || path
            .strip_prefix("/v2/bookings/")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(_, rest)| rest == "history")
}

/// Writes the body of every failure, and turns bare error statuses (of the router or a layer) into failures.
pub async fn present(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        None if is_bare(&response) => bare(&method, &uri, response.status()),
        None => return response,
    };
    render(&api, &method, &uri, &failure, response.headers())
}

/// An error status without a JSON body: nobody said more.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/"));
    (status.is_client_error() || status.is_server_error()) && !is_json
}

fn bare(method: &Method, uri: &Uri, status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => cannot(method, uri),
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed(method, uri),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(status, "The body is larger than 1048576 bytes.")
        }
        StatusCode::SERVICE_UNAVAILABLE => Failure::outcome_unknown(),
        StatusCode::INTERNAL_SERVER_ERROR => Failure::internal(),
        _ => Failure::new(status, status.canonical_reason().unwrap_or("Error")),
    }
}

/// Path and query as they were asked for.
fn shown(uri: &Uri) -> &str {
    uri.path_and_query()
        .map_or(uri.path(), axum::http::uri::PathAndQuery::as_str)
}

/// 405 for a path that knows other methods.
pub fn method_not_allowed(method: &Method, uri: &Uri) -> Failure {
    Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("Cannot {method} {}", shown(uri)),
    )
}

/// 404 for a path (or a version of it) that nobody serves.
pub fn cannot(method: &Method, uri: &Uri) -> Failure {
    Failure::not_found(format!("Cannot {method} {}", shown(uri)))
}

fn render(
    api: &Api,
    method: &Method,
    uri: &Uri,
    failure: &Failure,
    earlier: &HeaderMap,
) -> Response {
    let refusal = failure.refusal();
    let (status, content_type, body) = if is_own(uri.path()) {
        let (status, body) = problem_document(api, uri.path(), failure);
        (status, "application/problem+json", body)
    } else if matches!(refusal.details, Details::Raw) {
        let body = json!({"statusCode": refusal.status.as_u16(), "message": refusal.message});
        (refusal.status, JSON, body)
    } else {
        envelope(api, uri, failure)
    };
    let mut response = (status, Json(body)).into_response();
    if *method == Method::HEAD {
        *response.body_mut() = axum::body::Body::empty();
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        throttling::LIMIT,
        throttling::REMAINING,
        throttling::RESET,
    ] {
        if let Some(value) = earlier.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    for (name, value) in &refusal.headers {
        headers.insert(name.clone(), value.clone());
    }
    response
}

const JSON: &str = "application/json; charset=utf-8";

fn envelope(api: &Api, uri: &Uri, failure: &Failure) -> (StatusCode, &'static str, Value) {
    let refusal = failure.refusal();
    let mut error = Map::new();
    error.insert("code".to_owned(), json!(refusal.code));
    error.insert("message".to_owned(), json!(refusal.message));
    if let Some(details) = refusal.details_json() {
        error.insert("details".to_owned(), details);
    }
    let body = json!({
        "status": "error",
        "timestamp": instant(refusal.at.unwrap_or_else(|| api.clock.now())),
        "path": shown(uri),
        "error": error,
    });
    (refusal.status, JSON, body)
}

/// A failure as a problem document (RFC 9457), with its status.
pub fn problem_document(api: &Api, path: &str, failure: &Failure) -> (StatusCode, Value) {
    let refusal = failure.refusal();
    let problem = refusal.problem;
    let status = problem.status();
    let mut body = refusal.members.clone();
    body.insert(
        "type".to_owned(),
        json!(format!("{}/problems/{}", api.public_url, problem.slug())),
    );
    body.insert("title".to_owned(), json!(problem.title()));
    body.insert("status".to_owned(), json!(status.as_u16()));
    body.insert("detail".to_owned(), json!(refusal.message));
    body.insert("instance".to_owned(), json!(path));
    (status, Value::Object(body))
}
