//! What a document says of single segments: each fact a member of its own, so that it merges by itself.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::composite::event::Segment as Whole;
use crate::domain::id::{BookingUid, ProviderId};
use crate::ledger::database::DatabaseError;
use crate::projections::cell::parsed;
use crate::projections::row::{Composite, SegmentMark};

/// Begins the members that say how far a segment is: a [`SegmentMark`], null when it moved with the others.
const MARK: &str = "mark.";
/// Begins the members that say under which uid a segment's booking goes since it was moved alone.
const UID: &str = "uid.";
/// Begins the members that say to whom a segment was given alone.
const PROVIDER: &str = "provider.";

/// Facts about single segments, by index; `None` takes one back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Marks {
    pub(super) marks: BTreeMap<u32, Option<SegmentMark>>,
    pub(super) uids: BTreeMap<u32, Option<BookingUid>>,
    pub(super) providers: BTreeMap<u32, Option<ProviderId>>,
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut members = serializer.serialize_map(None)?;
        for (index, mark) in &self.marks {
            members.serialize_entry(&format!("{MARK}{index}"), mark)?;
        }
        for (index, uid) in &self.uids {
            members.serialize_entry(&format!("{UID}{index}"), uid)?;
        }
        for (index, provider) in &self.providers {
            members.serialize_entry(&format!("{PROVIDER}{index}"), provider)?;
        }
        members.end()
    }
}

impl Marks {
    /// Takes back what was said of every segment: they moved together.
    pub(super) fn none(segments: &[Whole]) -> Self {
        let indexes = || (0_u32..).zip(segments).map(|(index, _)| index);
        Self {
            marks: indexes().map(|index| (index, None)).collect(),
            uids: indexes().map(|index| (index, None)).collect(),
            providers: indexes().map(|index| (index, None)).collect(),
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
            } else if let Some(index) = index(UID) {
                marks.uids.insert(index, value(member)?);
            } else if let Some(index) = index(PROVIDER) {
                marks.providers.insert(index, value(member)?);
            }
        }
        Ok(marks)
    }

    /// Folds the facts into a row. What is taken back is in the row's own segments, which moved with them.
    pub(super) fn fold_into(self, row: &mut Composite) {
        for (index, segment) in (0_u32..).zip(&mut row.segments) {
            if let Some(mark) = self.marks.get(&index) {
                segment.mark = *mark;
            }
            if let Some(Some(uid)) = self.uids.get(&index) {
                segment.uid.clone_from(uid);
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
