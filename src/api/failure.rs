//! The one error type of the api. It says what went wrong; the form (Cal.com's envelope, a raw body or a problem
//! document) is chosen by [`super::presentation`], which knows path and request id.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::problem::Problem;
use crate::domain::time::Timestamp;

/// Why a request was not answered with what it asked for. Nothing internal is in it: it is shown as it is.
#[derive(Clone, Debug)]
pub struct Failure(Box<Refusal>);

/// What a [`Failure`] carries.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// `error.code` of Cal.com's envelope.
    pub code: &'static str,
    /// For a person.
    pub message: String,
    /// `error.details` of Cal.com's envelope.
    pub details: Details,
    /// The kind of problem on Daybook's own paths; its status may differ from `status` (400 there, 422 here).
    pub problem: Problem,
    /// Extension members of the problem document.
    pub members: Map<String, Value>,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Who refused.
    pub standing: Standing,
    /// The instant the answer shows, so that a repeated one shows the same; now when absent.
    pub at: Option<Timestamp>,
}

/// Who refused a request, and so whether it may have been answered otherwise before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The api by itself, before the ledger saw the idempotency key: the key may be bound to another outcome.
    Unasked,
    /// What the command was built from has moved on: read again and retry.
    Stale,
    /// The ledger, which looks the key up.
    Decided,
    /// The ledger, with the recorded outcome of an earlier request with the same key.
    Replayed,
}

/// `error.details` of Cal.com's envelope (`reference` § 1.5).
#[derive(Clone, Debug)]
pub enum Details {
    /// `{message, error, statusCode}`.
    Exception,
    /// The given value.
    Value(Value),
    /// Absent.
    Absent,
    /// No envelope at all: `{"statusCode", "message"}`.
    Raw,
}

impl Failure {
    /// A failure with the class name Cal.com uses for the status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self(Box::new(Refusal {
            status,
            code: class_name(status),
            message: message.into(),
            details: Details::Exception,
            problem: Problem::of_status(status),
            members: Map::new(),
            headers: Vec::new(),
            standing: Standing::Unasked,
            at: None,
        }))
    }

    /// 400: not valid, in Cal.com's words.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).problem(Problem::ValidationFailed)
    }

    /// 400: cannot be parsed.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 422.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// One of the errors that Cal.com answers without its envelope.
    pub fn raw(status: StatusCode, message: impl Into<String>) -> Self {
        let mut failure = Self::new(status, message);
        failure.0.details = Details::Raw;
        failure
    }

    /// An inner procedure's error, code `TRPCError`.
    pub fn procedure(status: StatusCode, message: impl Into<String>) -> Self {
        let mut failure = Self::new(status, message);
        failure.0.code = "TRPCError";
        failure.0.details = Details::Absent;
        failure
    }

    /// A problem of Daybook's own paths.
    pub fn of(problem: Problem, detail: impl Into<String>) -> Self {
        Self::new(problem.status(), detail).problem(problem)
    }

    /// 503: nothing was written, try again.
    pub fn unavailable() -> Self {
        Self::of(
            Problem::TemporaryReducedCapacity,
            "The service cannot take the request now. Try again.",
        )
        .retry_after()
    }

    /// 503: whether it was written is not known; safe to retry with the same key.
    pub fn outcome_unknown() -> Self {
        Self::of(
            Problem::OutcomeUnknown,
            "The outcome is not known yet. Retry with the same Idempotency-Key.",
        )
        .retry_after()
    }

    /// 500: a defect; what happened is in the log, not in the answer.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    /// Sets the kind of problem shown on Daybook's own paths.
    #[must_use]
    pub fn problem(mut self, problem: Problem) -> Self {
        self.0.problem = problem;
        self
    }

    /// Sets `error.code`.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = code;
        self
    }

    /// Sets `error.details`.
    #[must_use]
    pub fn details(mut self, details: Details) -> Self {
        self.0.details = details;
        self
    }

    /// Says which element of a list in the request it is about, and which member of it, if any: `segments[1].eventTypeId`.
    /// Pointers to members of the element become pointers from the body on.
    #[must_use]
    pub fn about(mut self, list: &str, index: usize, member: &str) -> Self {
        let dot = if member.is_empty() { "" } else { "." };
        self.0.message = format!("{list}[{index}]{dot}{member}: {}", self.0.message);
        let errors = self.0.members.get_mut("errors");
        for error in errors.and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(Value::String(pointer)) = error.get_mut("pointer")
                && let Some(rest) = pointer.strip_prefix('#')
            {
                *pointer = format!("#/{list}/{index}{rest}");
            }
        }
        self
    }

    /// Adds an extension member to the problem document.
    #[must_use]
    pub fn member(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Marks the failure as one that goes away when the request is built from a newer state.
    #[must_use]
    pub fn stale(mut self) -> Self {
        self.0.standing = Standing::Stale;
        self
    }

    /// Marks the failure as the ledger's answer to the request's key, now or (`replayed`) earlier; a stale one stays so.
    #[must_use]
    pub fn decided(mut self, replayed: bool) -> Self {
        self.0.standing = match (self.0.standing, replayed) {
            (Standing::Stale, _) => Standing::Stale,
            (_, true) => Standing::Replayed,
            (_, false) => Standing::Decided,
        };
        self
    }

    /// Sets the instant the answer shows.
    #[must_use]
    pub fn at(mut self, at: Option<Timestamp>) -> Self {
        self.0.at = at;
        self
    }

    /// Whether building the request anew may succeed.
    pub const fn is_stale(&self) -> bool {
        matches!(self.0.standing, Standing::Stale)
    }

    /// What it carries.
    pub const fn refusal(&self) -> &Refusal {
        &self.0
    }

    fn retry_after(self) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }
}

impl Refusal {
    /// `error.details` as JSON; `None` when absent.
    pub fn details_json(&self) -> Option<Value> {
        match &self.details {
            Details::Exception => Some(json!({
                "message": self.message,
                "error": self.status.canonical_reason().unwrap_or("Error"),
                "statusCode": self.status.as_u16(),
            })),
            Details::Value(value) => Some(value.clone()),
            Details::Absent | Details::Raw => None,
        }
    }
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure; the presentation middleware writes its body.
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The class name of the exception Cal.com raises with a status.
fn class_name(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "BadRequestException",
        401 => "UnauthorizedException",
        403 => "ForbiddenException",
        404 => "NotFoundException",
        405 => "MethodNotAllowedException",
        409 => "ConflictException",
        410 => "GoneException",
        412 => "PreconditionFailedException",
        413 => "PayloadTooLargeException",
        415 => "UnsupportedMediaTypeException",
        422 => "UnprocessableEntityException",
        429 => "ThrottlerException",
        503 => "ServiceUnavailableException",
        500 => "InternalServerErrorException",
        _ => "HttpException",
    }
}
