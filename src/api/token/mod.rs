//! Bearer tokens: JSON Web Tokens signed by the configured issuer (RFC 7519, RFC 8725).

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::id::ProviderId;
use crate::domain::tenant::Role;
use crate::domain::time::Timestamp;

/// Verifies tokens of one issuer. The algorithm is bound to the key, never chosen by the token.
pub struct TokenVerifier {
    key: DecodingKey,
    validation: Validation,
    issuer: String,
}

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// `sub`.
    pub subject: String,
    /// `org_id`, else `app_metadata.org_id`: must still be looked up.
    pub tenant: Option<Uuid>,
    /// What it may do.
    pub role: Role,
    /// `app_metadata.daybook_provider`: whom it acts as.
    pub provider: Option<ProviderId>,
}

/// Why a token was refused. It is not told to the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Longer than [`TokenVerifier::LENGTH_MAX`].
    #[error("token is longer than {max} bytes", max = TokenVerifier::LENGTH_MAX)]
    TooLong,
    /// Signature, algorithm, issuer, audience, or a required claim.
    #[error("token is not valid")]
    Invalid(#[from] jsonwebtoken::errors::Error),
    /// The header carries keys, critical extensions or another type of token.
    #[error("token header is not accepted: {0}")]
    Header(&'static str),
    /// `exp`, `nbf` or `iat` against the clock.
    #[error("token is expired or not valid yet")]
    Time,
    /// A claim that cannot be used.
    #[error("claim {0} cannot be used")]
    Claim(&'static str),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    org_id: Option<String>,
    role: Option<String>,
    #[serde(default)]
    app_metadata: AppMetadata,
}

/// The part of the metadata only the issuer writes; `user_metadata` is the user's own and never read.
#[derive(Default, Deserialize)]
struct AppMetadata {
    org_id: Option<String>,
    daybook_role: Option<String>,
    daybook_provider: Option<String>,
}

impl TokenVerifier {
    /// Longest token, bytes.
    pub const LENGTH_MAX: usize = 8 * 1024;
    /// Clocks may differ by this much, seconds.
    pub const LEEWAY_SECONDS: i64 = 30;
    const SUBJECT_MAX: usize = 255;

    /// A verifier of HS256 tokens with a shared secret.
    pub fn hs256(secret: &[u8], issuer: &str, audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        // Times are checked here against the service's own clock, which tests can set.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            key: DecodingKey::from_secret(secret),
            validation,
            issuer: issuer.to_owned(),
        }
    }

    /// Verifies a token at `now`.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, TokenError> {
        if Self::LENGTH_MAX < token.len() {
            return Err(TokenError::TooLong);
        }
        let header = decode_header(token)?;
        if header.jwk.is_some()
            || header.jku.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some()
        {
            return Err(TokenError::Header("brings its own key"));
        }
        if header.crit.is_some() {
            return Err(TokenError::Header("critical extensions"));
        }
        let typ = header.typ.as_deref().unwrap_or("JWT");
        if !typ.eq_ignore_ascii_case("JWT") && !typ.eq_ignore_ascii_case("at+jwt") {
            return Err(TokenError::Header("type"));
        }
        let claims = decode::<Claims>(token, &self.key, &self.validation)?.claims;
        // The library takes a list of issuers that contains ours; this takes one issuer, exactly.
        if claims.iss != self.issuer {
            return Err(TokenError::Claim("iss"));
        }
        check_times(&claims, now)?;
        read(claims)
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenVerifier(***)")
    }
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
    let now = now.timestamp();
    let leeway = TokenVerifier::LEEWAY_SECONDS;
    let expired = claims.exp.saturating_add(leeway) <= now;
    let early = |instant: Option<i64>| instant.is_some_and(|at| now.saturating_add(leeway) < at);
    if expired || early(claims.nbf) || early(claims.iat) {
        return Err(TokenError::Time);
    }
    Ok(())
}

fn read(claims: Claims) -> Result<Verified, TokenError> {
    if claims.sub.is_empty() || TokenVerifier::SUBJECT_MAX < claims.sub.len() {
        return Err(TokenError::Claim("sub"));
    }
    let AppMetadata {
        org_id,
        daybook_role,
        daybook_provider,
    } = claims.app_metadata;
    let tenant = claims
        .org_id
        .or(org_id)
        .map(|text| Uuid::parse_str(&text))
        .transpose()
        .map_err(|_source| TokenError::Claim("org_id"))?;
    let provider = daybook_provider
        .map(|text| text.parse())
        .transpose()
        .map_err(|_source| TokenError::Claim("daybook_provider"))?;
    let role = match (daybook_role.as_deref(), claims.role.as_deref()) {
        (Some("owner"), _) | (None, Some("service_role")) => Role::Owner,
        (Some("provider"), _) => Role::Provider,
        (Some("agent"), _) | (None, Some("authenticated")) => Role::Agent,
        (Some("auditor"), _) => Role::Auditor,
        // A role nobody defined may do what everybody may.
        (Some(_) | None, _) => Role::Anonymous,
    };
    Ok(Verified {
        subject: claims.sub,
        tenant,
        role,
        provider,
    })
}

#[cfg(test)]
mod tests;
