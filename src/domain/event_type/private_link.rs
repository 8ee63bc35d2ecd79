//! Private links: addresses of an event type that end, at an instant or after so many bookings.

use serde::{Deserialize, Serialize};

use super::EventType;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

/// A private link, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateLink {
    /// Its name in addresses: 1 to 64 characters of `a-z`, `0-9`, `A-Z`; drawn at random.
    pub link: String,
    /// When it ends.
    pub ends: LinkEnd,
    /// The event type's slug when it was set.
    pub slug: String,
}

/// When a private link ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LinkEnd {
    /// At an instant.
    At {
        /// Ended from here on.
        expires_at: Timestamp,
    },
    /// After so many bookings.
    AfterUses {
        /// At least one.
        uses_max: u32,
    },
}

/// See [`super::EventTypeEvent::PrivateLinkRemoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateLinkRemoved {
    /// Which one.
    pub link: String,
}

/// See [`super::EventTypeCommand::SetPrivateLink`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetPrivateLink {
    /// Its name.
    pub link: String,
    /// When it ends.
    pub ends: LinkEnd,
    /// Whether it is one that is there; a new one otherwise.
    pub exists: bool,
}

impl PrivateLink {
    /// Longest name.
    pub const NAME_MAX: usize = 64;
    /// Most bookings through one link.
    pub const USES_MAX: u32 = 1_000_000;
}

impl EventType {
    /// Most private links of one event type.
    pub const PRIVATE_LINKS_MAX: u32 = 100;

    /// # Order of checks
    /// `EventTypeNotFound`; `Invalid` on `linkId` (form, or not there) and `maxUsageCount`; `AlreadyExists`; `TooMany`.
    pub(super) fn set_private_link(&self, set: &SetPrivateLink) -> Result<PrivateLink, Rejection> {
        let open = self.open()?;
        let name = &set.link;
        let is_name = (1..=PrivateLink::NAME_MAX).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name {
            let reason = "must have 1 to 64 letters and digits";
            return Err(Rejection::invalid("linkId", reason));
        }
        if let LinkEnd::AfterUses { uses_max } = set.ends
            && !(1..=PrivateLink::USES_MAX).contains(&uses_max)
        {
            let reason = "must be 1 to 1000000";
            return Err(Rejection::invalid("maxUsageCount", reason));
        }
        match (set.exists, self.private_links.contains_key(name)) {
            (true, false) => return Err(Rejection::invalid("linkId", "is not there")),
            (false, true) => return Err(Rejection::AlreadyExists),
            (true, true) => {}
            (false, false) => {
                let count = self.private_links.len().saturating_add(1);
                Rejection::unless_at_most(Self::PRIVATE_LINKS_MAX, "private links", count)?;
            }
        }
        Ok(PrivateLink {
            link: name.clone(),
            ends: set.ends,
            slug: open.settings.slug.clone(),
        })
    }

    /// # Order of checks
    /// `EventTypeNotFound`; `Invalid` on `linkId` when it is not there.
    pub(super) fn remove_private_link(&self, link: &str) -> Result<PrivateLinkRemoved, Rejection> {
        self.open()?;
        if !self.private_links.contains_key(link) {
            return Err(Rejection::invalid("linkId", "is not there"));
        }
        Ok(PrivateLinkRemoved {
            link: link.to_owned(),
        })
    }
}
