//! The booking command as cqrs-es has it: one aggregate per provider that refuses overlap, one event per booking.

use std::collections::BTreeMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// A provider: its bookings by start, minutes since the Unix epoch.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Provider {
    ends: BTreeMap<i64, i64>,
}

/// Asks for a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Id of the new booking.
    pub booking: String,
    /// First minute.
    pub start: i64,
    /// First minute after it.
    pub end: i64,
    /// Who books.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// What a provider records; about as long as Daybook's payload and sealed data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProviderEvent {
    /// A slot was booked.
    BookingPlaced {
        /// As asked.
        place: Place,
        /// The event type as it was.
        terms: Terms,
    },
}

/// The event type, frozen into the event as Daybook does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    slug: String,
    title: String,
    minutes: u32,
}

impl DomainEvent for ProviderEvent {
    fn event_type(&self) -> String {
        "BookingPlaced".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// The only refusal.
#[derive(Debug, thiserror::Error)]
#[error("the slot is taken")]
pub struct SlotTaken;

impl Aggregate for Provider {
    const TYPE: &'static str = "provider";
    type Command = Place;
    type Event = ProviderEvent;
    type Error = SlotTaken;
    type Services = ();

    async fn handle(
        &mut self,
        place: Place,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), SlotTaken> {
        let before = self.ends.range(..place.end).next_back();
        if before.is_some_and(|(_, end)| place.start < *end) {
            return Err(SlotTaken);
        }
        let terms = Terms {
            slug: "visit".to_owned(),
            title: "Visit".to_owned(),
            minutes: 15,
        };
        sink.write(ProviderEvent::BookingPlaced { place, terms }, self)
            .await;
        Ok(())
    }

    fn apply(&mut self, event: ProviderEvent) {
        let ProviderEvent::BookingPlaced { place, .. } = event;
        self.ends.insert(place.start, place.end);
    }
}
