//! The problem catalogue: every `type` a problem document of Daybook's own paths may carry (RFC 9457), closed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::failure::Failure;
use super::needs::{Need, PUBLIC};

/// A kind of problem. Clients branch on its `type`, never on `detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The slot is taken, held, outside opening hours or full.
    SlotUnavailable,
    /// The thing's state does not allow the command.
    TransitionNotAllowed,
    /// A composite booking was undone: a segment could not be booked in time, or was declined.
    CompositeUndone,
    /// A name that must be unique is taken.
    NameTaken,
    /// `If-Match` does not match.
    PreconditionFailed,
    /// `If-Match` is required and absent.
    PreconditionRequired,
    /// `Idempotency-Key` is required and absent, or not well formed.
    IdempotencyKeyMissing,
    /// The key was used for another request.
    IdempotencyKeyReused,
    /// Well formed, but a value breaks a rule.
    ValidationFailed,
    /// Cannot be parsed.
    MalformedRequest,
    /// Absent, or not the caller's.
    NotFound,
    /// The path does not know the method.
    MethodNotAllowed,
    /// No credentials, or not valid ones.
    Unauthenticated,
    /// The role may not do this.
    InsufficientScope,
    /// The media type of the body is not `application/json`.
    UnsupportedMediaType,
    /// The body, or what it asks for, is larger than a limit.
    TooLarge,
    /// Too many requests, or too many of something open.
    QuotaExceeded,
    /// The person's data is erased.
    Erased,
    /// Overloaded, or the database is out of reach; nothing was written.
    TemporaryReducedCapacity,
    /// The outcome could not be learnt: retry with the same key.
    OutcomeUnknown,
    /// A defect of the server.
    Internal,
}

impl Problem {
    /// Every kind, in the order the catalogue lists them.
    pub const ALL: [Self; 21] = [
        Self::SlotUnavailable,
        Self::TransitionNotAllowed,
        Self::CompositeUndone,
        Self::NameTaken,
        Self::PreconditionFailed,
        Self::PreconditionRequired,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyReused,
        Self::ValidationFailed,
        Self::MalformedRequest,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Unauthenticated,
        Self::InsufficientScope,
        Self::UnsupportedMediaType,
        Self::TooLarge,
        Self::QuotaExceeded,
        Self::Erased,
        Self::TemporaryReducedCapacity,
        Self::OutcomeUnknown,
        Self::Internal,
    ];

    /// The HTTP status the kind is answered with.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::SlotUnavailable
            | Self::TransitionNotAllowed
            | Self::CompositeUndone
            | Self::NameTaken => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::IdempotencyKeyMissing | Self::MalformedRequest => StatusCode::BAD_REQUEST,
            Self::IdempotencyKeyReused | Self::ValidationFailed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::QuotaExceeded => StatusCode::TOO_MANY_REQUESTS,
            Self::Erased => StatusCode::GONE,
            Self::TemporaryReducedCapacity | Self::OutcomeUnknown => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Last path segment of `type`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::SlotUnavailable => "slot-unavailable",
            Self::TransitionNotAllowed => "transition-not-allowed",
            Self::CompositeUndone => "composite-undone",
            Self::NameTaken => "name-taken",
            Self::PreconditionFailed => "precondition-failed",
            Self::PreconditionRequired => "precondition-required",
            Self::IdempotencyKeyMissing => "idempotency-key-missing",
            Self::IdempotencyKeyReused => "idempotency-key-reused",
            Self::ValidationFailed => "validation-failed",
            Self::MalformedRequest => "malformed-request",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Unauthenticated => "unauthenticated",
            Self::InsufficientScope => "insufficient-scope",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::TooLarge => "too-large",
            Self::QuotaExceeded => "quota-exceeded",
            Self::Erased => "erased",
            Self::TemporaryReducedCapacity => "temporary-reduced-capacity",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Internal => "internal",
        }
    }

    /// Constant title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SlotUnavailable => "The slot is not available",
            Self::TransitionNotAllowed => "The state does not allow this",
            Self::CompositeUndone => "The composite booking was undone",
            Self::NameTaken => "The name is taken",
            Self::PreconditionFailed => "The resource has changed",
            Self::PreconditionRequired => "If-Match is required",
            Self::IdempotencyKeyMissing => "An Idempotency-Key is required",
            Self::IdempotencyKeyReused => "The Idempotency-Key was used for another request",
            Self::ValidationFailed => "The request is not valid",
            Self::MalformedRequest => "The request cannot be read",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "The method is not allowed here",
            Self::Unauthenticated => "Credentials are required",
            Self::InsufficientScope => "The role may not do this",
            Self::UnsupportedMediaType => "The body must be JSON",
            Self::TooLarge => "The request is too large",
            Self::QuotaExceeded => "A quota is used up",
            Self::Erased => "The personal data is erased",
            Self::TemporaryReducedCapacity => "The service is busy",
            Self::OutcomeUnknown => "The outcome is not known yet",
            Self::Internal => "The server failed",
        }
    }

    /// The kind that fits a bare status.
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthenticated,
            403 => Self::InsufficientScope,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            409 => Self::TransitionNotAllowed,
            410 => Self::Erased,
            412 => Self::PreconditionFailed,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            422 => Self::ValidationFailed,
            428 => Self::PreconditionRequired,
            429 => Self::QuotaExceeded,
            503 => Self::TemporaryReducedCapacity,
            400..=499 => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }
}

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::get("/problems/{slug}", PUBLIC)];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(explain))
}

/// Explains one kind of problem: what `type` of a problem document leads to.
#[utoipa::path(get, path = "/problems/{slug}", operation_id = "explainProblem", tag = "Operations", params(("slug" = String, Path, description = "Last segment of `type`")),
    responses((status = 200, description = "The explanation", body = String, content_type = "text/html")))]
async fn explain(State(_api): State<Arc<Api>>, Path(slug): Path<String>) -> Response {
    let Some(problem) = Problem::ALL
        .into_iter()
        .find(|problem| problem.slug() == slug)
    else {
        return Failure::not_found("There is no such problem.").into_response();
    };
    let (status, title) = (problem.status(), problem.title());
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{slug}</title>\
         <h1>{title}</h1><p><code>{slug}</code>, answered with status {status}.</p></html>"
    ))
    .into_response()
}
