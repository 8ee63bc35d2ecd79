//! What every handler that changes bookings takes: caller, version and body in one extractor.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::response::{IntoResponse, Response};

use super::request::BookingRequest;
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::payload::Payload;
use crate::api::version::Version;

/// A request that changes bookings, as it was sent. The last extractor of a handler: it consumes the body.
#[derive(Debug)]
pub(crate) struct Sent {
    api: Arc<Api>,
    caller: Caller,
    version: Version,
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
        let payload = Payload::from_request(Request::from_parts(parts, body), api)
            .await
            .map_err(Failure::into_response)?;
        Ok(Self {
            api: Arc::clone(api),
            caller,
            version,
            payload,
        })
    }
}

impl Sent {
    /// The request, for its handler.
    pub(crate) fn request(&self) -> BookingRequest<'_> {
        BookingRequest {
            api: &self.api,
            caller: &self.caller,
            payload: &self.payload,
            version: self.version,
        }
    }
}
