//! Many want one slot: one gets it, everybody else is told so, nobody sees a failure of the server.

use chrono::{DateTime, Duration as Span, SubsecRound as _, Utc};
use daybook::clock::Clock as _;
use daybook::domain::State;
use daybook::domain::id::{EventTypeId, HoldId};
use daybook::domain::provider::command::{PlaceHold, ProviderCommand};
use daybook::domain::time::TimeSlot;
use daybook::ledger::record::StreamKey;
use daybook::ledger::unit::NameKind;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Answer, Library, Salon, count, times, until};

/// Simultaneous requests of a race.
const REQUESTS: usize = 500;
/// Who waits for a slot that is held.
const BOOKERS: usize = 30;
/// How a second confirmation is refused.
const ALREADY_CONFIRMED: &str = "Booking already confirmed";

/// Sends everything at once; the answers come in no order.
pub(crate) async fn all<F>(requests: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    requests
        .into_iter()
        .collect::<JoinSet<_>>()
        .join_all()
        .await
}

/// Asserts that `winners` answers have the status and every other says that the slot is taken.
pub(crate) fn assert_winners(answers: &[Answer], status: u16, winners: usize) {
    let (won, lost): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.as_u16() == status);
    for answer in lost {
        answer.expect_taken();
    }
    assert_eq!(won.len(), winners);
}

pub(crate) fn start_of(answer: &Answer) -> DateTime<Utc> {
    let start = answer.data()["start"].as_str().map(str::parse);
    start.expect("data has a start").expect("it is an instant")
}

on_both_databases! {
    async fn one_of_many_gets_the_slot(salon: &mut Salon) {
        let (client, start) = (salon.client(), times::slot(0));

        let answers = all((0..REQUESTS).map(|_| {
            let client = client.clone();
            async move { client.book(start).await }
        }))
        .await;

        assert_winners(&answers, 201, 1);
    }

    async fn overlapping_times_never_both_win(salon: &mut Salon) {
        let (client, first) = (salon.client(), times::slot(0));

        let answers = all((0..REQUESTS).map(|index| {
            let client = client.clone();
            let minutes = i64::try_from(index % 45).expect("few") * 10;
            async move { client.book(first + Span::minutes(minutes)).await }
        }))
        .await;

        let mut starts = Vec::new();
        for answer in &answers {
            match answer.status.as_u16() {
                201 => starts.push(start_of(answer)),
                _ => answer.expect_taken(),
            }
        }
        starts.sort_unstable();
        assert!(!starts.is_empty());
        let apart = |pair: &[DateTime<Utc>]| Span::minutes(30) <= pair[1] - pair[0];
        assert!(starts.windows(2).all(apart), "{starts:?}");
    }

    async fn one_of_two_overlapping_pendings_is_confirmed(salon: &mut Salon) {
        let client = pendings(salon).await;
        let start = times::slot(0);
        let mut uids = Vec::new();
        for minutes in [0, 10] {
            let answer = client.book(start + Span::minutes(minutes)).await.expect(201);
            assert_eq!(answer.data()["status"], "pending");
            uids.push(answer.uid());
        }

        let answers = all((0..REQUESTS).map(|index| {
            let (client, key) = (client.clone(), salon.tenant.provider_key.clone());
            let uid = uids[index % 2].clone();
            async move { client.confirm(&uid, &key).await }
        }))
        .await;

        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        for answer in lost {
            let again = answer.status == 400 && answer.message().starts_with(ALREADY_CONFIRMED);
            if !again {
                answer.expect_taken();
            }
        }
        assert_eq!(statuses(&client, &uids).await, ["accepted", "pending"]);
    }

    async fn one_of_many_moves_onto_the_target(salon: &mut Salon) {
        let client = salon.client();
        let target = times::slot(0);
        let booked = all((0..count(200, REQUESTS)).map(|index| {
            let client = client.clone();
            async move { client.book(times::slot(16 + index)).await.expect(201) }
        }))
        .await;
        let uids: Vec<_> = booked.iter().map(Answer::uid).collect();

        let answers = all(uids.clone().into_iter().map(|uid| {
            let client = client.clone();
            async move { client.reschedule(&uid, target).await }
        }))
        .await;

        assert_winners(&answers, 201, 1);
        let moved = "select count(*) from events where event_type = 'BookingRescheduled'";
        assert_eq!(salon.database().integer(moved).await, 1);
        let claims = salon.database().integer("select count(*) from claims").await;
        assert_eq!(usize::try_from(claims).expect("a count"), uids.len());
    }

    async fn a_released_hold_frees_its_slot_for_one(salon: &mut Salon) {
        let (client, start) = (exclusive(salon).await, times::slot(0));
        let body = json!({"eventTypeId": client.event_type, "slotStart": times::text(start)});
        let reserve = client
            .request(Method::POST, "/v2/slots/reservations")
            .header("cal-api-version", "2024-09-04")
            .json(&body);
        let hold = client.send(reserve).await.expect(201).data()["reservationUid"].clone();
        let path = format!("/v2/slots/reservations/{}", hold.as_str().expect("has a uid"));
        client.book(start).await.expect_taken();

        let release = client.request(Method::DELETE, &path).header("cal-api-version", "2024-09-04");
        client.send(release).await.expect(200);
        let answers = all((0..BOOKERS).map(|_| {
            let client = client.clone();
            async move { client.book(start).await }
        }))
        .await;

        assert_winners(&answers, 201, 1);
    }

    async fn a_hold_that_expires_frees_its_slot_for_one(salon: &mut Salon) {
        let (client, start) = (exclusive(salon).await, times::slot(0));
        let (_, expires_at) = hold(salon, client.event_type, start).await;

        let mut answers = Vec::new();
        until("the hold is over and the slot is taken", async || {
            let round = all((0..BOOKERS).map(|_| {
                let client = client.clone();
                async move { client.book(start).await }
            }))
            .await;
            let is_won = round.iter().any(|answer| answer.status == 201);
            answers.extend(round);
            is_won.then_some(())
        })
        .await;
        client.book(start).await.expect_taken();

        assert_winners(&answers, 201, 1);
        let won = answers.iter().find(|answer| answer.status == 201).expect("one won");
        let history = client.history(&won.uid()).await.expect(200).json();
        let decided_at = history["data"][0]["decidedAt"].as_str().map(str::parse::<DateTime<Utc>>);
        let decided_at = decided_at.expect("an instant").expect("RFC 3339");
        assert!(expires_at <= decided_at, "booked at {decided_at}, held until {expires_at}");
    }
}

/// The salon's client with an event type that a person must confirm.
async fn pendings(salon: &Salon) -> Client {
    let policy = json!({"type": "always", "blockUnconfirmedBookingsInBooker": false});
    let settings = json!({"slug": "pending", "confirmationPolicy": policy});
    let mut client = salon.client();
    client.event_type = salon.event_type(settings).await;
    client
}

/// The salon's client with an event type whose holds block everybody else.
async fn exclusive(salon: &Salon) -> Client {
    let settings = json!({"slug": "held", "metadata": {"daybookHolds": "exclusive"}});
    let mut client = salon.client();
    client.event_type = salon.event_type(settings).await;
    client
}

async fn statuses(client: &Client, uids: &[String]) -> Vec<String> {
    let mut statuses = Vec::new();
    for uid in uids {
        let booking = client.booking_of(uid).await.expect(200).data();
        statuses.push(booking["status"].as_str().expect("has a status").to_owned());
    }
    statuses.sort_unstable();
    statuses
}

/// Holds a slot for a few seconds from another process: over the API a hold lasts a minute at least. Its uid, and when it
/// expires.
pub(crate) async fn hold(
    salon: &Salon,
    number: i64,
    start: DateTime<Utc>,
) -> (String, DateTime<Utc>) {
    let own = Library::open(salon, times::now()).await;
    let tenant = salon.tenant_id();
    let found = own
        .ledger
        .find(NameKind::EventType, "", &number.to_string())
        .await;
    let target = found
        .expect("the database answers")
        .expect("it is there")
        .target;
    let event_type: EventTypeId = target["eventType"]
        .as_str()
        .map(str::parse)
        .expect("a name leads to a UUID")
        .expect("a UUID");
    let state = own
        .ledger
        .state(StreamKey::event_type(tenant, event_type))
        .await;
    let state = state.expect("the database answers").expect("it has events");
    let State::EventType(known) = state.as_ref() else {
        panic!("{state:?}");
    };
    let current = known.current.as_ref().expect("it is created");
    let expires_at = (own.clock.now() + Span::seconds(3)).trunc_subsecs(3);
    let uid = uuid::Uuid::from_u128(rand::random());
    let hold = PlaceHold {
        hold: HoldId::from_uuid(uid),
        terms: current
            .settings
            .terms(event_type, current.number, known.version),
        slot: TimeSlot::starting(start, 30).expect("half an hour"),
        expires_at,
        caller: "somebody".to_owned(),
        others: Vec::new(),
        claim: None,
    };
    let provider = salon.tenant.provider_uid.parse().expect("a UUID");
    let command = ProviderCommand::Hold(hold);
    let held = own
        .execute(StreamKey::provider(tenant, provider), vec![command])
        .await;
    held.expect("nothing is in its way");
    own.close().await;
    (uid.to_string(), expires_at)
}
