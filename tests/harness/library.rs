//! The ledger as a library, with a clock of its own: histories that are years long, and states nobody sees over HTTP.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveTime, Utc, Weekday};
use daybook::clock::{Clock as _, Ids, ManualClock, SystemIds};
use daybook::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, EventTypeId, KeyId, ProviderId,
    ProviderNumber, ScheduleNumber, TenantId,
};
use daybook::domain::personal::Personal;
use daybook::domain::provider::command::{
    BookingFacts, BookingStatus, Create, Occurrence, Place, ProviderCommand, Standing,
};
use daybook::domain::provider::event::{BookingPlaced, Profile, ProviderEvent};
use daybook::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use daybook::domain::tenant::Role;
use daybook::domain::terms::Terms;
use daybook::domain::time::TimeSlot;
use daybook::domain::{Command, Event, State};
use daybook::ledger::database::Database;
use daybook::ledger::record::{
    Actor, Addressed, CommandContext, Executed, Origin, RecordedEvent, StreamKey,
};
use daybook::ledger::store::connect::OpenOptions;
use daybook::ledger::unit::NameKind;
use daybook::ledger::{Ledger, LedgerError, NumberKind};
use daybook::projections;
use daybook::sagas::{Path, Sagas};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Salon;

/// The master key of [`super::program::Program`], decoded.
const MASTER_KEY: &[u8; 32] = b"master-key-of-the-tests-32-bytes";

/// Length of a veteran's bookings, minutes.
pub(crate) const MINUTES: u32 = 15;

/// A ledger in this process, over the database of a salon.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<dyn Ids>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Library {
    /// Opens it with nothing hot; its clock stands at `now`.
    pub(crate) async fn open(salon: &Salon, now: DateTime<Utc>) -> Self {
        Self::at(&salon.database().url(), now).await
    }

    /// As [`Self::open`], over a database that is known by its address alone.
    pub(crate) async fn at(url: &str, now: DateTime<Utc>) -> Self {
        let options = OpenOptions {
            connections_max: 4,
            ..OpenOptions::default()
        };
        let database = Database::open(url, &options)
            .await
            .expect("the database opens");
        let clock = Arc::new(ManualClock::new(now));
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock) as _));
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let ledger = Ledger::open(
            database,
            projections::all(),
            Arc::clone(&clock) as _,
            Arc::clone(&ids),
            MASTER_KEY,
            &tracker,
            stop.clone(),
        );
        Self {
            ledger,
            clock,
            ids,
            tracker,
            stop,
        }
    }

    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
        self.ledger.database().close().await;
    }

    /// What drives composite bookings through it.
    pub(crate) fn sagas(&self, path: Path) -> Sagas {
        let (ledger, clock) = (Arc::clone(&self.ledger), Arc::clone(&self.clock) as _);
        Sagas::new(ledger, clock, &*self.ids, self.tracker.clone(), path)
    }

    /// Moves the clock forward to an instant.
    pub(crate) fn wait_until(&self, instant: DateTime<Utc>) {
        self.clock.advance(instant - self.clock.now());
    }

    /// Executes linked commands to one provider.
    pub(crate) async fn execute(
        &self,
        stream: StreamKey,
        commands: Vec<ProviderCommand>,
    ) -> Result<Executed, LedgerError> {
        let commands = commands
            .into_iter()
            .map(|command| Command::Provider(Box::new(command)));
        self.command(stream, commands.collect()).await
    }

    /// Executes linked commands to one stream.
    pub(crate) async fn command(
        &self,
        stream: StreamKey,
        commands: Vec<Command>,
    ) -> Result<Executed, LedgerError> {
        let context = CommandContext {
            tenant: stream.tenant,
            actor: Actor {
                id: "library".to_owned(),
                role: Role::Owner,
            },
            origin: Origin::default(),
            idempotency: None,
            correlation: self.ids.uuid(),
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        };
        let commands = commands
            .into_iter()
            .map(|command| Addressed { stream, command })
            .collect();
        self.ledger.execute(context, commands).await
    }

    /// The state of a stream, folded from its first event on without any snapshot; shows each event.
    pub(crate) async fn replay(
        &self,
        stream: StreamKey,
        mut show: impl FnMut(&RecordedEvent),
    ) -> State {
        let mut state = State::empty(stream.kind);
        let mut after = 0;
        loop {
            let chunk = self.ledger.stream_events(stream, after, 2_000).await;
            let chunk = chunk.expect("the log can be read");
            let Some(last) = chunk.last() else {
                return state;
            };
            after = last.sequence;
            for event in &chunk {
                state.evolve(event.sequence, event.decided_at, &event.event);
                show(event);
            }
        }
    }
}

/// A provider whose history begins when the library's clock says, open 09:00 to 17:00 UTC on all days, with one event
/// type of a quarter of an hour.
#[derive(Clone, Debug)]
pub(crate) struct Veteran {
    pub(crate) stream: StreamKey,
    pub(crate) terms: Terms,
}

impl Veteran {
    pub(crate) async fn hire(salon: &Salon, library: &Library) -> Self {
        Self::hire_as("veteran", salon, library).await
    }

    /// As [`Self::hire`], one of several.
    pub(crate) async fn hire_as(username: &str, salon: &Salon, library: &Library) -> Self {
        let tenant: TenantId = salon.tenant.id.parse().expect("is a UUID");
        let provider = ProviderId::from_uuid(library.ids.uuid());
        let stream = StreamKey::provider(tenant, provider);
        let draw = async |kind| library.ledger.draw_number(kind).await.expect("is drawn");
        let create = Create {
            number: ProviderNumber::new(draw(NumberKind::Provider).await),
            profile: profile(username),
            schedule: Some((
                ScheduleNumber::new(draw(NumberKind::Schedule).await),
                schedule(),
            )),
        };
        let created = library.execute(stream, vec![ProviderCommand::Create(create)]);
        created.await.expect("the provider is created");
        let minutes = MINUTES.to_string();
        let arguments = [
            ["event-type", "add"],
            ["--tenant", &salon.tenant.id],
            ["--provider", username],
            ["--slug", "quarter"],
            ["--title", "Quarter"],
            ["--minutes", &minutes],
        ];
        let event_type = salon.program().json(&arguments.concat()).await;
        let number = event_type["id"].to_string();
        let found = library.ledger.find(NameKind::EventType, "", &number).await;
        let entry = found.expect("the directory answers").expect("it is there");
        let id: EventTypeId =
            serde_json::from_value(entry.target["eventType"].clone()).expect("is a UUID");
        let state = library
            .ledger
            .state(StreamKey::event_type(tenant, id))
            .await;
        let state = state.expect("the log can be read").expect("it has events");
        let State::EventType(offered) = state.as_ref() else {
            panic!("it is an event type");
        };
        let open = offered.open().expect("it is not deleted");
        let mut terms = open.settings.terms(id, open.number, offered.version);
        terms.notice_minutes = 0;
        Self { stream, terms }
    }

    /// The command that books a quarter of an hour.
    pub(crate) fn place(&self, library: &Library, start: DateTime<Utc>) -> ProviderCommand {
        let number = i32::try_from(start.timestamp() / 60 % 1_000_000_000).expect("fits");
        ProviderCommand::Place(Place {
            co_hosted: None,
            terms: self.terms.clone(),
            occurrences: vec![Occurrence {
                booking: BookingId::from_uuid(library.ids.uuid()),
                number: BookingNumber::new(number),
                uid: BookingUid::from_uuid(library.ids.uuid()),
                attendee: AttendeeNumber::new(number),
                guests: Vec::new(),
                slot: TimeSlot::starting(start, MINUTES).expect("is a slot"),
            }],
            series: None,
            seats: Vec::new(),
            hold: None,
            out_of_bounds: false,
            limits_skipped: false,
            standing: Standing::ByTerms,
            composite: None,
            key_is_new: true,
            key: KeyId::from_uuid(library.ids.uuid()),
            personal: Personal::default(),
        })
    }

    /// Books one slot, and gives the booking as it is read then.
    pub(crate) async fn book(&self, library: &Library, start: DateTime<Utc>) -> BookingFacts {
        let placed = library.execute(self.stream, vec![self.place(library, start)]);
        facts(placed.await.expect("it is booked").events.last())
    }
}

/// What is read of a booking after an event that begins a wire booking.
pub(crate) fn facts(event: Option<&RecordedEvent>) -> BookingFacts {
    let recorded = event.expect("there is an event");
    let Event::Provider(decided) = &recorded.event else {
        panic!("is not a provider's: {recorded:?}");
    };
    let placed: &BookingPlaced = if let ProviderEvent::BookingPlaced(placed) = decided.as_ref() {
        placed
    } else if let ProviderEvent::BookingRescheduled(moved) = decided.as_ref() {
        &moved.to
    } else {
        panic!("begins no wire booking: {decided:?}");
    };
    BookingFacts {
        co_hosts: Vec::new(),
        composite: placed.composite,
        booking: placed.booking,
        version: recorded.sequence,
        number: placed.number,
        uid: placed.uid.clone(),
        ics_uid: placed.ics_uid.clone(),
        status: BookingStatus::Accepted,
        rescheduled_to: None,
        slot: placed.slot,
        terms: placed.terms.clone(),
        claims: placed.claims,
        counted_on: placed.counted_on,
        attendee: placed.attendee,
        guests: placed.guests.clone(),
        seats: Vec::new(),
        series: None,
        key: recorded.personal.as_ref().expect("is sealed").key,
    }
}

/// Nine o'clock, so many days after a day.
pub(crate) fn nine(day: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let day = (day + Duration::days(days)).date_naive();
    day.and_hms_opt(9, 0, 0).expect("nine is an hour").and_utc()
}

fn profile(username: &str) -> Profile {
    Profile {
        name: "Vera Sena".to_owned(),
        email: format!("{username}@example.org"),
        username: username.to_owned(),
        zone: chrono_tz::Tz::UTC,
        time_format: 24,
        week_start: "Monday".to_owned(),
        bio: None,
        avatar_url: None,
        locale: "en".to_owned(),
        details_json: None,
    }
}

fn schedule() -> Schedule {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("is an hour");
    Schedule {
        name: "Every day".to_owned(),
        zone: chrono_tz::Tz::UTC,
        weekly: vec![WeeklyHours {
            days: std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()))
                .take(7)
                .collect(),
            hours: OpeningHours {
                from: at(9),
                to: at(17),
            },
        }],
        overrides: Vec::new(),
    }
}
