//! Whether the process lives, and whether it is ready to serve.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::needs::{Need, PUBLIC};
use crate::ledger::Unready;
use crate::ledger::database::DatabaseError;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::get("/livez", PUBLIC), Need::get("/readyz", PUBLIC)];

/// The database must answer within this.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(livez))
        .routes(routes!(readyz))
}

/// Answers as long as the process can; touches no dependency.
#[utoipa::path(get, path = "/livez", operation_id = "live", tag = "Operations", responses((status = 200, description = "The process lives")))]
async fn livez() -> Response {
    Json(json!({"status": "pass"})).into_response()
}

/// Answers 200 when commands are written, the database answers, its read models are this program's and the clocks
/// agree, else 503 with the reason.
#[utoipa::path(get, path = "/readyz", operation_id = "ready", tag = "Operations",
    responses((status = 200, description = "Ready"), (status = 503, description = "Not ready, and why")))]
async fn readyz(State(api): State<Arc<Api>>) -> Response {
    if api.draining.is_cancelled() {
        return not_ready("the server is about to stop");
    }
    if let Some(skew) = api.ledger.clock_watch().too_far_apart() {
        let milliseconds = skew.num_milliseconds().abs();
        let reason = format!("this machine's clock is {milliseconds} ms off the database's");
        return not_ready(&reason);
    }
    let reason = match tokio::time::timeout(READY_WITHIN, api.ledger.readiness()).await {
        Ok(Ok(())) => return Json(json!({"status": "pass"})).into_response(),
        Ok(Err(
            error @ (Unready::NotCommitting | Unready::Database(DatabaseError::Outdated { .. })),
        )) => return not_ready(&error.to_string()),
        Ok(Err(error)) => {
            tracing::warn!(%error, source = ?std::error::Error::source(&error), "database does not answer");
            "the database does not answer"
        }
        Err(_elapsed) => "the database does not answer in time",
    };
    not_ready(reason)
}

fn not_ready(reason: &str) -> Response {
    let body = json!({"status": "fail", "output": reason});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}
