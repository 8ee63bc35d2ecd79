//! Lists of composite bookings, by the start of their first segment.

use super::read::all;
use crate::domain::id::{CompositeId, ProviderId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError, Param, Sql};
use crate::ledger::moment::Moment;
use crate::projections::bookings::Condition;
use crate::projections::row::{Composite, CompositeStatus};

const READ: Sql = sql!(both "composites/read");

/// What a list may be narrowed by; every given member must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of these; empty for all.
    pub statuses: Vec<CompositeStatus>,
    /// Each has a segment.
    pub providers: Vec<ProviderId>,
    /// Keyed hashes (see `ledger::vault::Purpose`): each must be a term of the attendee.
    pub terms: Vec<String>,
    /// Starts at or after.
    pub from: Option<Timestamp>,
    /// Starts before.
    pub to: Option<Timestamp>,
    /// Requested at or after.
    pub after_created: Option<Timestamp>,
    /// Requested before.
    pub before_created: Option<Timestamp>,
}

impl Filter {
    /// Whether few rows are left, found by an index of their own: an attendee's.
    const fn is_selective(&self) -> bool {
        !self.terms.is_empty()
    }
}

/// Where a list goes on: after this one, in the order of starts, then ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Its start.
    pub start: Timestamp,
    /// Its id.
    pub composite: CompositeId,
}

/// A list that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// Whose.
    pub tenant: TenantId,
    /// Which of them.
    pub filter: &'a Filter,
    /// After which one; `None` from the first.
    pub after: Option<After>,
    /// At most so many.
    pub take: u32,
}

/// The status is compared by `=` where it is one: only then does an index over status and start give the order.
const STATUS: Sql = Sql {
    postgres: " and c.status = any($?)",
    sqlite: " and c.status in (select i.value from json_each($?) as i)",
};
const OF_TERM: &str = " and c.key_id in (
    select p.key_id from person_terms as p where p.tenant = $1 and p.term = $?
)";
/// No segment starts before its composite booking, so what bounds the list bounds the segments looked at.
const OF_PROVIDER: &str = " and c.composite in (
    select s.composite from composite_segments as s
    where s.tenant = $1 and s.provider = $? and s.start_at >= $?
)";

impl Listing<'_> {
    /// A page of the list.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn page(self, database: &Database) -> Result<Vec<Composite>, DatabaseError> {
        let read = |naming: std::sync::Arc<crate::ledger::live_tables::Naming>| async move {
            let mut moment = Moment::begin(database, self.tenant).await?;
            let statement = self.statement(database);
            let text = naming.renamed(&statement.text);
            let rows = moment.fetch(text, statement.params).await?;
            moment.end().await?;
            all(&rows)
        };
        database.following(read).await
    }

    /// The statement that reads a page.
    pub(in crate::projections) fn statement(self, database: &Database) -> Condition {
        let filter = self.filter;
        let mut read = Condition::beginning(database, &READ);
        read.push(" where c.tenant = $?", [self.tenant.into()]);
        match filter.statuses.as_slice() {
            [] => {}
            [status] => read.push(" and c.status = $?", [status.as_str().into()]),
            several => {
                let texts = several.iter().map(|one| Some(one.as_str().to_owned()));
                read.push(database.dialect(STATUS), [Param::Texts(texts.collect())]);
            }
        }
        let bounds = [
            (" and c.start_at >= $?", self.earliest()),
            (" and c.start_at < $?", filter.to),
            (" and c.created_at >= $?", filter.after_created),
            (" and c.created_at < $?", filter.before_created),
        ];
        for (fragment, instant) in bounds {
            if let Some(instant) = instant {
                read.push(fragment, [instant.into()]);
            }
        }
        let earliest = self.earliest().map_or(i64::MIN, |at| at.timestamp_micros());
        for provider in &filter.providers {
            let params = [provider.as_uuid().into(), earliest.into()];
            read.push(OF_PROVIDER, params);
        }
        for term in &filter.terms {
            read.push(OF_TERM, [term.as_str().into()]);
        }
        if let Some(after) = self.after {
            let params = [after.start.into(), after.composite.as_uuid().into()];
            read.push(" and (c.start_at, c.composite) > ($?, $?)", params);
        }
        // What leaves few rows is better followed than the index of the order: a sum has none.
        let sum = if filter.is_selective() { " + 0" } else { "" };
        read.push(" order by c.start_at", []);
        read.push(sum, []);
        read.push(", c.composite limit $?", [i64::from(self.take).into()]);
        read
    }

    /// Nothing of the list starts before.
    fn earliest(&self) -> Option<Timestamp> {
        let after = self.after.map(|after| after.start);
        self.filter.from.max(after)
    }
}
