//! What a document says of single segments: each fact a member of its own, so that it merges by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::domain::composite::event::Segment as Whole;
use crate::domain::id::{BookingUid, ProviderId};
use crate::domain::time::TimeSlot;
use crate::ledger::database::DatabaseError;
use crate::projections::cell::parsed;
use crate::projections::row::{Composite, SegmentMark};

/// Begins the members that say how far a segment is: a [`SegmentMark`], null when it moved with the others.
const MARK: &str = "mark.";
/// Begins the members that say where a segment was moved alone: a [`MovedTo`], null when it moved with the others since.
const MOVED: &str = "moved.";
/// Begins the members that say that a segment was cancelled alone, for good: `true`.
const CANCELLED: &str = "cancelled.";
/// Begins the members that say to whom a segment was given alone.
const PROVIDER: &str = "provider.";

/// Facts about single segments, by index; `None` takes one back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Marks {
    pub(super) marks: BTreeMap<u32, Option<SegmentMark>>,
    pub(super) moved: BTreeMap<u32, Option<MovedTo>>,
    pub(super) providers: BTreeMap<u32, Option<ProviderId>>,
    pub(super) cancelled: BTreeSet<u32>,
}

/// Where a segment was moved alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct MovedTo {
    pub(super) uid: BookingUid,
    pub(super) slot: TimeSlot,
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut members = serializer.serialize_map(None)?;
        for (index, mark) in &self.marks {
            members.serialize_entry(&format!("{MARK}{index}"), mark)?;
        }
        for (index, moved) in &self.moved {
            members.serialize_entry(&format!("{MOVED}{index}"), moved)?;
        }
        for (index, provider) in &self.providers {
            members.serialize_entry(&format!("{PROVIDER}{index}"), provider)?;
        }
        for index in &self.cancelled {
            members.serialize_entry(&format!("{CANCELLED}{index}"), &true)?;
        }
        members.end()
    }
}

impl Marks {
    /// Takes back what was said of every segment, but for those that were cancelled: they moved together.
    pub(super) fn none(segments: &[Whole]) -> Self {
        let indexes = || (0_u32..).zip(segments).map(|(index, _)| index);
        Self {
            marks: indexes().map(|index| (index, None)).collect(),
            moved: indexes().map(|index| (index, None)).collect(),
            providers: indexes().map(|index| (index, None)).collect(),
            cancelled: BTreeSet::new(),
        }
    }

    /// What a document says.
    pub(super) fn of(document: &str) -> Result<Self, DatabaseError> {
        let members: BTreeMap<String, Value> = parsed("doc", document)?;
        let mut marks = Self::default();
        for (name, member) in members {
            let index = |begin: &str| name.strip_prefix(begin)?.parse::<u32>().ok();
            if let Some(index) = index(MARK) {
                marks.marks.insert(index, value(member)?);
            } else if let Some(index) = index(MOVED) {
                marks.moved.insert(index, value(member)?);
            } else if let Some(index) = index(PROVIDER) {
                marks.providers.insert(index, value(member)?);
            } else if let Some(index) = index(CANCELLED) {
                marks.cancelled.insert(index);
            }
        }
        Ok(marks)
    }

    /// Folds the facts into a row. What is taken back is in the row's own segments, which moved with them.
    pub(super) fn fold_into(self, row: &mut Composite) {
        for (index, segment) in (0_u32..).zip(&mut row.segments) {
            let mark = self.marks.get(&index);
            if self.cancelled.contains(&index) {
                segment.mark = Some(SegmentMark::Cancelled);
            } else if let (Some(mark), true) = (mark, segment.mark != Some(SegmentMark::Cancelled))
            {
                segment.mark = *mark;
            }
            if let Some(Some(moved)) = self.moved.get(&index) {
                segment.uid.clone_from(&moved.uid);
                segment.slot = moved.slot;
            }
            if let Some(Some(provider)) = self.providers.get(&index) {
                segment.provider = *provider;
            }
        }
    }
}

fn value<T: DeserializeOwned>(member: Value) -> Result<T, DatabaseError> {
    serde_json::from_value(member).map_err(|error| DatabaseError::corrupt("doc", error))
}
