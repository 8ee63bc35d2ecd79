//! Many want chains that lie over one another, and a process dies in the middle of some: never a part of one stands.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Clinic, PATH, problem};
use crate::harness::salon::Client;
use crate::harness::{Answer, Kind, Salon, count, run, times, until, within};
use crate::processes::assert_no_broken_invariant;
use crate::race::all;

/// Segments of every chain here.
const SEGMENTS: usize = 3;
/// Not an expectation: a bound against hanging.
const SETTLED_WITHIN: Duration = Duration::from_mins(5);
const UNSETTLED: &str = "select count(*) from open_sagas";
const CLAIMS: &str = "select count(*) from claims";
const CONFIRMED: &str = "select count(*) from composites where status = 'confirmed'";
const UNDONE: &str = "select count(*) from composites where status = 'rolledBack'";
const ALL: &str = "select count(*) from composites";

/// A chain over all three providers, beginning with another one each.
fn turned(clinic: &Clinic, first: usize, start: DateTime<Utc>) -> Value {
    let mut chain = clinic.chain(start, SEGMENTS);
    for segment in 0..SEGMENTS {
        let host = &clinic.hosts[(first + segment) % SEGMENTS];
        chain["segments"][segment]["eventTypeId"] = json!(host.event_type);
    }
    chain
}

fn asking(client: &Client, chain: &Value) -> RequestBuilder {
    let once = uuid::Uuid::from_u128(rand::random()).to_string();
    client
        .request(Method::POST, PATH)
        .header("Idempotency-Key", once)
        .bearer_auth(&client.owner_key)
        .json(chain)
}

/// The answer, asked for again under the same key while the server has too much to do.
async fn answered(client: Client, request: RequestBuilder) -> Answer {
    let asking = async {
        loop {
            let again = request.try_clone().expect("its body is text");
            let answer = client.send(again).await;
            if answer.status != 503 {
                return answer;
            }
        }
    };
    let taken = tokio::time::timeout(SETTLED_WITHIN, asking).await;
    taken.expect("the server takes the request")
}

/// Nothing is under way any more; every composite booking stands with all its claims, or with none. Answers how many stand.
async fn settled(salon: &Salon) -> i64 {
    let database = salon.database();
    within(
        SETTLED_WITHIN,
        "every composite booking settles",
        async || (database.integer(UNSETTLED).await == 0).then_some(()),
    )
    .await;
    let confirmed = database.integer(CONFIRMED).await;
    let undone = database.integer(UNDONE).await;
    assert_eq!(confirmed + undone, database.integer(ALL).await);
    let each = i64::try_from(SEGMENTS).expect("few");
    assert_eq!(database.integer(CLAIMS).await, confirmed * each);
    confirmed
}

on_both_databases! {
    async fn of_overlapping_chains_some_stand_whole_and_none_in_part(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let first = times::slot(0);
        let answers = all((0..count(200, 1_000)).map(|index| {
            // A prime beside the three providers: every beginning meets every start.
            let minutes = i64::try_from(index % 23).expect("few") * 10;
            let chain = turned(&clinic, index % SEGMENTS, first + crate::composites::minutes(minutes));
            let (client, request) = (clinic.client.clone(), asking(&clinic.client, &chain));
            answered(client, request)
        }))
        .await;
        let mut statuses = BTreeMap::<u16, i64>::new();
        for answer in &answers {
            *statuses.entry(answer.status.as_u16()).or_default() += 1;
            if answer.status == 409 {
                assert_eq!(problem(answer), "slot-unavailable", "{}", answer.text);
                assert!(answer.json()["segment"].is_u64(), "{}", answer.text);
            }
        }
        let of = |status: u16| statuses.get(&status).copied().unwrap_or_default();
        assert_eq!(of(201) + of(202) + of(409), i64::try_from(answers.len()).expect("few"), "{statuses:?}");
        // Whoever was told to wait (the providers are asked for a lot) has won or not, too, by now.
        let won = settled(salon).await;
        assert!(1 <= won && of(201) <= won && won <= of(201) + of(202), "{won} of {statuses:?}");
        // What nobody got is still there for who asks next.
        let later = turned(&clinic, 1, times::slot(32));
        clinic.post(PATH, &later).await.expect(201);
        assert_eq!(settled(salon).await, won + 1);
    }
}

#[test]
fn what_a_dead_process_left_in_the_middle_another_one_finishes() {
    run(Kind::Postgres, async |salon: &mut Salon| {
        let clinic = Clinic::of(salon).await;
        let stepwise = salon
            .program()
            .clone()
            .with("DAYBOOK_COMPOSITE_PATH", "stepwise");
        let survivor = stepwise.serve();
        for round in 0..count(2, 10) {
            let doomed = stepwise.serve();
            let client = salon.client_of(&doomed);
            let before = salon.database().integer(ALL).await;
            let asked: JoinSet<_> = (0..12)
                .map(|index| {
                    // Four chains fit side by side into one day of the three.
                    let start = times::slot(32 * round + 4 * (index / SEGMENTS));
                    let chain = turned(&clinic, index % SEGMENTS, start);
                    let (client, request) = (client.clone(), asking(&client, &chain));
                    async move { client.try_send(request).await.ok() }
                })
                .collect();
            until("sagas are under way", async || {
                (before < salon.database().integer(ALL).await).then_some(())
            })
            .await;
            doomed.kill();
            let answers = asked.join_all().await;
            settled(salon).await;
            for answer in answers
                .into_iter()
                .flatten()
                .filter(|answer| answer.status == 201)
            {
                let shown = clinic.shown(&answer.json()).await;
                assert_eq!(shown["status"], "confirmed");
            }
        }
        survivor.stop();
        assert_no_broken_invariant(salon);
    });
}
