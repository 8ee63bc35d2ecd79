//! Days out of office: busy time that has a number, a reason, and perhaps somebody who is booked instead. It hides slots
//! and refuses new bookings; what stands, stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Provider;
use super::busy::BLOCKS_MAX;
use super::command::{RemoveOutOfOffice, SetOutOfOffice};
use super::decision::{Decision, sealed};
use super::event::{OutOfOffice, ProviderEvent};
use crate::domain::aggregate::Sealable;
use crate::domain::id::{OutOfOfficeNumber, ProviderId};
use crate::domain::rejection::Rejection;
use crate::domain::schedule::instant;
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// Entries of one provider, past ones among them until they are removed: twenty a year for fifty years.
pub const OUT_OF_OFFICE_MAX: u32 = 1_000;

/// The entries of a provider.
pub(super) type Entries = BTreeMap<OutOfOfficeNumber, Entry>;

/// One entry with the sequence of its last event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    version: u64,
    entry: OutOfOffice,
}

impl Provider {
    /// Who is booked instead of the provider in a slot: whom the first entry over it names. `None` when the provider is
    /// there, or nobody stands in. Whether the other one is free, or out of office, is for the caller to ask.
    pub fn stand_in(&self, slot: &TimeSlot) -> Option<ProviderId> {
        let over =
            |entry: &&Entry| entry.entry.start < slot.end() && slot.start() < entry.entry.end;
        let entries = self.out_of_office.values().filter(over);
        let named = entries.filter_map(|entry| Some((entry.entry.start, entry.entry.redirect?)));
        named
            .min_by_key(|(start, _)| *start)
            .map(|(_, redirect)| redirect.provider)
    }

    /// Everybody who stands in for the provider at some time between two instants.
    pub fn stand_ins(&self, from: Timestamp, to: Timestamp) -> BTreeSet<ProviderId> {
        let entries = self.out_of_office.values().map(|known| &known.entry);
        entries
            .filter(|entry| entry.start < to && from < entry.end)
            .filter_map(|entry| Some(entry.redirect?.provider))
            .collect()
    }

    /// Enters days out of office.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` days; `RedirectToSelf`; `AlreadyExists` (the number); `OutOfOfficeExists`;
    /// `TooMany` entries or blocks.
    pub(super) fn enter_out_of_office(&self, set: &SetOutOfOffice) -> Result<Decision, Rejection> {
        let entry = self.entry_of(set)?;
        if self.out_of_office.contains_key(&set.number) {
            return Err(Rejection::AlreadyExists);
        }
        self.refuse_same_days(&entry)?;
        let count = self.out_of_office.len().saturating_add(1);
        Rejection::unless_at_most(OUT_OF_OFFICE_MAX, "entries out of office", count)?;
        Rejection::unless_at_most(BLOCKS_MAX, "blocks", self.busy.len().saturating_add(1))?;
        Ok(recorded(
            ProviderEvent::OutOfOfficeEntered(entry),
            set.sealable.as_ref(),
        ))
    }

    /// Replaces an entry as a whole.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` days; `RedirectToSelf`; `OutOfOfficeNotFound`; `Outdated`; `OutOfOfficeExists`.
    pub(super) fn change_out_of_office(&self, set: &SetOutOfOffice) -> Result<Decision, Rejection> {
        let mut entry = self.entry_of(set)?;
        let known = self.known(set.number, set.expected)?;
        entry.block = known.block;
        self.refuse_same_days(&entry)?;
        Ok(recorded(
            ProviderEvent::OutOfOfficeChanged(entry),
            set.sealable.as_ref(),
        ))
    }

    /// Removes an entry; it is recorded as it was.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `OutOfOfficeNotFound`; `Outdated`.
    pub(super) fn remove_out_of_office(
        &self,
        remove: &RemoveOutOfOffice,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let known = self.known(remove.number, remove.expected)?;
        let removed = ProviderEvent::OutOfOfficeRemoved(known.clone());
        Ok(recorded(removed, remove.sealable.as_ref()))
    }

    pub(super) fn keep_out_of_office(&mut self, version: u64, entry: &OutOfOffice) {
        self.busy.insert(entry.block, entry.start, entry.end);
        let entry = entry.clone();
        self.out_of_office
            .insert(entry.number, Entry { version, entry });
    }

    pub(super) fn forget_out_of_office(&mut self, entry: &OutOfOffice) {
        self.busy.remove(entry.block);
        self.out_of_office.remove(&entry.number);
    }

    /// What is asked for, its days as instants of the provider's zone: that of its default schedule, else its own.
    fn entry_of(&self, set: &SetOutOfOffice) -> Result<OutOfOffice, Rejection> {
        let identity = self.identity()?;
        let schedule = self.schedule_default.and_then(|it| self.schedules.get(&it));
        let zone = schedule.map_or(identity.profile.zone, |schedule| schedule.zone);
        if set.last < set.first {
            return Err(Rejection::invalid("end", "must not be before start"));
        }
        let begins = |day: Option<Day>, field| {
            let midnight = day.map(|day| day.and_time(chrono::NaiveTime::MIN));
            let at = midnight.and_then(|midnight| instant(midnight, zone));
            at.filter(|at| TimeSlot::starting(*at, 1).is_ok())
                .ok_or_else(|| Rejection::invalid(field, "must lie in the years 1970 to 9999"))
        };
        let (start, end) = (
            begins(Some(set.first), "start")?,
            begins(set.last.succ_opt(), "end")?,
        );
        if set
            .redirect
            .is_some_and(|redirect| redirect.number == identity.number)
        {
            return Err(Rejection::RedirectToSelf);
        }
        Ok(OutOfOffice {
            number: set.number,
            block: set.block,
            provider_number: identity.number,
            first: set.first,
            last: set.last,
            start,
            end,
            reason: set.reason,
            redirect: set.redirect,
        })
    }

    fn known(
        &self,
        number: OutOfOfficeNumber,
        expected: Option<u64>,
    ) -> Result<&OutOfOffice, Rejection> {
        let known = self.out_of_office.get(&number);
        let known = known.ok_or(Rejection::OutOfOfficeNotFound)?;
        Rejection::unless_current(expected, known.version)?;
        Ok(&known.entry)
    }

    fn refuse_same_days(&self, entry: &OutOfOffice) -> Result<(), Rejection> {
        let days = |it: &OutOfOffice| (it.first, it.last);
        let mut others = self.out_of_office.values().map(|known| &known.entry);
        if others.any(|other| other.number != entry.number && days(other) == days(entry)) {
            return Err(Rejection::OutOfOfficeExists);
        }
        Ok(())
    }
}

impl Entry {
    pub(super) const fn number(&self) -> OutOfOfficeNumber {
        self.entry.number
    }
}

fn recorded(event: ProviderEvent, sealable: Option<&Sealable>) -> Decision {
    let mut decision = Decision::default();
    decision.facts.push(sealed(event, sealable));
    decision
}
