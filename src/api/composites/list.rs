//! `GET /v2/composite-bookings`: by start, narrowed, page by page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::finding::unread;
use super::{answer, shown};
use crate::api::Api;
use crate::api::bookings::cursor;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::providers;
use crate::api::validation::{Broken, Members, Read, Style, contact, query_members, value};
use crate::domain::id::{CompositeId, TenantId};
use crate::domain::tenant::Role;
use crate::domain::time::Timestamp;
use crate::ledger::vault::Purpose;
use crate::projections::composites::{After, Filter, Listing};
use crate::projections::row::{Composite, CompositeStatus};

/// Composite bookings per page (DESIGN § 13), and how many when nothing is said.
const PAGE_MAX: u32 = 250;
const PAGE: u32 = 50;
/// What its cursors are signed for.
const LIST: &str = "composites";

/// What is asked for.
struct Query {
    filter: Filter,
    provider: Option<String>,
    email: Option<String>,
    limit: u32,
    cursor: Option<String>,
}

/// Lists composite bookings by the start of their first segment: all of the tenant, or those in which the provider that
/// asks has a segment.
#[utoipa::path(
    get,
    path = "/v2/composite-bookings",
    operation_id = "listCompositeBookings",
    tag = "Composite bookings",
    params(
        ("status" = Option<String>, Query, description = "One or several, separated by commas: `requested`, `pending`, `confirmed`, `compensating`, `rolledBack`, `stuck`, `abandoned`, `cancelled`"),
        ("from" = Option<String>, Query, description = "Starts at or after this instant"),
        ("to" = Option<String>, Query, description = "Starts before this instant"),
        ("providerId" = Option<String>, Query, description = "`id` or `uid` of a provider who has a segment"),
        ("attendeeEmail" = Option<String>, Query, description = "E-mail address of who comes"),
        ("afterCreatedAt" = Option<String>, Query, description = "Requested at or after this instant"),
        ("beforeCreatedAt" = Option<String>, Query, description = "Requested before this instant"),
        ("limit" = Option<u32>, Query, description = "1 to 250, 50 by default"),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = 200, description = "`data`, `pagination`; `Link` to the next page", body = shown::Page),
        (status = 400, description = "The cursor is not one of this list"),
        (status = 422, description = "Not valid"),
    )
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, Failure> {
    let tenant = caller.tenant()?;
    let query = read(&uri)?;
    let after = match &query.cursor {
        None => None,
        Some(text) => Some(
            opened(&api, tenant, text)
                .ok_or_else(|| Failure::malformed("The cursor is not one of this list."))?,
        ),
    };
    let mut rows = match narrowed(&api, &caller, tenant, &query).await? {
        None => Vec::new(),
        Some(filter) => {
            let listing = Listing {
                tenant,
                filter: &filter,
                after,
                take: query.limit.saturating_add(1),
            };
            let rows = listing.page(api.ledger.database()).await;
            rows.map_err(|error| unread(error.into()))?
        }
    };
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let has_more = limit < rows.len();
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more);
    let next = last.map(|last| sealed(&api, tenant, last));
    let data = answer::shown(&api, tenant, &rows).await?;
    let pagination = json!({"nextCursor": next, "hasMore": has_more});
    let mut response = Json(json!({"data": data, "pagination": pagination})).into_response();
    let link = next.and_then(|next| HeaderValue::from_str(&following(&api, &uri, &next)).ok());
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn read(uri: &Uri) -> Result<Query, Failure> {
    let members = query_members(uri)?;
    let mut query = Members::new(&members);
    let statuses = value::list_text(CompositeStatus::ALL.len(), status);
    let read = Query {
        filter: Filter {
            statuses: query.optional("status", statuses).unwrap_or_default(),
            from: query.optional("from", value::instant),
            to: query.optional("to", value::instant),
            after_created: query.optional("afterCreatedAt", value::instant),
            before_created: query.optional("beforeCreatedAt", value::instant),
            ..Filter::default()
        },
        provider: query.optional("providerId", value::name),
        email: query.optional("attendeeEmail", contact::email),
        limit: query
            .optional("limit", value::count_text(1..=PAGE_MAX))
            .unwrap_or(PAGE),
        cursor: query.optional("cursor", value::line),
    };
    query.finish(Style::Own)?;
    Ok(read)
}

fn status(value: &serde_json::Value) -> Read<CompositeStatus> {
    let known = value.as_str().and_then(CompositeStatus::from_text);
    known.ok_or_else(|| {
        let all = CompositeStatus::ALL.map(CompositeStatus::as_str).join(", ");
        Broken::new(
            "isEnum",
            format!("must be one of the following values: {all}"),
        )
    })
}

/// The filter with whom it names, for this caller; `None` when nothing can match.
async fn narrowed(
    api: &Api,
    caller: &Caller,
    tenant: TenantId,
    query: &Query,
) -> Result<Option<Filter>, Failure> {
    let mut filter = query.filter.clone();
    if caller.role == Role::Provider {
        let Some(own) = caller.provider else {
            return Ok(None);
        };
        filter.providers.push(own);
    }
    if let Some(named) = &query.provider {
        let Some(row) = providers::named(api, caller, tenant, named).await? else {
            return Ok(None);
        };
        filter.providers.push(row.provider);
    }
    if let Some(email) = &query.email {
        let term = api.ledger.vault().term(tenant, Purpose::Email, email);
        filter.terms.push(term);
    }
    Ok(Some(filter))
}

fn sealed(api: &Api, tenant: TenantId, last: &Composite) -> String {
    let start = last.segments.first().map(|first| first.slot.start());
    let start = start.map_or(0, |start| start.timestamp_micros());
    let text = format!("{start:x}.{}", last.composite.as_uuid().simple());
    cursor::sealed(api.ledger.vault(), tenant, LIST, &text)
}

fn opened(api: &Api, tenant: TenantId, text: &str) -> Option<After> {
    let text = cursor::opened(api.ledger.vault(), tenant, LIST, text)?;
    let (start, composite) = text.split_once('.')?;
    let start = i64::from_str_radix(start, 16).ok()?;
    Some(After {
        start: Timestamp::from_timestamp_micros(start)?,
        composite: composite.parse::<CompositeId>().ok()?,
    })
}

/// The address of the next page: the same list, with its cursor.
fn following(api: &Api, uri: &Uri, next: &str) -> String {
    let asked = uri.query().unwrap_or_default().split('&');
    let kept = asked.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = format!("cursor={next}");
    let query: Vec<&str> = kept.chain(std::iter::once(cursor.as_str())).collect();
    let path = uri.path();
    format!(
        "<{}{path}?{}>; rel=\"next\"",
        api.public_url,
        query.join("&")
    )
}
