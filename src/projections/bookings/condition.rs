//! What a list of bookings asks for, as a condition: put together from static fragments, chosen by what the filter
//! names, so that every list keeps its index. One statement with `$n is null or …` for each member would keep none.

use crate::domain::id::{BookingUid, EventTypeId, ProviderId, TenantId};
use crate::domain::time::{TimeSlot, Timestamp};
use crate::ledger::database::{Database, Param, Sql};

/// A list that is asked for: whose, when, which of it.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// Whose bookings.
    pub tenant: TenantId,
    /// What past and upcoming are measured by.
    pub now: Timestamp,
    /// Which of them.
    pub filter: &'a Filter,
}

/// What a list of bookings may be narrowed by (`reference` § 4.3); every given member must match.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filter {
    /// Any of these classes; empty for all.
    pub classes: Vec<Class>,
    /// Only bookings that this provider hosts, at home with it or by a share; `None` for the whole tenant.
    pub provider: Option<ProviderId>,
    /// Only these event types; empty for all.
    pub event_types: Vec<EventTypeId>,
    /// Only the booking (or series) with this uid.
    pub uid: Option<BookingUid>,
    /// Keyed hashes (see `ledger::vault::Purpose`): each must be a term of the first attendee or of a seat's attendee.
    pub terms: Vec<String>,
    /// Starts at or after.
    pub after_start: Option<Timestamp>,
    /// Ends at or before.
    pub before_end: Option<Timestamp>,
    /// Created at or after.
    pub after_created: Option<Timestamp>,
    /// Created at or before.
    pub before_created: Option<Timestamp>,
    /// Updated at or after.
    pub after_updated: Option<Timestamp>,
    /// Updated at or before.
    pub before_updated: Option<Timestamp>,
}

impl Filter {
    /// Whether a booking may match at one moment and not at the next without having changed.
    pub(super) fn depends_on_now(&self) -> bool {
        self.classes.iter().any(|class| *class != Class::Cancelled)
    }

    /// Whether few rows are left, found by an index of their own: a uid's, or an attendee's.
    pub(super) const fn is_selective(&self) -> bool {
        self.uid.is_some() || !self.terms.is_empty()
    }
}

/// The classes of `status` in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Ends at or after now, neither cancelled nor rejected (in a series: accepted).
    Upcoming,
    /// Ends at or after now, of a series, neither cancelled nor rejected.
    Recurring,
    /// Ended, neither cancelled nor rejected.
    Past,
    /// Cancelled or rejected.
    Cancelled,
    /// Ends at or after now and pending.
    Unconfirmed,
}

/// By what a list is ordered; ties by wire number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// Start.
    Start,
    /// End.
    End,
    /// Creation.
    Created,
    /// Last change.
    Updated,
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// By what.
    pub sort: SortBy,
    /// Newest first.
    pub descending: bool,
    /// Rows left out at the start.
    pub skip: u32,
    /// Rows at most, 1 to 250.
    pub take: u32,
}

impl Page {
    pub(super) const fn direction(self) -> &'static str {
        if self.descending { " desc" } else { "" }
    }
}

impl SortBy {
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Start => "b.start_at",
            Self::End => "b.end_at",
            Self::Created => "b.created_at",
            Self::Updated => "b.updated_at",
        }
    }
}

impl Class {
    /// The class as a condition, with its parameters. No booking is longer than [`TimeSlot::LENGTH_MAX_MINUTES`], so
    /// what has not ended started at `earliest` or later: the bound on the start is what the indexes are sorted by.
    fn condition(self, now: Timestamp) -> (&'static str, Vec<Param>) {
        let length_max = chrono::Duration::minutes(TimeSlot::LENGTH_MAX_MINUTES);
        let earliest = now.checked_sub_signed(length_max).unwrap_or(now);
        match self {
            Self::Upcoming => (
                "b.start_at >= $? and b.end_at >= $? and b.status in ('accepted', 'pending') \
                 and (b.series is null or b.status = 'accepted')",
                vec![earliest.into(), now.into()],
            ),
            Self::Recurring => (
                "b.start_at >= $? and b.end_at >= $? and b.status in ('accepted', 'pending') \
                 and b.series is not null",
                vec![earliest.into(), now.into()],
            ),
            Self::Past => (
                "b.start_at <= $? and b.end_at <= $? and b.status in ('accepted', 'pending')",
                vec![now.into(), now.into()],
            ),
            Self::Cancelled => ("b.status in ('cancelled', 'rejected')", Vec::new()),
            Self::Unconfirmed => (
                "b.start_at >= $? and b.end_at >= $? and b.status = 'pending'",
                vec![earliest.into(), now.into()],
            ),
        }
    }
}

/// What a provider hosts, asked of each row.
const HOSTED: &str = " and (b.provider = $? or exists (
    select 1 from booking_shares as h where h.tenant = b.tenant and h.provider = $? and h.uid = b.uid
))";

/// What a provider has a share in: the rows that its shares lead to.
const SHARED: &str =
    " and h.tenant = b.tenant and h.provider = $? and h.uid = b.uid and b.provider <> $?";

/// A booking, or the bookings of a series, as a set of uids that both databases look up by primary key: `or` would lose
/// the indexes.
const OF_UID: &str = " and b.uid in (
    select u.uid from bookings as u where u.tenant = $1 and u.uid = $?
    union
    select v.uid from bookings as v where v.tenant = $1 and v.series = $?
)";

/// An attendee's bookings, for the same reason as a set of uids.
const OF_TERM: &str = " and b.uid in (
    select k.uid from bookings as k
    where k.tenant = $1 and k.key_id in (
        select p.key_id from person_terms as p where p.tenant = $1 and p.term = $?
    )
    union
    select s.uid from booking_seats as s
    where s.tenant = $1 and s.key_id in (
        select p.key_id from person_terms as p where p.tenant = $1 and p.term = $?
    )
)";

/// Which bookings of a list a statement looks at. Those that one provider hosts are found in two ways, each by an index of
/// its own: `or` would lose both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of them, where few rows are left to ask for their hosts.
    Whole,
    /// Of a provider's, those at home with it; of a tenant's, all.
    Home,
    /// Of a provider's, those in which it has a share; the statement begins with the shares.
    Shared,
}

/// Text of a statement and its parameters. The text is joined from static fragments and parameter numbers only.
pub(in crate::projections) struct Condition {
    pub(in crate::projections) text: String,
    pub(in crate::projections) params: Vec<Param>,
    on_postgres: bool,
    /// Whether start and end are read from the shares, whose index is in order of them.
    by_share: bool,
}

impl Condition {
    /// A statement without text, with the parameters that it begins with.
    pub(super) fn new(database: &Database, params: Vec<Param>) -> Self {
        Self {
            text: String::new(),
            params,
            on_postgres: matches!(database, Database::Postgres { .. }),
            by_share: false,
        }
    }

    /// The beginning of a statement.
    pub(in crate::projections) fn beginning(database: &Database, sql: &Sql) -> Self {
        let mut begun = Self::new(database, Vec::new());
        begun.push_sql(sql);
        begun
    }

    /// Appends the condition of a part of a list. The first parameter of the statement is the tenant.
    pub(super) fn push_list(&mut self, listing: Listing<'_>, part: Part) {
        let Listing {
            tenant,
            now,
            filter,
        } = listing;
        self.by_share = part == Part::Shared;
        self.push(" where b.tenant = $?", [tenant.into()]);
        if let Some(provider) = filter.provider {
            let id = || provider.as_uuid().into();
            match part {
                Part::Whole => self.push(HOSTED, [id(), id()]),
                Part::Home => self.push(" and b.provider = $?", [id()]),
                Part::Shared => self.push(SHARED, [id(), id()]),
            }
        }
        self.push_classes(now, &filter.classes);
        self.push_event_types(&filter.event_types);
        if let Some(uid) = &filter.uid {
            let uid = || uid.as_str().into();
            self.push(OF_UID, [uid(), uid()]);
        }
        for term in &filter.terms {
            let term = || term.as_str().into();
            self.push(OF_TERM, [term(), term()]);
        }
        let bounds = [
            (" and b.start_at >= $?", filter.after_start),
            (" and b.end_at <= $?", filter.before_end),
            (" and b.created_at >= $?", filter.after_created),
            (" and b.created_at <= $?", filter.before_created),
            (" and b.updated_at >= $?", filter.after_updated),
            (" and b.updated_at <= $?", filter.before_updated),
        ];
        for (fragment, instant) in bounds {
            if let Some(instant) = instant {
                self.push(fragment, [instant.into()]);
            }
        }
        self.by_share = false;
    }

    fn push_classes(&mut self, now: Timestamp, classes: &[Class]) {
        for (index, class) in classes.iter().enumerate() {
            let (fragment, params) = class.condition(now);
            self.push(if index == 0 { " and (" } else { " or " }, []);
            self.push("(", []);
            self.push(fragment, params);
            self.push(")", []);
        }
        if !classes.is_empty() {
            self.push(")", []);
        }
    }

    fn push_event_types(&mut self, event_types: &[EventTypeId]) {
        match event_types {
            [] => {}
            [one] => self.push(" and b.event_type = $?", [one.as_uuid().into()]),
            several => {
                let ids = several.iter().map(|id| Some(id.as_uuid()));
                let fragment = if self.on_postgres {
                    " and b.event_type = any($?)"
                } else {
                    " and b.event_type in (select i.value from json_each($?) as i)"
                };
                self.push(fragment, [Param::Uuids(ids.collect())]);
            }
        }
    }

    /// Ties in the direction of the order: an index is read forwards or backwards, never both. A condition that leaves
    /// few rows (`is_selective`) is better followed than an index of the order, which SQLite would prefer: a sum
    /// has no index.
    pub(super) fn push_order(&mut self, page: Page, part: Part, is_selective: bool) {
        self.by_share = part == Part::Shared;
        self.push(" order by ", []);
        self.push(page.sort.column(), []);
        self.push(if is_selective { " + 0" } else { "" }, []);
        self.push(page.direction(), []);
        self.push(", b.number", []);
        self.push(page.direction(), []);
        self.by_share = false;
    }

    /// Appends the beginning of a statement.
    pub(super) fn push_sql(&mut self, sql: &Sql) {
        let begin = if self.on_postgres {
            sql.postgres
        } else {
            sql.sqlite
        };
        self.text.push_str(begin);
    }

    /// Appends a fragment; each `$?` in it becomes the number of the next parameter.
    pub(in crate::projections) fn push(
        &mut self,
        fragment: &'static str,
        params: impl IntoIterator<Item = Param>,
    ) {
        if self.by_share {
            let fragment = fragment.replace("b.start_at", "h.start_at");
            return self.append(&fragment.replace("b.end_at", "h.end_at"), params);
        }
        self.append(fragment, params);
    }

    fn append(&mut self, fragment: &str, params: impl IntoIterator<Item = Param>) {
        let mut pieces = fragment.split("$?");
        self.text.push_str(pieces.next().unwrap_or_default());
        for (piece, param) in pieces.zip(params) {
            self.params.push(param);
            self.text.push('$');
            self.text.push_str(&self.params.len().to_string());
            self.text.push_str(piece);
        }
    }
}
