//! What every handler that changes bookings takes: caller, version and body in one extractor.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::request::BookingRequest;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::provider_state::ProviderState;
use crate::api::version::Version;
use crate::domain::id::HoldId;
use crate::domain::terms::Terms;
use crate::domain::time::TimeSlot;
use crate::ledger::unit::NameKind;

/// Names the caller's own exclusive hold. See [`BookingRequest::redeemable`].
pub(crate) const HOLD: &str = "x-daybook-hold";
/// With the value `alone`: one segment of a composite booking is to be changed alone.
const SEGMENT: &str = "x-daybook-segment";

/// A request that changes bookings, as it was sent. The last extractor of a handler: it consumes the body.
#[derive(Debug)]
pub(crate) struct Sent {
    api: Arc<Api>,
    caller: Caller,
    version: Version,
    hold: Option<HeaderValue>,
    alone: bool,
    pub(crate) payload: Payload,
}

impl FromRequest<Arc<Api>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, api)
            .await
            .map_err(Failure::into_response)?;
        let Extension(version) = Extension::from_request_parts(&mut parts, api)
            .await
            .map_err(IntoResponse::into_response)?;
        let hold = parts.headers.get(HOLD).cloned();
        let alone = parts.headers.get(SEGMENT);
        let alone = alone.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"alone"));
        let payload = Payload::from_request(Request::from_parts(parts, body), api)
            .await
            .map_err(Failure::into_response)?;
        Ok(Self {
            api: Arc::clone(api),
            caller,
            version,
            hold,
            alone,
            payload,
        })
    }
}

impl Sent {
    /// The caller's own exclusive hold that it names, if it does.
    ///
    /// # Errors
    /// 400 for what is no uid.
    pub(crate) fn hold(&self) -> Result<Option<HoldId>, Failure> {
        self.hold.as_ref().map(hold_named).transpose()
    }

    /// The request, for its handler.
    pub(crate) fn request(&self) -> BookingRequest<'_> {
        BookingRequest {
            api: &self.api,
            caller: &self.caller,
            payload: &self.payload,
            version: self.version,
            alone: self.alone,
        }
    }
}

impl BookingRequest<'_> {
    /// The hold to redeem. Where the event type's holds are advisory it is ignored, unless it is exclusive from before the
    /// event type changed: it would keep others and its own holder away.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub(crate) async fn redeemable(
        &self,
        named: Option<HoldId>,
        terms: &Terms,
        slots: &[TimeSlot],
    ) -> Result<Option<HoldId>, Failure> {
        let Some(hold) = named.filter(|_| !terms.exclusive_holds) else {
            return Ok(named);
        };
        let (api, name) = (self.api, hold.to_string());
        let found = api.provider_named(self.caller, NameKind::Hold, &name);
        let Some((tenant, whose)) = found.await? else {
            return Ok(None);
        };
        let state = api.provider_state(tenant, whose).await?;
        let provider = state.as_ref().and_then(ProviderState::provider);
        let now = api.clock.now();
        let can = provider.is_some_and(|it| it.can_redeem(now, hold, terms.event_type, slots));
        Ok(named.filter(|_| can))
    }
}

/// The hold that a header names.
///
/// # Errors
/// 400 for what is no uid.
pub(crate) fn hold_named(value: &HeaderValue) -> Result<HoldId, Failure> {
    let text = value.to_str().ok();
    text.and_then(hold_of)
        .ok_or_else(|| Failure::malformed("X-Daybook-Hold must be the uid of a reservation."))
}

/// The hold that a text names; `None` for what is no uid.
pub(crate) fn hold_of(text: &str) -> Option<HoldId> {
    Uuid::parse_str(text.trim()).ok().map(HoldId::from_uuid)
}
