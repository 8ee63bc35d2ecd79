//! Lists that are paged without saying so (`reference` § 1.7): `take`, `skip`, a plain array.

use axum::http::Uri;

use super::failure::Failure;
use super::validation::{Members, Style, query_members, value};
use crate::projections::Part;

/// Rows of one page at most, and by default.
pub const TAKE_MAX: u32 = 250;
/// Deepest page by counting: further ones narrow the list, or use a cursor.
pub const SKIP_MAX: u32 = 1_000_000;

/// Reads `take` and `skip` of a query that has nothing else.
///
/// # Errors
/// 400 with every fault.
pub fn of_query(uri: &Uri) -> Result<Part, Failure> {
    let query = query_members(uri)?;
    let mut members = Members::new(&query);
    let part = read(&mut members);
    members.finish(Style::Dropping)?;
    Ok(part)
}

/// Reads `take` and `skip` among other members.
pub fn read(members: &mut Members<'_>) -> Part {
    Part {
        take: members
            .optional("take", value::count_text(1..=TAKE_MAX))
            .unwrap_or(TAKE_MAX),
        skip: members
            .optional("skip", value::count_text(0..=SKIP_MAX))
            .unwrap_or(0),
    }
}
