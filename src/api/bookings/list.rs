//! `GET /v2/bookings`: the caller's bookings, filtered, sorted, page by page (`reference` § 1.7, § 4.3).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::Cursor;
use super::narrowing::{self, Narrowing};
use super::pagination::Pagination;
use super::query::{self, ListQuery, Paging};
use super::{legacy, read, wire};
use crate::api::Api;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing, failed};
use crate::api::version::{BOOKINGS_LEGACY, Version};
use crate::domain::id::TenantId;
use crate::ledger::LedgerError;
use crate::ledger::database::DatabaseError;
use crate::projections::bookings::{Class, Filter, Listing, Page, SortBy};
use crate::projections::row;

/// A page of bookings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookingPage {
    /// `success`.
    status: &'static str,
    /// The bookings.
    data: Vec<wire::Booking>,
    /// Where the page stands.
    pagination: PagePlace,
}

/// Where a page stands: counted, or by a cursor from version 2026-05-01 on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PagePlace {
    /// By `take` and `skip`.
    Counted(Pagination),
    /// By `cursor` and `limit`.
    Continued(Continuation),
}

/// Where a cursor-paged list goes on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Continuation {
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
    /// Whether a page follows.
    has_more: bool,
}

/// Lists bookings: an owner's and an agent's tenant, those that a provider hosts.
#[utoipa::path(
    get,
    path = "/v2/bookings",
    tag = "Bookings",
    params(query::ListParameters),
    responses(
        (status = 200, description = "A page of bookings", body = BookingPage),
        (status = 400, description = "The query is not valid"),
        (status = 403, description = "No credentials, or the role may not list bookings"),
    )
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Extension(version): Extension<Version>,
    uri: Uri,
) -> Result<Response, Failure> {
    if BOOKINGS_LEGACY.contains(&version) {
        return legacy::list(&api, &caller, version, &uri).await;
    }
    let query = query::read(&uri, version)?;
    let tenant = caller.tenant()?;
    let narrowing = narrowing::of(&api, &caller, tenant, &query).await?;
    let (rows, pagination) = match &query.paging {
        Paging::Counted { take, skip, sort } => {
            let (rows, total) = counted(&api, tenant, narrowing, *take, *skip, *sort).await?;
            let returned = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let pagination = Pagination::new(returned, total, u64::from(*skip), u64::from(*take));
            (rows, PagePlace::Counted(pagination))
        }
        Paging::Continued { limit, cursor } => {
            let cursor = opened(&api, tenant, cursor.as_deref())?;
            continued(&api, tenant, narrowing, *limit, cursor, &query).await?
        }
    };
    let page = BookingPage {
        status: "success",
        data: read::rendered(&api, &caller, version, tenant, &rows).await?,
        pagination,
    };
    let content_type = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    Ok((StatusCode::OK, [content_type], axum::Json(page)).into_response())
}

/// A page by counting, with how many there are in all.
///
/// # Errors
/// 500 or 503 when they cannot be read.
pub(super) async fn counted(
    api: &Api,
    tenant: TenantId,
    narrowing: Narrowing,
    take: u32,
    skip: u32,
    sort: (SortBy, bool),
) -> Result<(Vec<row::Booking>, u64), Failure> {
    let Narrowing::To(filter) = narrowing else {
        return Ok((Vec::new(), 0));
    };
    let (sort, descending) = sort;
    let page = Page {
        sort,
        descending,
        skip,
        take,
    };
    listing(api, tenant, &filter)
        .counted_page(api.ledger.database(), &api.counts, page)
        .await
        .map_err(unread)
}

fn listing<'a>(api: &Api, tenant: TenantId, filter: &'a Filter) -> Listing<'a> {
    Listing {
        tenant,
        now: api.clock.now(),
        filter,
    }
}

fn unread(error: DatabaseError) -> Failure {
    failed(LedgerError::from(error), &Asked::new(Doing::Read))
}

fn opened(api: &Api, tenant: TenantId, text: Option<&str>) -> Result<Option<Cursor>, Failure> {
    let Some(text) = text else { return Ok(None) };
    Cursor::opened(text, api.ledger.vault(), tenant)
        .map(Some)
        .ok_or_else(|| Failure::bad_request("Invalid cursor."))
}

/// Upcoming, recurring and unconfirmed bookings go forward by start from an hour ago; past ones backward by end from
/// now; cancelled ones, and all together, backward by end from the far future.
async fn continued(
    api: &Api,
    tenant: TenantId,
    narrowing: Narrowing,
    limit: u32,
    cursor: Option<Cursor>,
    query: &ListQuery,
) -> Result<(Vec<row::Booking>, PagePlace), Failure> {
    let forward = query.goes_forward();
    let page = Page {
        sort: if forward { SortBy::Start } else { SortBy::End },
        descending: !forward,
        skip: cursor.map_or(0, |cursor| cursor.ties),
        take: limit.saturating_add(1),
    };
    let mut rows = match narrowing {
        Narrowing::To(filter) => {
            let filter = anchored(api, *filter, cursor, query, forward);
            let read = listing(api, tenant, &filter).page(api.ledger.database(), page);
            read.await.map_err(unread)?
        }
        Narrowing::Nothing => Vec::new(),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = limit < rows.len();
    rows.truncate(limit);
    let instants: Vec<_> = rows
        .iter()
        .map(|row| {
            if forward {
                row.slot.start()
            } else {
                row.slot.end()
            }
        })
        .collect();
    let next = Cursor::after(cursor, &instants).filter(|_| has_more);
    let continuation = Continuation {
        next_cursor: next.map(|next| next.sealed(api.ledger.vault(), tenant)),
        has_more,
    };
    Ok((rows, PagePlace::Continued(continuation)))
}

fn anchored(
    api: &Api,
    mut filter: Filter,
    cursor: Option<Cursor>,
    query: &ListQuery,
    forward: bool,
) -> Filter {
    let now = api.clock.now();
    let anchor = match cursor {
        Some(cursor) => Some(cursor.at),
        None if forward => now.checked_sub_signed(chrono::Duration::hours(1)),
        None => query.classes.contains(&Class::Past).then_some(now),
    };
    if forward {
        filter.after_start = anchor.max(filter.after_start);
    } else {
        let bounds = [anchor, filter.before_end];
        filter.before_end = bounds.into_iter().flatten().min();
    }
    filter
}
