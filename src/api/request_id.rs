//! The id of a request: the client's own when it is sane, else a new UUID; echoed on every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Api;

/// Name of the header.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LENGTH_MAX: usize = 128;

/// The id of the request at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Gives every request an id and every answer the same.
pub async fn identify(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let id = given(request.headers()).unwrap_or_else(|| api.ids.uuid().to_string());
    let value = HeaderValue::from_str(&id).ok();
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    if let Some(value) = value {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The client's id, if it is 1 to 128 letters, digits, `-`, `_`, `.` or `:`.
fn given(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let is_sane = !text.is_empty()
        && text.len() <= LENGTH_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    is_sane.then(|| text.to_owned())
}
