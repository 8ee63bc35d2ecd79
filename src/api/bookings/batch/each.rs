//! A batch of which each item is a request of its own, with a key of its own.
//!
//! The key of an item is the request's with the item's index, bound to the body as a whole. So a batch that was cut off is
//! sent again as it was: what was booked or refused is answered again, the rest is done.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::HeaderMap;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::super::body::PlaceBody;
use super::super::place;
use super::super::request::BookingRequest;
use super::super::wire::Booking;
use super::{BatchResult, SHAPE, item, result};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::{Failure, Standing};
use crate::api::payload::Payload;
use crate::api::rejection::{Asked, Doing, failed};
use crate::domain::id::TenantId;

/// Items of one batch that are done at the same time: enough to share commits, and few beside everybody else's.
const AT_ONCE: usize = 16;

/// Books every item for itself; says whether all answers are recorded ones.
///
/// # Errors
/// 422 when the key was used for another batch; then nothing was booked.
pub(super) async fn booked(
    api: &Arc<Api>,
    caller: &Caller,
    payload: &Payload,
    items: &[Value],
) -> Result<(Vec<BatchResult>, bool), Failure> {
    let payloads = payload.items(items.len())?;
    let bodies: Vec<Result<PlaceBody, Failure>> = items.iter().map(item).collect();
    unless_reused(api, caller, &payloads, &bodies).await?;
    let each = bodies.into_iter().zip(&payloads);
    let booking: Vec<_> = each
        .map(|(body, payload)| Box::pin(one(api, caller, payload, body)))
        .collect();
    let outcomes: Vec<_> = stream::iter(booking).buffered(AT_ONCE).collect().await;
    let replayed = outcomes.iter().all(|outcome| match outcome {
        Ok((_, replayed)) => *replayed,
        Err(failure) => failure.refusal().standing == Standing::Replayed,
    });
    let outcomes = outcomes.into_iter().enumerate();
    let results = outcomes.map(|(index, outcome)| {
        let bookings = outcome.map(|(bookings, _)| bookings);
        result(api, index, bookings)
    });
    Ok((results.collect(), replayed))
}

async fn one(
    api: &Api,
    caller: &Caller,
    payload: &Payload,
    body: Result<PlaceBody, Failure>,
) -> Result<(Vec<Booking>, bool), Failure> {
    let body = body?;
    let hold = place::hold(&HeaderMap::new(), &body)?;
    let request = BookingRequest {
        api,
        caller,
        payload,
        version: SHAPE,
        alone: false,
    };
    place::placed(request, &body, hold).await
}

/// Refuses the batch when the key of any item is bound to another batch: an item that was not bound by then must not be
/// booked under a key that was used.
async fn unless_reused(
    api: &Api,
    caller: &Caller,
    payloads: &[Payload],
    bodies: &[Result<PlaceBody, Failure>],
) -> Result<(), Failure> {
    let mut tenants: BTreeSet<TenantId> = caller.tenant.into_iter().collect();
    if tenants.is_empty() {
        for body in bodies.iter().flatten() {
            tenants.extend(body.selector.tenant(api, caller).await?);
        }
    }
    for tenant in tenants {
        let keys = payloads
            .iter()
            .map(|one| one.idempotency(api, caller, tenant));
        let keys: Vec<_> = keys
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        api.ledger
            .unless_reused(tenant, &keys)
            .await
            .map_err(|error| failed(error, &Asked::new(Doing::Create)))?;
    }
    Ok(())
}
