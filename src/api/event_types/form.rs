//! In which shape an event type travels: today's, or the oldest one (`reference` § 1.3, § 5.6).

use serde_json::{Map, Value};

use super::view::View;
use super::{body, legacy};
use crate::api::failure::Failure;
use crate::api::version::{EVENT_TYPES_LEGACY, Version};
use crate::domain::event_type::settings::EventTypeSettings;

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Of 2024-06-14.
    Current,
    /// Of 2024-04-15 and 2024-06-11.
    Legacy,
}

impl Form {
    /// The shape of a version.
    pub(super) fn of(version: Version) -> Self {
        if EVENT_TYPES_LEGACY.contains(&version) {
            Self::Legacy
        } else {
            Self::Current
        }
    }

    /// Reads a body over `base` (an event type to change), or over the defaults.
    ///
    /// # Errors
    /// 400 with every fault.
    pub(super) fn settings(
        self,
        body: &Map<String, Value>,
        base: Option<&EventTypeSettings>,
    ) -> Result<EventTypeSettings, Failure> {
        match self {
            Self::Current => body::settings(body, base),
            Self::Legacy => body::settings(&legacy::translated(body, base.is_none())?, base),
        }
    }

    /// The whole object.
    pub(super) fn json(self, view: &View<'_>, public_url: &str) -> Map<String, Value> {
        let shown = view.json(public_url);
        match self {
            Self::Current => shown,
            Self::Legacy => legacy::shown(&shown),
        }
    }

    /// What the default length is called.
    pub(super) const fn length(self) -> &'static str {
        match self {
            Self::Current => "lengthInMinutes",
            Self::Legacy => "length",
        }
    }
}
