//! Cal.com's success envelope, and how instants are written.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::json;

use crate::domain::time::Timestamp;

/// 200 with `{"status":"success","data":…}`.
pub fn success(data: impl Serialize) -> Response {
    answer(StatusCode::OK, data)
}

/// 201 with `{"status":"success","data":…}`.
pub fn created(data: impl Serialize) -> Response {
    answer(StatusCode::CREATED, data)
}

/// 200 with `{"status":"success"}`.
pub fn done() -> Response {
    typed(Json(json!({"status": "success"})).into_response())
}

fn answer(status: StatusCode, data: impl Serialize) -> Response {
    #[derive(Serialize)]
    struct Envelope<T> {
        status: &'static str,
        data: T,
    }
    let envelope = Envelope {
        status: "success",
        data,
    };
    typed((status, Json(envelope)).into_response())
}

/// With the character set, as Cal.com's answers have it.
fn typed(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}

/// An instant as the wire shows it: UTC, milliseconds, `Z`.
pub fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
