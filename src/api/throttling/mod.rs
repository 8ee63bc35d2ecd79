//! Limits on requests (`reference` § 1.6), decided before any route, credential or database is looked at.
//!
//! A request is counted for its credentials once they have been found valid in this process, else for its address. So
//! nobody escapes a limit by inventing keys: those never become known, and are counted for the address they come from.
//! Every process counts for itself.

mod limiter;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::Api;
use super::authentication::{self, Credentials};
use super::client_address::ClientAddress;
use super::failure::Failure;
use crate::config::{Allowance, RateLimit};
use limiter::{Limiter, Standing};

/// How many requests there may be.
pub const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit-default");
/// How many are left.
pub const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining-default");
/// Seconds until all are there again.
pub const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset-default");

/// An API key, or an address.
const OF_CALLERS: Allowance = per_minute(120);
/// A bearer token or an OAuth client; and what an address may try with credentials that are not known (yet).
const OF_TOKENS: Allowance = per_minute(500);
/// Routes that send mail or touch other people: guests, attendees, location.
const OF_SENSITIVE: Allowance = per_minute(5);
/// Credentials that are remembered as valid; when there are more, all are forgotten and found valid again.
const KNOWN_MAX: usize = 100_000;

const fn per_minute(requests: u32) -> Allowance {
    let requests = match NonZeroU32::new(requests) {
        Some(requests) => requests,
        None => NonZeroU32::MIN,
    };
    Allowance {
        requests,
        window: Duration::from_mins(1),
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    /// An IPv4 address, or the /64 of an IPv6 one: a single client has as many as it likes.
    Address(IpAddr),
    Secret(SecretHash),
}

type SecretHash = [u8; 32];

/// Which of the routes with a limit of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sensitive {
    Guests,
    Attendees,
    Location,
}

/// The limits of this process.
#[derive(Debug)]
pub struct Throttle {
    callers: Limiter<Subject>,
    tokens: Limiter<Subject>,
    sensitive: Limiter<(Subject, Sensitive)>,
    /// Credentials that were found valid.
    known: Mutex<BTreeSet<SecretHash>>,
}

/// Who asks, as far as a look at the request tells.
#[derive(Clone, Copy, Debug)]
struct Asker {
    address: Subject,
    secret: Option<(SecretHash, SecretKind)>,
    sensitive: Option<Sensitive>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SecretKind {
    ApiKey,
    Token,
}

/// Lets a request through, or answers 429; and tells on every answer how many are left.
pub async fn throttle(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let throttle = api.throttle.as_ref();
    let Some(throttle) = throttle.filter(|_| is_counted(request.uri().path())) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let was_known = throttle.knows(&asker);
    let standing = throttle.count(&asker, was_known);
    let mut response = if standing.wait.is_some() {
        too_many(standing)
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    // The first request with valid credentials is counted for them, too: they are told of their own limit.
    let standing = if !was_known && throttle.knows(&asker) {
        throttle.count(&asker, true)
    } else {
        standing
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, standing.limit.into());
    headers.insert(REMAINING, standing.remaining.into());
    headers.insert(RESET, standing.reset_seconds.into());
    response
}

/// The API is limited; what supervises the process, and its documents, are not.
fn is_counted(path: &str) -> bool {
    let is_under = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_under("/v2") || is_under("/api") && !is_under("/api/health")
}

fn too_many(standing: Standing) -> Response {
    let text = "Too many requests. Please try again later.";
    let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, text);
    let wait: HeaderValue = standing.wait.unwrap_or_default().into();
    failure.header(header::RETRY_AFTER, wait).into_response()
}

impl Throttle {
    /// The limits that a setting asks for; `None` when it is off.
    pub fn of(setting: RateLimit) -> Option<Self> {
        let (callers, tokens) = match setting {
            RateLimit::Off => return None,
            RateLimit::Standard => (OF_CALLERS, OF_TOKENS),
            RateLimit::Every(allowance) => (allowance, allowance),
        };
        Some(Self {
            callers: Limiter::of(callers),
            tokens: Limiter::of(tokens),
            sensitive: Limiter::of(OF_SENSITIVE),
            known: Mutex::default(),
        })
    }

    /// Remembers that the credentials of a request are valid.
    pub fn recognise(&self, headers: &HeaderMap) {
        if let Some((secret, _)) = secret_of(headers) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if KNOWN_MAX <= known.len() {
                known.clear();
            }
            known.insert(secret);
        }
    }

    fn knows(&self, asker: &Asker) -> bool {
        asker.secret.is_some_and(|(secret, _)| {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.contains(&secret)
        })
    }

    /// Counts one request; the tighter limit is told.
    fn count(&self, asker: &Asker, is_known: bool) -> Standing {
        let (limiter, subject) = match asker.secret {
            Some((secret, SecretKind::ApiKey)) if is_known => {
                (&self.callers, Subject::Secret(secret))
            }
            Some((secret, SecretKind::Token)) if is_known => {
                (&self.tokens, Subject::Secret(secret))
            }
            // Invented keys use up an allowance of their own: whoever asks without any is not in their way.
            Some(_) => (&self.tokens, asker.address),
            None => (&self.callers, asker.address),
        };
        let standing = limiter.count(&subject);
        match asker.sensitive {
            Some(route) if standing.wait.is_none() => {
                standing.tighter(self.sensitive.count(&(subject, route)))
            }
            Some(_) | None => standing,
        }
    }
}

impl Asker {
    fn of(request: &Parts) -> Self {
        let address = request.extensions.get::<ClientAddress>();
        let address = address.map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.0);
        Self {
            address: Subject::Address(network(address)),
            secret: secret_of(&request.headers),
            sensitive: sensitive(&request.method, request.uri.path()),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

fn secret_of(headers: &HeaderMap) -> Option<(SecretHash, SecretKind)> {
    let (secret, kind) = match authentication::credentials(headers)? {
        Credentials::Bare(secret) if secret.starts_with(b"cal_") => (secret, SecretKind::ApiKey),
        Credentials::Bare(token) => (token, SecretKind::Token),
        Credentials::Client { secret, .. } => (secret, SecretKind::Token),
    };
    Some((Sha256::digest(secret).into(), kind))
}

fn sensitive(method: &Method, path: &str) -> Option<Sensitive> {
    let (_, part) = path.strip_prefix("/v2/bookings/")?.split_once('/')?;
    match (method.as_str(), part) {
        ("POST", "guests") => Some(Sensitive::Guests),
        ("POST", "attendees") => Some(Sensitive::Attendees),
        ("PATCH", "location") => Some(Sensitive::Location),
        _ => None,
    }
}
