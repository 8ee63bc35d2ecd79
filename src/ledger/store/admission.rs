//! Stage 2 of the append: idempotency keys, attendee keys and names. Whoever meets a conflict leaves whole: what it
//! inserted here is taken back in the same transaction, and no other row of it has been written yet.
//!
//! Within a batch the first unit wins a key or a name. Should the winner itself leave for another reason, the loser was
//! not refused by anything that lasts, and decides again ([`UnitOutcome::Moved`]).

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::Candidates;
use super::names::{self, Name};
use super::rowset::{Kind, RowSet};
use super::statements::{
    ATTENDEE_KEYS_ADD, ATTENDEE_KEYS_ALIVE, KEYS_BIND, KEYS_UNBIND, NAMES_CLAIM, NAMES_POINT,
    NAMES_RELEASE, PERSON_TERMS_ADD,
};
use super::transaction::Transaction;
use crate::domain::id::{KeyId, TenantId};
use crate::domain::rejection::UniqueName;
use crate::ledger::database::{DatabaseError, Param};
use crate::ledger::unit::UnitOutcome;

type Key = (TenantId, String);

/// Who asked for something unique first, who came too late, and what the database has already.
#[derive(Debug)]
struct Contest<T> {
    winners: BTreeMap<T, usize>,
    losers: Vec<(usize, T)>,
    taken: BTreeSet<T>,
}

impl<T: Ord + Clone> Contest<T> {
    const fn new() -> Self {
        Self {
            winners: BTreeMap::new(),
            losers: Vec::new(),
            taken: BTreeSet::new(),
        }
    }

    /// Whether `index` is the first to ask.
    fn enter(&mut self, index: usize, what: &T) -> bool {
        let winner = *self.winners.entry(what.clone()).or_insert(index);
        if winner != index {
            self.losers.push((index, what.clone()));
        }
        winner == index
    }

    /// What winners inserted although they did not stay.
    fn left_behind<'a>(&'a self, candidates: &'a Candidates<'_>) -> impl Iterator<Item = &'a T> {
        self.winners
            .iter()
            .filter(|(what, index)| !self.taken.contains(*what) && !candidates.stays(**index))
            .map(|(what, _)| what)
    }

    /// Losers to a winner that left, over something that is free: they may try again.
    fn try_again(&self, candidates: &Candidates<'_>) -> Vec<usize> {
        self.losers
            .iter()
            .filter(|(_, what)| {
                let winner_stays = self
                    .winners
                    .get(what)
                    .is_some_and(|winner| candidates.stays(*winner));
                !winner_stays && !self.taken.contains(what)
            })
            .map(|(index, _)| *index)
            .collect()
    }
}

/// Decides who stays and writes stage 2 of those.
pub(super) async fn admit(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
) -> Result<(), DatabaseError> {
    let keys = bind_keys(transaction, candidates).await?;
    check_attendee_keys(transaction, candidates).await?;
    let names = claim_names(transaction, candidates).await?;
    take_back(transaction, candidates, &keys, &names).await?;
    for index in keys.try_again(candidates) {
        candidates.correct(index, UnitOutcome::Moved);
    }
    for index in names.try_again(candidates) {
        candidates.correct(index, UnitOutcome::Moved);
    }
    change_names(transaction, candidates).await?;
    add_attendee_keys(transaction, candidates).await
}

async fn bind_keys(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
) -> Result<Contest<Key>, DatabaseError> {
    let mut contest = Contest::new();
    let mut rows = RowSet::new([Kind::Uuid, Kind::Text, Kind::Text, Kind::Text, Kind::Int]);
    for (index, unit) in candidates.staying() {
        let Some(key) = &unit.key else { continue };
        if contest.enter(index, &(unit.tenant, key.key.clone())) {
            rows.push([
                Param::from(unit.tenant),
                Param::from(key.key.as_str()),
                Param::from(key.fingerprint.as_str()),
                Param::from(key.outcome.as_str()),
                Param::from(key.bound_at),
            ]);
        }
    }
    let mut bound = BTreeSet::new();
    for row in transaction.apply(KEYS_BIND, rows, Vec::new()).await? {
        bound.insert((TenantId::from_uuid(row.uuid("tenant")?), row.text("key")?));
    }
    contest.taken = contest
        .winners
        .keys()
        .filter(|key| !bound.contains(*key))
        .cloned()
        .collect();
    for key in &contest.taken {
        if let Some(index) = contest.winners.get(key) {
            candidates.leave(*index, UnitOutcome::KeyKnown);
        }
    }
    for (index, _) in &contest.losers {
        candidates.leave(*index, UnitOutcome::KeyKnown);
    }
    Ok(contest)
}

async fn check_attendee_keys(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
) -> Result<(), DatabaseError> {
    let used: BTreeSet<(TenantId, KeyId)> = candidates
        .staying()
        .flat_map(|(_, unit)| unit.keys_used.iter().map(|key| (unit.tenant, *key)))
        .collect();
    let mut rows = RowSet::new([Kind::Uuid, Kind::Uuid]);
    for (tenant, key) in &used {
        rows.push([Param::from(*tenant), Param::from(key.as_uuid())]);
    }
    let mut alive = BTreeSet::new();
    for row in transaction
        .apply(ATTENDEE_KEYS_ALIVE, rows, Vec::new())
        .await?
    {
        alive.insert((
            TenantId::from_uuid(row.uuid("tenant")?),
            KeyId::from_uuid(row.uuid("key_id")?),
        ));
    }
    let destroyed: Vec<usize> = candidates
        .staying()
        .filter(|(_, unit)| {
            unit.keys_used
                .iter()
                .any(|key| !alive.contains(&(unit.tenant, *key)))
        })
        .map(|(index, _)| index)
        .collect();
    for index in destroyed {
        candidates.leave(index, UnitOutcome::KeyDestroyed);
    }
    Ok(())
}

async fn claim_names(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
) -> Result<Contest<Name>, DatabaseError> {
    let mut contest = Contest::new();
    let mut rows = RowSet::new([Kind::Text, Kind::Text, Kind::Text, Kind::Uuid, Kind::Text]);
    let mut wanted: Vec<(usize, Name, UniqueName)> = Vec::new();
    for (index, unit) in candidates.staying() {
        for (name, target) in names::net_change(&unit.names).claims {
            if contest.enter(index, &name) {
                rows.push([
                    Param::from(name.kind.as_str()),
                    Param::from(name.scope.as_str()),
                    Param::from(name.text.as_str()),
                    Param::from(unit.tenant),
                    Param::from(target),
                ]);
            }
            let what = name.kind.unique_name();
            wanted.push((index, name, what));
        }
    }
    let mut claimed = BTreeSet::new();
    for row in transaction.apply(NAMES_CLAIM, rows, Vec::new()).await? {
        claimed.insert((row.text("kind")?, row.text("scope")?, row.text("name")?));
    }
    contest.taken = contest
        .winners
        .keys()
        .filter(|name| {
            let row = (
                name.kind.as_str().to_owned(),
                name.scope.clone(),
                name.text.clone(),
            );
            !claimed.contains(&row)
        })
        .cloned()
        .collect();
    for (index, name, what) in wanted {
        let lost = contest.winners.get(&name) != Some(&index);
        if lost || contest.taken.contains(&name) {
            candidates.leave(index, UnitOutcome::NameTaken(what));
        }
    }
    Ok(contest)
}

/// Takes back what units inserted here before they left.
async fn take_back(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
    keys: &Contest<Key>,
    names: &Contest<Name>,
) -> Result<(), DatabaseError> {
    let mut bound = RowSet::new([Kind::Uuid, Kind::Text]);
    for (tenant, key) in keys.left_behind(candidates) {
        bound.push([Param::from(*tenant), Param::from(key.as_str())]);
    }
    transaction.apply(KEYS_UNBIND, bound, Vec::new()).await?;
    let mut claimed = RowSet::new([Kind::Text, Kind::Text, Kind::Text, Kind::Uuid]);
    for name in names.left_behind(candidates) {
        let unit = names
            .winners
            .get(name)
            .and_then(|index| candidates.all().get(*index));
        if let Some(unit) = unit {
            claimed.push(name.row(unit.tenant));
        }
    }
    transaction
        .apply(NAMES_RELEASE, claimed, Vec::new())
        .await?;
    Ok(())
}

/// Points and releases names of the units that stay: after the claims, so that nothing has to be undone.
async fn change_names(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
) -> Result<(), DatabaseError> {
    let mut points: BTreeMap<Name, (TenantId, String)> = BTreeMap::new();
    let mut releases: BTreeMap<Name, TenantId> = BTreeMap::new();
    for (_, unit) in candidates.staying() {
        let change = names::net_change(&unit.names);
        for (name, target) in change.points {
            points.insert(name, (unit.tenant, target));
        }
        for name in change.releases {
            releases.insert(name, unit.tenant);
        }
    }
    let mut pointed = RowSet::new([Kind::Text, Kind::Text, Kind::Text, Kind::Uuid, Kind::Text]);
    for (name, (tenant, target)) in points {
        let mut row = name.row(tenant);
        row.push(Param::from(target));
        pointed.push(row);
    }
    transaction.apply(NAMES_POINT, pointed, Vec::new()).await?;
    let mut released = RowSet::new([Kind::Text, Kind::Text, Kind::Text, Kind::Uuid]);
    for (name, tenant) in releases {
        released.push(name.row(tenant));
    }
    transaction
        .apply(NAMES_RELEASE, released, Vec::new())
        .await?;
    Ok(())
}

async fn add_attendee_keys(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
) -> Result<(), DatabaseError> {
    let mut keys = RowSet::new([Kind::Uuid, Kind::Uuid, Kind::Bytes, Kind::Int, Kind::Int]);
    let mut terms: BTreeSet<(TenantId, &str, KeyId)> = BTreeSet::new();
    for (_, unit) in candidates.staying() {
        for key in &unit.keys_new {
            keys.push([
                Param::from(unit.tenant),
                Param::from(key.key.as_uuid()),
                Param::Bytes(Some(key.wrapped.clone())),
                Param::from(key.epoch),
                Param::from(key.created_at),
            ]);
        }
        for (term, key) in &unit.terms {
            terms.insert((unit.tenant, term, *key));
        }
    }
    transaction
        .apply(ATTENDEE_KEYS_ADD, keys, Vec::new())
        .await?;
    let mut rows = RowSet::new([Kind::Uuid, Kind::Text, Kind::Uuid]);
    for (tenant, term, key) in terms {
        rows.push([
            Param::from(tenant),
            Param::from(term),
            Param::from(key.as_uuid()),
        ]);
    }
    transaction
        .apply(PERSON_TERMS_ADD, rows, Vec::new())
        .await?;
    Ok(())
}
