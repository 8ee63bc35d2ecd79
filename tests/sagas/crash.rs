//! The process is aborted between any two writes of a saga, and in the middle of them: the next server finishes it.
//!
//! Each crash is that of a process of its own: this test binary, called with the name of the test that called it. The child
//! reads its plan from `TEST_SAGA_CRASH`, requests one composite booking, and aborts.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration as StdDuration;

use async_trait::async_trait;
use chrono::Duration;
use daybook::domain::composite::Phase;
use daybook::domain::composite::event::Segment;
use daybook::domain::id::{CompositeId, KeyId, TenantId};
use daybook::ledger::LedgerError;
use daybook::ledger::record::{Addressed, CommandContext, Executed};
use daybook::sagas::{Path, Requested, Sagas, Steps};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::stage::{Stage, context, requested};
use crate::harness::library::MINUTES;
use crate::harness::{Kind, Library, Salon, count, run, times, within};

const VARIABLE: &str = "TEST_SAGA_CRASH";
/// What is promised is half a minute.
const SETTLED_MAX: StdDuration = StdDuration::from_mins(5);
/// Children between two servers.
const GROUP: usize = 20;
/// Children at the same time.
const TOGETHER: usize = 4;
/// SIGABRT.
const ABORTED: i32 = 6;

/// Where a saga dies.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Point {
    stepwise: bool,
    segments: usize,
    /// Whether the slot of the last segment is taken.
    refused: bool,
    /// Writes that are done before.
    after: usize,
    /// How long the next write has then, microseconds; absent: it is not begun.
    during: Option<u64>,
}

/// What a child is told.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    url: String,
    tenant: TenantId,
    /// How far behind the child's clock is, seconds.
    ago: i64,
    composite: CompositeId,
    segments: Vec<Segment>,
    key: KeyId,
    idempotency: String,
    point: Point,
}

impl Plan {
    fn requested(&self) -> Requested {
        requested(self.composite, self.segments.clone(), self.key)
    }
}

/// Every point of sagas of 1 to 5 segments, on both paths, that succeed and that are refused.
fn points() -> Vec<Point> {
    let mut points = Vec::new();
    for segments in 1..=5 {
        let ways = [(false, false, 2), (true, false, 4 * segments + 2)];
        let stopped = (1 < segments).then_some((true, true, 4 * segments + 2));
        for (stepwise, refused, writes) in ways.into_iter().chain(stopped) {
            points.extend((0..=writes).map(|after| Point {
                stepwise,
                segments,
                refused,
                after,
                during: None,
            }));
        }
    }
    points
}

/// So many of them, over all evenly; beyond one round also in the middle of a write, sooner or later.
fn chosen(crashes: usize) -> Vec<Point> {
    let points = points();
    let of = |index: usize| {
        if crashes < points.len() {
            return points[index * points.len() / crashes];
        }
        let round = u64::try_from(index / points.len()).unwrap();
        let during = (0 < round).then(|| 100 * round * round);
        Point {
            during,
            ..points[index % points.len()]
        }
    };
    // The last ones always in the middle.
    let middle = crashes / 5;
    (0..crashes)
        .map(|index| match of(index) {
            point if crashes <= index + middle => Point {
                during: Some(u64::try_from(97 * index % 3_000).unwrap()),
                ..point
            },
            point => point,
        })
        .collect()
}

/// The ledger, until the process aborts.
#[derive(Debug)]
struct Aborting {
    inner: Arc<daybook::ledger::Ledger>,
    point: Point,
    written: AtomicUsize,
}

#[async_trait]
impl Steps for Aborting {
    async fn execute(
        &self,
        context: CommandContext,
        commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError> {
        let before = self.written.fetch_add(1, Ordering::Relaxed);
        if before < self.point.after {
            return self.inner.execute(context, commands).await;
        }
        if let Some(microseconds) = self.point.during {
            let writing = self.inner.execute(context, commands);
            let pause = StdDuration::from_micros(microseconds);
            drop(tokio::time::timeout(pause, writing).await);
        }
        std::process::abort()
    }
}

/// What a child does: it never returns.
fn die(plan: &str) -> ! {
    let plan: Plan = serde_json::from_str(plan).expect("the plan is whole");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let library = Library::at(&plan.url, times::now() - Duration::seconds(plan.ago)).await;
        let path = if plan.point.stepwise {
            Path::Stepwise
        } else {
            Path::Linked
        };
        let steps = Aborting {
            inner: Arc::clone(&library.ledger),
            point: plan.point,
            written: AtomicUsize::new(0),
        };
        let sagas = Arc::new(library.sagas(path).through(Arc::new(steps)));
        let context = context(plan.tenant, Some(&plan.idempotency));
        let answered = sagas.request(context, plan.requested()).await;
        drop(answered);
    });
    // Every write is done, the answer is not given.
    std::process::abort()
}

/// Aborts a process at the point of a plan.
fn crash(test: &str, plan: &Plan) {
    let ended = Command::new(std::env::current_exe().expect("the test knows itself"))
        .args(["--exact", test, "--nocapture"])
        .env(VARIABLE, serde_json::to_string(plan).expect("is JSON"))
        .stdin(Stdio::null())
        .output()
        .expect("the test binary starts");
    let signal = std::os::unix::process::ExitStatusExt::signal(&ended.status);
    let printed = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(signal, Some(ABORTED), "{:?}: {printed}", plan.point);
}

/// The plan of the `index`-th crash; its last slot is taken first where it is to be refused.
async fn plan(stage: &Stage, salon: &Salon, index: usize, point: Point) -> Plan {
    let start = stage.start(index);
    let requested = stage.requested(start, point.segments).await;
    if point.refused {
        let last = point.segments - 1;
        let later = Duration::minutes(i64::from(MINUTES) * i64::try_from(last).unwrap());
        stage
            .veteran(last)
            .book(&stage.library, start + later)
            .await;
    }
    // Its lease is over when the next server looks; of every fifth its deadline soon, too.
    let ago = if index % 5 == 4 { 18 } else { 6 };
    Plan {
        url: salon.database().url(),
        tenant: stage.tenant,
        ago,
        composite: requested.composite,
        segments: requested.segments,
        key: requested.sealable.key,
        idempotency: format!("key-{index}"),
        point,
    }
}

/// Asks again with the key of a crashed request: what was begun is answered, what was not begins now.
async fn ask_again(stage: &Stage, sagas: &Arc<Sagas>, plan: &Plan, phase: &Phase) {
    let again = stage.context(Some(&plan.idempotency));
    let answered = sagas.request(again, plan.requested()).await;
    match (phase, answered) {
        (Phase::Absent, Ok(answered)) => assert!(!answered.replayed, "{:?}", plan.point),
        // On a slow machine the child itself may have been told that it is too late.
        (Phase::Absent, Err(LedgerError::Refused { replayed, .. })) => {
            assert!(plan.point.refused || replayed, "{:?}", plan.point);
        }
        (_, Ok(answered)) => {
            assert!(answered.replayed, "{:?}", plan.point);
            assert_eq!(answered.composite, plan.composite);
            assert_eq!(answered.composite().unwrap().phase(), phase);
        }
        (_, Err(error)) => panic!("{:?}: {error}", plan.point),
    }
}

async fn promise(salon: &mut Salon, test: &'static str) {
    let stage = Stage::set(salon).await;
    let mut plans = Vec::new();
    for (index, point) in chosen(count(100, 1_000)).into_iter().enumerate() {
        plans.push(plan(&stage, salon, index, point).await);
    }
    let plans: Arc<Vec<Plan>> = Arc::new(plans);
    for group in 0..plans.len().div_ceil(GROUP) {
        let members: Vec<usize> = (group * GROUP..plans.len().min((group + 1) * GROUP)).collect();
        for some in members.chunks(TOGETHER) {
            let mut children = JoinSet::new();
            for index in some.iter().copied() {
                let plans = Arc::clone(&plans);
                children.spawn_blocking(move || crash(test, &plans[index]));
            }
            children.join_all().await;
        }
        salon.start();
        within(SETTLED_MAX, "every saga settles", async || {
            let open = salon
                .database()
                .integer("select count(*) from open_sagas")
                .await;
            (open == 0).then_some(())
        })
        .await;
        salon.take_server().stop();
    }

    stage.library.wait_until(times::now());
    let sagas = stage.sagas(Path::Linked);
    let (mut confirmed, mut undone, mut absent) = (0, 0, 0);
    for plan in plans.iter() {
        let phase = stage.settled(&plan.requested()).await;
        match &phase {
            Phase::Confirmed => confirmed += 1,
            Phase::RolledBack(_) => undone += 1,
            Phase::Absent => absent += 1,
            Phase::Requested
            | Phase::Pending
            | Phase::Compensating(_)
            | Phase::Stuck { .. }
            | Phase::Abandoned
            | Phase::Cancelled => panic!("{phase:?}"),
        }
        assert!(!plan.point.refused || phase != Phase::Confirmed);
        ask_again(&stage, &sagas, plan, &phase).await;
    }
    println!("{confirmed} confirmed, {undone} rolled back, {absent} never begun");
    assert!(0 < confirmed && 0 < undone && 0 < absent);
    // Each was begun once; nothing but bookings is left, each whole.
    let requests = usize::try_from(stage.requests(salon).await).unwrap();
    assert!(plans.len() - absent <= requests && requests <= plans.len());
    let mut expected = 0;
    for plan in plans.iter() {
        let phase = stage.settled(&plan.requested()).await;
        expected += usize::from(plan.point.refused);
        expected += if phase == Phase::Confirmed {
            plan.point.segments
        } else {
            0
        };
    }
    assert_eq!(stage.claims().await.len(), expected);
    stage.library.close().await;
}

/// The test, or, in the child that it calls by name, the crash.
#[expect(clippy::disallowed_methods, reason = "tests have no Config")]
fn crashes(kind: Kind, test: &'static str) {
    if let Ok(plan) = std::env::var(VARIABLE) {
        die(&plan);
    }
    run(kind, async move |salon| promise(salon, test).await);
}

#[test]
fn an_aborted_saga_stands_whole_or_is_undone_whole_on_sqlite() {
    let test = "sagas::crash::an_aborted_saga_stands_whole_or_is_undone_whole_on_sqlite";
    crashes(Kind::Sqlite, test);
}

#[test]
fn an_aborted_saga_stands_whole_or_is_undone_whole_on_postgres() {
    let test = "sagas::crash::an_aborted_saga_stands_whole_or_is_undone_whole_on_postgres";
    crashes(Kind::Postgres, test);
}
