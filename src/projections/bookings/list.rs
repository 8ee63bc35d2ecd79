//! Lists of bookings: pages, and how many there are in all.
//!
//! # Cost
//! A page is read from an index. A count of a list reads the list, so it is kept ([`Counts`]) for as long as the head of
//! the tenant's log stays; a list that asks for now then counts only those whose end now has passed since. The head,
//! the page and the count are of one moment.

use std::sync::Arc;

use super::condition::{Condition, Listing, Page, Part};
use super::counts::{Counted, Counts, Question};
use super::read::all;
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError, Sql};
use crate::ledger::live_tables::Naming;
use crate::ledger::moment::Moment;
use crate::projections::cell::in_table;
use crate::projections::row::Booking;

const READ: Sql = sql!("bookings/read");
const COUNT: Sql = sql!(both "bookings/count");
const COUNT_SHARED: Sql = sql!(both "bookings/count_shared");
const CROSSED: Sql = sql!(both "bookings/crossed");

impl Listing<'_> {
    /// A page of the list.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn page(
        self,
        database: &Database,
        page: Page,
    ) -> Result<Vec<Booking>, DatabaseError> {
        let read = |naming| async move {
            let mut looking = Looking::begin(self, database, naming).await?;
            let rows = looking.page(page).await?;
            looking.moment.end().await?;
            Ok(rows)
        };
        database.following(read).await
    }

    /// A page of the list, and how many bookings the list has in all: both of one moment.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn counted_page(
        self,
        database: &Database,
        counts: &Counts,
        page: Page,
    ) -> Result<(Vec<Booking>, u64), DatabaseError> {
        let read = |naming| async move {
            let mut looking = Looking::begin(self, database, naming).await?;
            let rows = looking.page(page).await?;
            let matches = looking.count(counts).await?;
            looking.moment.end().await?;
            Ok((rows, matches))
        };
        let (rows, matches) = database.following(read).await?;
        let matches = u64::try_from(matches)
            .map_err(|error| in_table("bookings", DatabaseError::corrupt("matches", error)))?;
        Ok((rows, matches))
    }

    /// The statement that reads a page.
    pub(in crate::projections) fn page_statement(
        self,
        database: &Database,
        page: Page,
    ) -> Condition {
        let window = [i64::from(page.take).into(), i64::from(page.skip).into()];
        let mut read = Condition::new(database, Vec::new());
        read.push_sql(&READ);
        if !self.is_of_two_parts() {
            read.push_list(self, Part::Whole);
            read.push_order(page, Part::Whole, self.filter.is_selective());
            read.push(" limit $? offset $?", window);
            return read;
        }
        // The page is found by what orders it, then read: of what is skipped no row is opened.
        read.push(
            " where b.tenant = $? and b.uid in (select p.uid from (",
            [self.tenant.into()],
        );
        let parts = [
            (Part::Home, " from bookings as b"),
            (
                Part::Shared,
                " from booking_shares as h cross join bookings as b",
            ),
        ];
        let reach = i64::from(page.skip).saturating_add(i64::from(page.take));
        for (part, from) in parts {
            let is_first = part == Part::Home;
            read.push(
                if is_first {
                    "select * from ("
                } else {
                    " union all select * from ("
                },
                [],
            );
            read.push("select b.uid, b.number, ", []);
            read.push(page.sort.column(), []);
            read.push(" as place", []);
            read.push(from, []);
            read.push_list(self, part);
            read.push_order(page, part, false);
            read.push(" limit $?", [reach.into()]);
            read.push(if is_first { ") as home" } else { ") as shared" }, []);
        }
        read.push(" order by place", []);
        read.push(page.direction(), []);
        read.push(", number", []);
        read.push(page.direction(), []);
        read.push(" limit $? offset $?) as p)", window);
        read.push_order(page, Part::Whole, true);
        read
    }

    /// The statements that count the list, each a part of it.
    pub(in crate::projections) fn count_statements(self, database: &Database) -> Vec<Condition> {
        let count = |sql: &Sql, part| {
            let mut count = Condition::new(database, Vec::new());
            count.push_sql(sql);
            count.push_list(self, part);
            count
        };
        if self.is_of_two_parts() {
            vec![
                count(&COUNT, Part::Home),
                count(&COUNT_SHARED, Part::Shared),
            ]
        } else {
            vec![count(&COUNT, Part::Whole)]
        }
    }

    /// Whether it is looked for in two places: not where few rows are left anyway.
    fn is_of_two_parts(self) -> bool {
        self.filter.provider.is_some() && !self.filter.is_selective()
    }

    /// The statement that counts what of the list ended between two instants, both included.
    pub(in crate::projections) fn crossed_statement(
        self,
        database: &Database,
        from: Timestamp,
        to: Timestamp,
    ) -> Condition {
        let params = vec![self.tenant.into(), from.into(), to.into()];
        let mut crossed = Condition::new(database, params);
        crossed.push_sql(&CROSSED);
        crossed.push_list(self, Part::Whole);
        crossed
    }
}

/// A list while it is looked at.
struct Looking<'a> {
    listing: Listing<'a>,
    database: &'a Database,
    naming: Arc<Naming>,
    moment: Moment,
}

impl<'a> Looking<'a> {
    async fn begin(
        listing: Listing<'a>,
        database: &'a Database,
        naming: Arc<Naming>,
    ) -> Result<Self, DatabaseError> {
        let moment = Moment::begin(database, listing.tenant).await?;
        Ok(Self {
            listing,
            database,
            naming,
            moment,
        })
    }

    async fn page(&mut self, page: Page) -> Result<Vec<Booking>, DatabaseError> {
        let read = self.listing.page_statement(self.database, page);
        let text = self.naming.renamed(&read.text);
        all(&self.moment.fetch(text, read.params).await?)
    }

    async fn count(&mut self, counts: &Counts) -> Result<i64, DatabaseError> {
        let Listing {
            tenant,
            now,
            filter,
        } = self.listing;
        if filter.is_selective() {
            return self.whole().await;
        }
        let Some(head) = self.moment.head(tenant).await? else {
            return self.whole().await;
        };
        let question = Question {
            tenant,
            epoch: self.naming.epoch(),
            filter: filter.clone(),
        };
        let matches = match counts.at(&question, head) {
            Some(before) => before.matches + self.crossed(before.at).await?,
            None => self.whole().await?,
        };
        let counted = Counted {
            head,
            at: now,
            matches,
        };
        counts.keep(question, counted);
        Ok(matches)
    }

    /// By how much the list has grown since an instant because time passed (or, for a request that was received
    /// earlier, did not pass yet). Every class asks of now only whether the end is before or after it, so what ended
    /// neither between the two instants nor at one of them matches at both or at neither.
    async fn crossed(&mut self, before: Timestamp) -> Result<i64, DatabaseError> {
        let now = self.listing.now;
        if before == now || !self.listing.filter.depends_on_now() {
            return Ok(0);
        }
        let (from, to) = (before.min(now), before.max(now));
        Ok(self.ended(now, from, to).await? - self.ended(before, from, to).await?)
    }

    /// How many of the list, as it is at `now`, end between two instants.
    async fn ended(
        &mut self,
        now: Timestamp,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<i64, DatabaseError> {
        let listing = Listing {
            now,
            ..self.listing
        };
        let crossed = listing.crossed_statement(self.database, from, to);
        self.matches(crossed).await
    }

    async fn whole(&mut self) -> Result<i64, DatabaseError> {
        let mut matches = 0;
        for part in self.listing.count_statements(self.database) {
            matches += self.matches(part).await?;
        }
        Ok(matches)
    }

    async fn matches(&mut self, count: Condition) -> Result<i64, DatabaseError> {
        let text = self.naming.renamed(&count.text);
        let rows = self.moment.fetch(text, count.params).await?;
        rows.first().map_or(Ok(0), |row| row.int("matches"))
    }
}
