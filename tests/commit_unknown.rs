//! The connection is lost at COMMIT, before it takes effect or after: a request with a key is one booking, never two,
//! never none; one without a key is told the truth, or that nobody knows.

use std::sync::Arc;

use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;

use crate::harness::database::TestDatabase;
use crate::harness::postgres::Cluster;
use crate::harness::program::Program;
use crate::harness::proxy::{Cut, Proxy};
use crate::harness::salon::Client;
use crate::harness::{Answer, Kind, Salon, count, run_in, times, until};

/// What is asked at a time: cuts hit batches of several commands, too.
const AT_ONCE: usize = 4;

const PLACED: &str = "select count(*) from events where event_type = 'BookingPlaced'";

/// A salon whose server reaches Postgres through a proxy.
fn behind_proxy(promise: impl AsyncFnOnce(&mut Salon, Proxy)) {
    let proxy = Proxy::before(Cluster::shared().address());
    let its = proxy.clone();
    let open = async move || {
        let database = TestDatabase::create(Kind::Postgres).await;
        let url = database
            .url()
            .replace(Cluster::shared().address(), its.address());
        let program =
            Program::on(&database).with("DAYBOOK_DATABASE_URL", &format!("{url}?sslmode=disable"));
        Salon::with(database, program).await
    };
    run_in(open, async |salon: &mut Salon| promise(salon, proxy).await);
}

async fn placed(salon: &Salon) -> usize {
    usize::try_from(salon.database().integer(PLACED).await).expect("a count")
}

/// Asks for some slots at once while the next commit is cut.
async fn ask_with_cut<F>(
    proxy: &Proxy,
    cut: Cut,
    round: usize,
    ask: impl Fn(usize) -> F,
) -> Vec<(usize, Answer)>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let before = proxy.cuts();
    proxy.cut(cut);
    let mut asked = JoinSet::new();
    for index in (0..AT_ONCE).map(|index| round * AT_ONCE + index) {
        let asking = ask(index);
        asked.spawn(async move { (index, asking.await) });
    }
    let answers = asked.join_all().await;
    assert_eq!(proxy.cuts(), before + 1, "the commit was not cut");
    answers
}

const fn side(round: usize) -> Cut {
    if round.is_multiple_of(2) {
        Cut::Before
    } else {
        Cut::After
    }
}

#[test]
fn a_request_with_a_key_is_one_booking_however_its_commit_is_cut() {
    behind_proxy(async |salon: &mut Salon, proxy| {
        let client = salon.client();
        let once = |asking: Client, index: usize| async move {
            let key = format!("k-{index}");
            asking
                .book_once(times::slot(index), &key)
                .await
                .expect("the server answers")
        };
        let rounds = count(40, 200);
        for round in 0..rounds {
            let ask = |index| once(client.clone(), index);
            let answers = ask_with_cut(&proxy, side(round), round, ask).await;

            for (index, answer) in answers {
                let again = once(client.clone(), index).await.expect(201);
                if answer.status == 201 {
                    assert_eq!(answer.text, again.text);
                } else {
                    expect_unknown(&answer);
                }
            }
        }
        assert_eq!(placed(salon).await, rounds * AT_ONCE);
    });
}

#[test]
fn a_request_without_a_key_is_told_the_truth_or_that_nobody_knows() {
    behind_proxy(async |salon: &mut Salon, proxy| {
        let client = salon.client();
        let rounds = count(20, 100);
        let (mut told, mut unknown) = (0, 0);
        for round in 0..rounds {
            let ask = |index| {
                let client = client.clone();
                async move { client.book(times::slot(index)).await }
            };
            for (_index, answer) in ask_with_cut(&proxy, side(round), round, ask).await {
                if answer.status == 201 {
                    told += 1;
                } else {
                    expect_unknown(&answer);
                    unknown += 1;
                }
            }
        }
        let placed = placed(salon).await;
        assert!(
            told <= placed && placed <= told + unknown,
            "{told} {placed} {unknown}"
        );
    });
}

/// 503 in the words of an unknown outcome.
fn expect_unknown(answer: &Answer) {
    let answer = answer.clone().expect(503);
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    assert!(
        answer.message().contains("outcome is not known"),
        "{}",
        answer.text
    );
}

#[test]
fn an_outcome_that_cannot_be_learnt_is_503_and_the_key_answers_later() {
    behind_proxy(async |salon: &mut Salon, proxy| {
        let (client, start) = (salon.client(), times::slot(0));
        proxy.cut(Cut::AfterWaiting);
        let mut asked = JoinSet::new();
        let asking = client.clone();
        asked.spawn(async move {
            asking
                .book_once(start, "k-1")
                .await
                .expect("the server answers")
        });
        until("the commit waits", async || {
            proxy.is_holding().then_some(())
        })
        .await;
        // Whoever wants to know what became of the commit needs the head.
        let url = salon
            .database()
            .superuser_url()
            .expect("this is Postgres's");
        let mut holder = PgConnection::connect(&url).await.expect("Postgres answers");
        let locked = holder
            .execute("begin; select position from heads for update")
            .await;
        locked.expect("the head is free");

        proxy.release();
        let answer = asked.join_next().await.expect("one task").expect("it ends");
        expect_unknown(&answer);

        holder.execute("rollback").await.expect("Postgres answers");
        let again = client
            .book_once(start, "k-1")
            .await
            .expect("answers")
            .expect(201);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(placed(salon).await, 1);
    });
}

#[test]
fn a_cut_refusal_with_a_key_is_still_the_same_refusal() {
    behind_proxy(async |salon: &mut Salon, proxy| {
        let (client, start) = (salon.client(), times::slot(0));
        client.book(start).await.expect(201);
        let client = Arc::new(client);
        for (round, cut) in [Cut::Before, Cut::After].into_iter().enumerate() {
            let key = format!("k-{round}");
            proxy.cut(cut);

            let refused = client.book_once(start, &key).await.expect("answers");
            let again = client.book_once(start, &key).await.expect("answers");

            refused.expect_taken();
            again.expect_taken();
            assert_eq!(again.headers["idempotent-replayed"], "true");
        }
        assert_eq!(proxy.cuts(), 2);
        assert_eq!(placed(salon).await, 1);
    });
}
