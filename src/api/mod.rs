//! Stop 1 of 6 on the path of a booking: HTTP, and nobody else knows it.
//!
//! A request passes, from outside in: rewriting of old paths, request id, security headers, tracing, CORS,
//! [`presentation`] of failures, the limits on requests ([`throttling`]), a catch for panics, a timeout, the body
//! limit; then the router; then the gate ([`authentication`]): version, credentials, role. Handlers parse, execute, answer.
//! Next: [`crate::ledger::Ledger::execute`]. What it recorded is rendered at stop 6, [`bookings`].
//!
//! # To add a route
//! 1. Write the handler with `#[utoipa::path]` in its resource's module and list it in `routes()`.
//! 2. Add its row to `NEEDS` of the module: without one it is answered 403, and a test fails.
//! 3. On a new own path (problem documents): add it to [`presentation::is_own`].

pub mod needs;
pub mod version;
pub mod authentication;
pub mod token;
pub mod caller;
pub mod client_address;
pub mod throttling;
pub mod request_id;
pub mod rewriting;
pub mod payload;
pub mod validation;
pub mod idempotency;
pub mod precondition;
pub mod failure;
pub mod problem;
pub mod presentation;
pub mod rejection;
pub mod envelope;
pub mod page;
pub mod directory;
pub mod provider_state;
pub mod execution;
pub mod standing_in;
mod turns;
pub mod bookings;
pub mod composites;
pub mod slots;
pub mod event_types;
pub mod teams;
pub mod schedules;
pub mod me;
pub mod calendars;
pub mod webhooks;
pub mod organizations;
pub mod providers;
pub mod api_keys;
pub mod api_key_refresh;
pub mod health;
pub mod metrics;
pub mod document;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_request};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use crate::clock::{Clock, Ids};
use crate::config::{RateLimit, TrustedProxies};
use crate::connectors::address::AddressGuard;
use crate::ledger::Ledger;
use crate::projections::bookings::Counts;
use crate::sagas::Sagas;
use throttling::Throttle;
use token::TokenVerifier;
use tokio_util::sync::CancellationToken;

/// A request is given up after this; a command it started runs to its end all the same.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What every handler has at hand.
#[derive(Debug)]
pub struct Api {
    /// Executes commands, finds names, reads state.
    pub ledger: Arc<Ledger>,
    /// Drives composite bookings.
    pub sagas: Arc<Sagas>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// Where clients reach this server, without a slash at the end.
    pub public_url: String,
    /// Verifies bearer tokens; without it they are refused.
    pub tokens: Option<TokenVerifier>,
    /// Limits on requests; `None` when they are off.
    pub throttle: Option<Throttle>,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// Where webhooks may go.
    pub guard: AddressGuard,
    /// Cancelled once the server is to stop: not ready any more.
    pub draining: CancellationToken,
    /// How many bookings lists have.
    pub counts: Counts,
    /// The API document.
    pub document: document::Served,
}

impl Api {
    /// An api over a ledger, without limits on requests.
    pub fn new(
        ledger: Arc<Ledger>,
        sagas: Arc<Sagas>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        public_url: &str,
        tokens: Option<TokenVerifier>,
        draining: CancellationToken,
    ) -> Self {
        Self {
            ledger,
            sagas,
            clock,
            ids,
            public_url: public_url.trim_end_matches('/').to_owned(),
            tokens,
            throttle: None,
            trusted_proxies: TrustedProxies::default(),
            guard: AddressGuard::default(),
            draining,
            counts: Counts::default(),
            document: document::Served::default(),
        }
    }

    /// The same, with limits on requests, behind these proxies.
    #[must_use]
    pub fn admitting(mut self, limit: RateLimit, trusted_proxies: TrustedProxies) -> Self {
        self.throttle = Throttle::of(limit);
        self.trusted_proxies = trusted_proxies;
        self
    }

    /// With another guard of addresses than the one that lets only public ones through.
    #[must_use]
    pub fn guarded_by(mut self, guard: AddressGuard) -> Self {
        self.guard = guard;
        self
    }
}

/// Every route, with its document.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(document::Document::openapi())
        .merge(slots::routes())
        .merge(bookings::routes())
        .merge(composites::routes())
        .merge(event_types::routes())
        .merge(teams::routes())
        .merge(schedules::routes())
        .merge(me::routes())
        .merge(calendars::routes())
        .merge(webhooks::routes())
        .merge(organizations::routes())
        .merge(providers::routes())
        .merge(api_keys::routes())
        .merge(api_key_refresh::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(document::routes())
        .merge(problem::routes())
}

/// The whole service.
pub fn router(api: Arc<Api>) -> Router {
    let (routes, document) = routes().split_for_parts();
    api.document.set(&document);
    let routes = routes
        .route_layer(from_fn_with_state(Arc::clone(&api), authentication::gate))
        .with_state(Arc::clone(&api))
        .merge(document::page());
    let layered = routes.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(Arc::clone(&api), request_id::identify))
            .layer(from_fn_with_state(Arc::clone(&api), client_address::find))
            .map_response(hardened)
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(span)
                    .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
            )
            .layer(cors())
            .layer(from_fn_with_state(Arc::clone(&api), presentation::present))
            .layer(from_fn_with_state(api, throttling::throttle))
            .layer(CatchPanicLayer::new())
            .layer(RequestBodyLimitLayer::new(payload::BODY_MAX))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::SERVICE_UNAVAILABLE,
                TIMEOUT,
            )),
    );
    // `layer` runs after routing, so the router is wrapped as a whole: paths are rewritten before it sees them.
    Router::new().fallback_service(
        ServiceBuilder::new()
            .layer(map_request(|request| async { rewriting::rewrite(request) }))
            .service(layered),
    )
}

/// Adds the usual hardening headers where an answer has none of its own.
fn hardened<Body>(mut response: Response<Body>) -> Response<Body> {
    const FIXED: [(&str, &str); 7] = [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        (
            "strict-transport-security",
            "max-age=15552000; includeSubDomains",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-dns-prefetch-control", "off"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-permitted-cross-domain-policies", "none"),
    ];
    for (name, value) in FIXED {
        let value = HeaderValue::from_static(value);
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// A span per request; never query or headers, which hold names and secrets.
fn span(request: &axum::extract::Request) -> tracing::Span {
    let id = request
        .extensions()
        .get::<request_id::RequestId>()
        .map_or("", |id| id.0.as_str());
    tracing::info_span!("api.request", method = %request.method(), path = request.uri().path(), request.id = id)
}

/// Any origin, as Cal.com (`reference` § 1.1), with Daybook's own headers beside Cal.com's.
fn cors() -> CorsLayer {
    const ALLOWED: [&str; 13] = [
        "x-cal-client-id",
        "x-cal-secret-key",
        "x-cal-platform-embed",
        "cal-api-version",
        "accept",
        "authorization",
        "content-type",
        "origin",
        "idempotency-key",
        "if-match",
        "x-daybook-hold",
        "x-daybook-segment",
        "x-request-id",
    ];
    const EXPOSED: [&str; 8] = [
        "x-ratelimit-limit-default",
        "x-ratelimit-remaining-default",
        "x-ratelimit-reset-default",
        "x-request-id",
        "etag",
        "location",
        "retry-after",
        "idempotent-replayed",
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::PATCH,
            Method::DELETE,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::OPTIONS,
        ])
        .allow_headers(ALLOWED.map(HeaderName::from_static))
        .expose_headers(EXPOSED.map(HeaderName::from_static))
        .max_age(Duration::from_hours(24))
        .vary([header::ORIGIN])
}

#[cfg(test)]
mod tests;
