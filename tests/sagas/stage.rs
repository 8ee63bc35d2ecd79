//! Three providers, composite bookings over them, and what must be true of one that has settled.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use daybook::domain::composite::event::Segment;
use daybook::domain::composite::{Composite, Phase};
use daybook::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CompositeId, HoldId, KeyId, ProviderId,
    TenantId,
};
use daybook::domain::personal::{Attendee, Personal};
use daybook::domain::provider::event::ProviderEvent;
use daybook::domain::tenant::Role;
use daybook::domain::time::TimeSlot;
use daybook::domain::{Event, Sealable, State};
use daybook::ledger::NumberKind;
use daybook::ledger::database::{Param, Sql};
use daybook::ledger::record::{Actor, CommandContext, Idempotency, Origin, StreamKey};
use daybook::sagas::recovery::{Recovery, TICK};
use daybook::sagas::{Path, Requested, Sagas, Steps};
use uuid::Uuid;

use crate::harness::library::{MINUTES, nine};
use crate::harness::{Library, Salon, Veteran, times};

const CLAIMS: Sql =
    Sql::both("select claim from claims where tenant = $1 order by starts_at, claim");

/// Both ways to make a composite booking.
pub(super) const PATHS: [Path; 2] = [Path::Linked, Path::Stepwise];

/// A ledger in this process, and who can be booked through it.
pub(super) struct Stage {
    pub(super) library: Library,
    pub(super) veterans: Vec<Veteran>,
    pub(super) tenant: TenantId,
    /// When the first composite booking may begin.
    pub(super) opens: DateTime<Utc>,
}

impl Stage {
    /// Stops the server of a salon and takes its place.
    pub(super) async fn set(salon: &mut Salon) -> Self {
        salon.take_server().stop();
        let now = times::now();
        let library = Library::open(salon, now).await;
        let mut veterans = Vec::new();
        for username in ["first", "second", "third"] {
            veterans.push(Veteran::hire_as(username, salon, &library).await);
        }
        Self {
            library,
            veterans,
            tenant: salon.tenant_id(),
            opens: nine(now, 2),
        }
    }

    /// The start of the `index`-th chain: four a day, none over another.
    pub(super) fn start(&self, index: usize) -> DateTime<Utc> {
        let index = i64::try_from(index).unwrap();
        self.opens + Duration::days(index / 4) + Duration::hours(2 * (index % 4))
    }

    /// Who has the `index`-th segment.
    pub(super) fn veteran(&self, index: usize) -> &Veteran {
        &self.veterans[index % self.veterans.len()]
    }

    /// A new chain of quarters of an hour, one provider after the other.
    pub(super) async fn requested(&self, start: DateTime<Utc>, count: usize) -> Requested {
        let mut segments = Vec::new();
        let id = || self.library.ids.uuid();
        for index in 0..count {
            let later = i64::try_from(index).unwrap() * i64::from(MINUTES);
            let draw = async |kind| self.library.ledger.draw_number(kind).await.unwrap();
            let veteran = self.veteran(index);
            segments.push(Segment {
                provider: ProviderId::from_uuid(veteran.stream.id),
                terms: veteran.terms.clone(),
                slot: TimeSlot::starting(start + Duration::minutes(later), MINUTES).unwrap(),
                booking: BookingId::from_uuid(id()),
                number: BookingNumber::new(draw(NumberKind::Booking).await),
                uid: BookingUid::from_uuid(id()),
                attendee: AttendeeNumber::new(draw(NumberKind::Attendee).await),
                guests: Vec::new(),
                hold: HoldId::from_uuid(id()),
            });
        }
        let composite = CompositeId::from_uuid(id());
        requested(composite, segments, KeyId::from_uuid(id()))
    }

    /// Drives through the stage's ledger.
    pub(super) fn sagas(&self, path: Path) -> Arc<Sagas> {
        Arc::new(self.library.sagas(path))
    }

    /// Drives through steps of a test's own.
    pub(super) fn sagas_through(&self, path: Path, steps: impl Steps + 'static) -> Arc<Sagas> {
        Arc::new(self.library.sagas(path).through(Arc::new(steps)))
    }

    /// Lets the lease of whoever drove run out, then drives what is unsettled.
    pub(super) async fn recover(&self) -> usize {
        self.library.clock.advance(Duration::seconds(6));
        let sagas = self.sagas(Path::Linked);
        let recovery = Recovery { sagas, every: TICK };
        recovery.sweep().await.unwrap()
    }

    pub(super) fn context(&self, key: Option<&str>) -> CommandContext {
        context(self.tenant, key)
    }

    pub(super) fn stream(&self, composite: CompositeId) -> StreamKey {
        StreamKey::composite(self.tenant, composite)
    }

    /// The composite, folded from its first event on; reading it gives the same.
    pub(super) async fn composite(&self, id: CompositeId) -> Composite {
        let stream = self.stream(id);
        let replayed = self.library.replay(stream, |_event| {}).await;
        let State::Composite(composite) = &replayed else {
            panic!("is no composite");
        };
        let read = self.library.ledger.versioned_state(stream).await.unwrap();
        // Somebody may drive it meanwhile.
        if let Some((read, version)) = read
            && version == composite.version()
        {
            assert_eq!(*read, replayed, "replay gives another state");
        }
        Composite::clone(composite)
    }

    /// How a composite booking stands that must have settled: with all segments, or with none and nothing left of any.
    pub(super) async fn settled(&self, requested: &Requested) -> Phase {
        let phase = self.composite(requested.composite).await.phase().clone();
        let stands = match &phase {
            Phase::Confirmed => true,
            Phase::RolledBack(_) | Phase::Absent => false,
            Phase::Requested
            | Phase::Pending
            | Phase::Compensating(_)
            | Phase::Stuck { .. }
            | Phase::Abandoned
            | Phase::Cancelled => panic!("{} has not settled: {phase:?}", requested.composite),
        };
        let claims = self.claims().await;
        for (index, segment) in requested.segments.iter().enumerate() {
            let about = format!("segment {index} of {}, {phase:?}", requested.composite);
            let (booking, hold) = (segment.booking.as_uuid(), segment.hold.as_uuid());
            let (placed, undone) = self.fate(segment).await;
            assert_eq!(
                placed - undone,
                usize::from(stands),
                "{about}: {placed}, {undone}"
            );
            assert!(placed <= 1, "{about} was placed {placed} times");
            assert_eq!(claims.contains(&booking), stands, "{about}: its claim");
            assert!(!claims.contains(&hold), "{about}: a hold is left");
        }
        phase
    }

    /// How often a segment was booked, and how often undone.
    async fn fate(&self, segment: &Segment) -> (usize, usize) {
        let events = self
            .library
            .ledger
            .booking_events(self.tenant, segment.booking)
            .await
            .unwrap();
        let count = |wanted: fn(&ProviderEvent) -> bool| {
            let is_wanted =
                |event: &Event| matches!(event, Event::Provider(event) if wanted(event));
            events
                .iter()
                .filter(|logged| is_wanted(&logged.event.event))
                .count()
        };
        (
            count(|event| matches!(event, ProviderEvent::BookingPlaced(_))),
            count(|event| matches!(event, ProviderEvent::BookingCompensated(_))),
        )
    }

    /// Claims of the tenant.
    pub(super) async fn claims(&self) -> BTreeSet<Uuid> {
        let database = self.library.ledger.database();
        let rows = database
            .fetch(self.tenant, CLAIMS, vec![Param::from(self.tenant)])
            .await
            .unwrap();
        rows.iter().map(|row| row.uuid("claim").unwrap()).collect()
    }

    /// How many composite bookings were ever requested.
    pub(super) async fn requests(&self, salon: &Salon) -> i64 {
        let query = "select count(*) from events where event_type = 'CompositeRequested'";
        salon.database().integer(query).await
    }
}

/// A request by Ilze Berga.
pub(super) fn requested(composite: CompositeId, segments: Vec<Segment>, key: KeyId) -> Requested {
    let attendee = Attendee {
        name: "Ilze Berga".to_owned(),
        email: Some("ilze@example.org".to_owned()),
        phone_number: None,
        time_zone: "Europe/Riga".to_owned(),
        language: "en".to_owned(),
    };
    let personal = Personal {
        attendee: Some(attendee),
        ..Personal::default()
    };
    Requested {
        composite,
        segments,
        sealable: Sealable {
            key,
            key_is_new: true,
            personal,
        },
    }
}

pub(super) fn context(tenant: TenantId, key: Option<&str>) -> CommandContext {
    CommandContext {
        tenant,
        actor: Actor {
            id: "library".to_owned(),
            role: Role::Owner,
        },
        origin: Origin::default(),
        idempotency: key.map(|key| Idempotency {
            key: key.to_owned(),
            fingerprint: "the same request".to_owned(),
            binds_refusals: true,
        }),
        correlation: Uuid::nil(),
        causation: None,
        reads: Vec::new(),
        parts: Vec::new(),
    }
}
