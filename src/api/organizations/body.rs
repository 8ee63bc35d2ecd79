//! Bodies and queries about days out of office (`reference` § 10).

use axum::http::Uri;
use serde_json::{Map, Value};

use crate::api::failure::Failure;
use crate::api::page;
use crate::api::validation::{Broken, Members, Read, Style, query_members, value};
use crate::domain::provider::event::OutOfOfficeReason;
use crate::domain::time::Day;
use crate::projections::Part;
use crate::projections::out_of_office::{Filter, Order};

/// An entry as a whole.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) first: Day,
    pub(super) last: Day,
    pub(super) reason: OutOfOfficeReason,
    pub(super) notes: Option<String>,
    /// Who is booked instead, by wire number.
    pub(super) to_user: Option<i32>,
}

/// Reads the body of a new entry.
pub(super) fn new(body: &Map<String, Value>) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let given = Given {
        first: members.required("start", day),
        last: members.required("end", day),
        reason: members.optional("reason", reason).unwrap_or_default(),
        notes: members.optional("notes", value::text),
        to_user: members.optional("toUserId", value::wire_number),
    };
    members.finish(Style::Dropping)?;
    in_order(given)
}

/// Reads a change of an entry.
pub(super) fn changed(body: &Map<String, Value>, base: &Given) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let mut given = base.clone();
    let days = (members.optional("start", day), members.optional("end", day));
    if let Some(reason) = members.optional("reason", reason) {
        given.reason = reason;
    }
    if let Some(notes) = members.given("notes", value::text) {
        given.notes = notes;
    }
    if let Some(to_user) = members.given("toUserId", value::wire_number) {
        given.to_user = to_user;
    }
    members.finish(Style::Dropping)?;
    match days {
        (Some(first), Some(last)) => {
            given.first = first;
            given.last = last;
        }
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => {
            return Err(Failure::bad_request(
                "start and end must be given together.",
            ));
        }
    }
    in_order(given)
}

fn in_order(given: Given) -> Result<Given, Failure> {
    if given.last < given.first {
        return Err(Failure::bad_request("Start date must be before end date."));
    }
    Ok(given)
}

/// The UTC day of an instant.
fn day(value: &Value) -> Read<Day> {
    Ok(value::instant(value)?.date_naive())
}

fn reason(value: &Value) -> Read<OutOfOfficeReason> {
    let text = value::one_of(OutOfOfficeReason::TEXTS)(value)?;
    OutOfOfficeReason::from_text(text).ok_or_else(|| Broken::new("isEnum", "is not a reason"))
}

/// Reads what a list is narrowed and sorted by.
pub(super) fn filter(uri: &Uri) -> Result<(Filter, Part), Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let part = page::read(&mut members);
    let filter = Filter {
        provider: None,
        email: members
            .optional("email", value::line)
            .map(|email| email.to_lowercase()),
        by_start: members.optional("sortStart", order),
        by_end: members.optional("sortEnd", order),
    };
    members.finish(Style::Dropping)?;
    Ok((filter, part))
}

fn order(value: &Value) -> Read<Order> {
    Ok(match value::one_of(&["asc", "desc"])(value)? {
        "desc" => Order::Descending,
        _ => Order::Ascending,
    })
}
