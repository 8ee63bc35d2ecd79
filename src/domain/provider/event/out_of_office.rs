//! What is recorded about days out of office.

use serde::{Deserialize, Serialize};

use crate::domain::id::{BlockId, OutOfOfficeNumber, ProviderId, ProviderNumber};
use crate::domain::time::{Day, Timestamp};

/// Days out of office, complete. Notes are sealed beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutOfOffice {
    /// Wire number.
    pub number: OutOfOfficeNumber,
    /// Its UUID on the wire, and its busy time's.
    pub block: BlockId,
    /// The provider's wire number.
    pub provider_number: ProviderNumber,
    /// First day, in the provider's zone.
    pub first: Day,
    /// Last day, included.
    pub last: Day,
    /// The instant at which the first day begins.
    pub start: Timestamp,
    /// The instant at which the last day has ended.
    pub end: Timestamp,
    /// Why.
    pub reason: OutOfOfficeReason,
    /// Who is booked instead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub redirect: Option<Redirect>,
}

/// Who is booked instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redirect {
    /// The provider.
    pub provider: ProviderId,
    /// Its wire number.
    pub number: ProviderNumber,
}

/// Why somebody is out of office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutOfOfficeReason {
    /// Not said.
    #[default]
    Unspecified,
    /// Vacation.
    Vacation,
    /// Travel.
    Travel,
    /// Sick.
    Sick,
    /// A public holiday.
    PublicHoliday,
}

impl OutOfOfficeReason {
    /// Every reason, in the order of the reference.
    pub const ALL: [Self; 5] = [
        Self::Unspecified,
        Self::Vacation,
        Self::Travel,
        Self::Sick,
        Self::PublicHoliday,
    ];
    /// The texts of [`Self::ALL`], in the same order.
    pub const TEXTS: &'static [&'static str] = &[
        "unspecified",
        "vacation",
        "travel",
        "sick",
        "public_holiday",
    ];

    /// The text on the wire and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Vacation => "vacation",
            Self::Travel => "travel",
            Self::Sick => "sick",
            Self::PublicHoliday => "public_holiday",
        }
    }

    /// Reads the text of the wire.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}
