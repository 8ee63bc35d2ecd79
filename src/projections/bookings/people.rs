//! What a document says of single people of a booking: each fact a member of its own.
//!
//! An event names people by number alone, and a projection reads no row to learn whose number it is: so every fact is a
//! member that merges by itself, and what it means is worked out where the row is read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::id::AttendeeNumber;
use crate::ledger::database::DatabaseError;
use crate::projections::cell::parsed;
use crate::projections::row::{Added, Booking};

/// Begins the members that say whether somebody was absent: a boolean.
const ABSENCE: &str = "absent.";
/// Begins the members that say who was added, by the first number of those added together.
const ADDITION: &str = "added.";
/// Begins the members that say who was taken off: `true`.
const REMOVAL: &str = "removed.";

/// Facts about single people of a booking.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct People {
    /// Who was absent, or was not after all.
    pub(super) absences: BTreeMap<AttendeeNumber, bool>,
    /// Who was added, by the first number of those added together.
    pub(super) added: BTreeMap<AttendeeNumber, Added>,
    /// Who was taken off.
    pub(super) removed: BTreeSet<AttendeeNumber>,
}

impl Serialize for People {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut members = serializer.serialize_map(None)?;
        for (attendee, absent) in &self.absences {
            members.serialize_entry(&format!("{ABSENCE}{attendee}"), absent)?;
        }
        for (first, added) in &self.added {
            members.serialize_entry(&format!("{ADDITION}{first}"), added)?;
        }
        for attendee in &self.removed {
            members.serialize_entry(&format!("{REMOVAL}{attendee}"), &true)?;
        }
        members.end()
    }
}

impl People {
    /// What a document says. Most say nothing of single people, and only those that may are read a second time.
    pub(super) fn of(document: &str) -> Result<Self, DatabaseError> {
        let mut people = Self::default();
        if ![ABSENCE, ADDITION, REMOVAL]
            .iter()
            .any(|begin| document.contains(begin))
        {
            return Ok(people);
        }
        let members: BTreeMap<String, Value> = parsed("doc", document)?;
        for (name, member) in members {
            let numbered = |begin: &str| {
                let number = name.strip_prefix(begin)?.parse().ok()?;
                Some(AttendeeNumber::new(number))
            };
            if let (Some(attendee), Value::Bool(absent)) = (numbered(ABSENCE), &member) {
                people.absences.insert(attendee, *absent);
            } else if let Some(first) = numbered(ADDITION) {
                let added = serde_json::from_value(member)
                    .map_err(|error| DatabaseError::corrupt("doc", error))?;
                people.added.insert(first, added);
            } else if let Some(attendee) = numbered(REMOVAL) {
                people.removed.insert(attendee);
            }
        }
        Ok(people)
    }

    /// Folds the facts into a booking. Absence is said of whoever has the number.
    pub(super) fn fold_into(self, row: &mut Booking) {
        for (_, added) in self.added {
            if !row.added.contains(&added) {
                row.added.push(added);
            }
        }
        row.removed.extend(self.removed);
        for (attendee, absent) in self.absences {
            if row.attendee == attendee {
                row.attendee_absent = absent;
            }
            for seat in &mut row.seats {
                if seat.attendee == attendee {
                    seat.absent = absent;
                }
            }
            let mut guests = row
                .added
                .iter()
                .flat_map(|added| &added.attendees)
                .chain(&row.guests);
            if guests.any(|guest| *guest == attendee) {
                if absent {
                    row.guests_absent.insert(attendee);
                } else {
                    row.guests_absent.remove(&attendee);
                }
            }
        }
    }
}
