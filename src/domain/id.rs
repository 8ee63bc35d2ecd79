//! Identifiers: every UUID, wire number and wire uid has a type of its own.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name such a thing.
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// The bare UUID (RFC 9562).
            pub const fn as_uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(formatter) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    )*};
}

uuid_id! {
    /// One organisation; owns everything below it.
    TenantId;
    /// A person or resource that is booked, one at a time. Also the id of its stream.
    ProviderId;
    /// A bookable service. Also the id of its stream.
    EventTypeId;
    /// The ledger's own id of a booking: it never changes, whatever is moved or reassigned.
    BookingId;
    /// A slot kept for a short time; on the wire the reservation uid.
    HoldId;
    /// One seat of a seated booking; on the wire `seatUid`.
    SeatId;
    /// Who wants to be told of what. Also the id of its stream.
    WebhookId;
    /// Busy time entered by hand.
    BlockId;
    /// The row by which a booking or an exclusive hold occupies its provider.
    ClaimId;
    /// One recorded event.
    EventId;
    /// One executed command; every event of it carries the same.
    CommandId;
    /// The data key under which an attendee's personal data is sealed.
    KeyId;
    /// An API key (never its secret).
    ApiKeyId;
    /// Providers of one tenant who share event types.
    TeamId;
    /// A composite booking. Also the id of its stream, and its uid on the wire.
    CompositeId;
}

macro_rules! wire_number {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i32);

        impl $name {
            /// Wraps a number drawn from the ledger: 1 to 2^31 − 1, global over all tenants.
            pub const fn new(number: i32) -> Self { Self(number) }
            /// The number as the wire shows it.
            pub const fn get(self) -> i32 { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(formatter) }
        }
    )*};
}

wire_number! {
    /// A provider's integer on the wire (Cal.com's user id).
    ProviderNumber;
    /// An event type's integer on the wire.
    EventTypeNumber;
    /// The integer of one wire booking; a moved booking gets a new one.
    BookingNumber;
    /// A schedule's integer on the wire.
    ScheduleNumber;
    /// An attendee's integer on the wire.
    AttendeeNumber;
    /// A team's integer on the wire.
    TeamNumber;
    /// The integer of an entry out of office on the wire.
    OutOfOfficeNumber;
    /// A tenant's integer on the wire (Cal.com's organisation id).
    TenantNumber;
}

/// The uid of one wire booking or series: 22 base-58 characters, drawn at random. A moved booking gets a new one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingUid(String);

impl BookingUid {
    /// Longest uid that is looked up at all; anything longer is answered as absent.
    pub const LENGTH_MAX: usize = 64;
    const ALPHABET: &'static [u8; 58] =
        b"123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

    /// Writes a UUID in base 58, padded to 22 characters.
    pub fn from_uuid(uuid: Uuid) -> Self {
        let mut rest = uuid.as_u128();
        let mut text = [b'1'; 22];
        for place in text.iter_mut().rev() {
            let digit = usize::try_from(rest.rem_euclid(58)).unwrap_or_default();
            if let Some(character) = Self::ALPHABET.get(digit) {
                *place = *character;
            }
            rest = rest.div_euclid(58);
        }
        Self(String::from_utf8_lossy(&text).into_owned())
    }

    /// Takes text from the wire or the database as it is: it is only ever compared.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The uid as the wire shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BookingUid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
