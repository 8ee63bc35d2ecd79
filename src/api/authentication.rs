//! The gate before every route: version, credentials, role, in this order; the first that fails answers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Api;
use super::caller::{Caller, masked};
use super::failure::Failure;
use super::needs::{self, Denial, Need};
use super::presentation::{cannot, method_not_allowed};
use super::rejection::{Asked, Doing, failed};
use super::request_id::RequestId;
use super::version::Version;
use crate::domain::id::{ApiKeyId, ProviderId, TenantId};
use crate::domain::tenant::Role;
use crate::domain::time::Timestamp;
use crate::ledger::LedgerError;
use crate::ledger::api_key::hash_of;
use crate::ledger::database::hex;
use crate::ledger::record::{Actor, Origin};
use crate::ledger::unit::NameKind;

/// What Cal.com answers without credentials.
pub const NO_CREDENTIALS: &str = "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or an access token.";
const NO_CREDENTIALS_GUARD: &str = "PermissionsGuard - no authentication provided. Provide an API key or an access token as 'Bearer' header.";
const KEY_UNKNOWN: &str = "ApiAuthStrategy - api key - Your api key is not valid";
const KEY_EXPIRED: &str = "ApiAuthStrategy - api key - Your api key is expired";
const TOKEN_INVALID: &str = "ApiAuthStrategy - access token - Your access token is not valid";
const ROLE_INSUFFICIENT: &str = "PermissionsGuard - the role of the caller may not do this.";
const USER_AGENT_MAX: usize = 200;

/// Lets a request through to its route, with the [`Caller`] and [`Version`] it was found to have.
pub async fn gate(
    State(api): State<Arc<Api>>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&api, &path, &parts).await {
        Ok((caller, version)) => {
            parts.extensions.insert(caller);
            parts.extensions.insert(version);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(failure) => failure.into_response(),
    }
}

async fn admit(
    api: &Api,
    path: &MatchedPath,
    request: &Parts,
) -> Result<(Caller, Version), Failure> {
    let Some(need) = needs::find(&request.method, path.as_str()) else {
        return Err(undeclared(path, request));
    };
    let version = Version::of(&request.headers);
    if !need.is_in(version) {
        return Err(cannot(&request.method, &request.uri));
    }
    let caller = identify(api, request).await?;
    authorise(need, &caller, credentials(&request.headers).is_some())?;
    Ok((caller, version))
}

/// A method without a row: 405 beside methods that have one, whether there is a handler or not.
fn undeclared(path: &MatchedPath, request: &Parts) -> Failure {
    let methods = needs::methods(path.as_str());
    if methods.is_empty() {
        tracing::error!(
            path = path.as_str(),
            "route declares no need; it is refused"
        );
        return Failure::forbidden(ROLE_INSUFFICIENT);
    }
    let failure = method_not_allowed(&request.method, &request.uri);
    match HeaderValue::from_str(&methods) {
        Ok(value) => failure.header(header::ALLOW, value),
        Err(_unprintable) => failure,
    }
}

/// Whether the caller may use the route.
fn authorise(need: &Need, caller: &Caller, has_credentials: bool) -> Result<(), Failure> {
    if !has_credentials && let Some(denial) = need.access.without_credentials {
        return Err(match denial {
            Denial::Strategy => Failure::unauthenticated(NO_CREDENTIALS),
            Denial::Guard => Failure::forbidden(NO_CREDENTIALS_GUARD),
        });
    }
    if need.access.roles.contains(&caller.role) {
        Ok(())
    } else {
        Err(Failure::forbidden(ROLE_INSUFFICIENT))
    }
}

/// Credentials as sent, without the word `Bearer`.
fn credentials(headers: &HeaderMap) -> Option<&[u8]> {
    let text = headers.get(header::AUTHORIZATION)?.as_bytes();
    let text = match text.get(..7) {
        Some(word) if word.eq_ignore_ascii_case(b"Bearer ") => text.get(7..).unwrap_or_default(),
        Some(_) | None => text,
    };
    let text = text.trim_ascii();
    (!text.is_empty()).then_some(text)
}

/// Who the credentials belong to.
struct Identity {
    tenant: Option<TenantId>,
    role: Role,
    provider: Option<ProviderId>,
    actor: String,
}

async fn identify(api: &Api, request: &Parts) -> Result<Caller, Failure> {
    let identity = match credentials(&request.headers) {
        None => Identity {
            tenant: None,
            role: Role::Anonymous,
            provider: None,
            actor: "anonymous".to_owned(),
        },
        Some(secret) => {
            let text = str::from_utf8(secret).map_err(|_source| invalid_token())?;
            if text.starts_with("cal_") {
                by_api_key(api, text).await?
            } else {
                by_token(api, text).await?
            }
        }
    };
    let address = address(request);
    Ok(Caller {
        tenant: identity.tenant,
        role: identity.role,
        provider: identity.provider,
        actor: Actor {
            id: identity.actor,
            role: identity.role,
        },
        origin: Origin {
            request_id: request
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            ip: address.map(masked),
            user_agent: request
                .headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .map(|text| text.chars().take(USER_AGENT_MAX).collect()),
        },
        correlation: api.ids.uuid(),
        address,
    })
}

fn address(request: &Parts) -> Option<IpAddr> {
    request
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip().to_canonical())
}

/// What the directory says of an API key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyTarget {
    key: ApiKeyId,
    role: Role,
    #[serde(default)]
    provider: Option<ProviderId>,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

async fn by_api_key(api: &Api, secret: &str) -> Result<Identity, Failure> {
    let hash = hash_of(secret);
    let entry = api
        .ledger
        .find(NameKind::ApiKey, "", &hash)
        .await
        .map_err(|error| failed(error, &Asked::new(Doing::Read)))?
        .ok_or_else(|| Failure::unauthenticated(KEY_UNKNOWN))?;
    let target: KeyTarget = serde_json::from_value(entry.target).map_err(|source| {
        failed(
            LedgerError::Corrupt(source.to_string()),
            &Asked::new(Doing::Read),
        )
    })?;
    if target
        .expires_at
        .is_some_and(|expiry| expiry <= api.clock.now())
    {
        return Err(Failure::unauthenticated(KEY_EXPIRED));
    }
    Ok(Identity {
        tenant: Some(entry.tenant),
        role: target.role,
        provider: target.provider,
        actor: format!("api-key:{}", target.key),
    })
}

async fn by_token(api: &Api, token: &str) -> Result<Identity, Failure> {
    let verifier = api.tokens.as_ref().ok_or_else(invalid_token)?;
    let verified = verifier.verify(token, api.clock.now()).map_err(|reason| {
        tracing::info!(%reason, "token refused");
        invalid_token()
    })?;
    let tenant = match verified.tenant {
        Some(id) => Some(
            api.ledger
                .find(NameKind::Tenant, "", &id.to_string())
                .await
                .map_err(|error| failed(error, &Asked::new(Doing::Read)))?
                .ok_or_else(invalid_token)?
                .tenant,
        ),
        None if verified.role == Role::Anonymous => None,
        None => return Err(invalid_token()),
    };
    Ok(Identity {
        tenant,
        role: verified.role,
        provider: verified.provider,
        actor: format!("user:{}", without_address(&verified.subject)),
    })
}

/// An issuer may use e-mail addresses as subjects; the log holds none.
fn without_address(subject: &str) -> String {
    if subject.contains('@') {
        hex(&Sha256::digest(subject.as_bytes()))
    } else {
        subject.to_owned()
    }
}

fn invalid_token() -> Failure {
    Failure::unauthenticated(TOKEN_INVALID).header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    )
}
