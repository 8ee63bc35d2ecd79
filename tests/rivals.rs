//! Three processes write for many tenants at once, and everybody wants the same slots: nobody sees a deadlock, every
//! log is whole, and the database's own guard has nothing to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::task::JoinSet;

use crate::harness::salon::{Client, Tenant};
use crate::harness::{Salon, count, times};
use crate::processes::on_three;

const CLIENTS: usize = 24;
/// So few slots that most commands meet a rival.
const SLOTS: u64 = 24;

/// What a client did.
#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    refused: u64,
    slowest: Duration,
}

/// A row of numbers that looks random and is the same every time.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> usize {
        // Numerical Recipes' generator; its upper half is good enough.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides).expect("few")
    }
}

/// Books, moves and cancels wherever the dice say, until the time is over.
async fn rival(clients: Vec<Client>, tenants: Vec<Tenant>, seed: u64, until: Instant) -> Tally {
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    let mut mine: Vec<(Client, String)> = Vec::new();
    while Instant::now() < until {
        let process = &clients[dice.roll(clients.len() as u64)];
        let client = process.of_tenant(&tenants[dice.roll(tenants.len() as u64)]);
        let start = times::slot(dice.roll(SLOTS));
        let asked = Instant::now();
        let answer = match (dice.roll(4), mine.pop()) {
            (0, Some((owner, uid))) => owner.cancel(&uid).await.expect(200),
            (1, Some((owner, uid))) => {
                let answer = owner.reschedule(&uid, start).await;
                let kept = if answer.status == 201 {
                    answer.uid()
                } else {
                    uid
                };
                mine.push((owner, kept));
                answer
            }
            (_, kept) => {
                mine.extend(kept);
                let answer = client.book(start).await;
                if answer.status == 201 {
                    mine.push((client, answer.uid()));
                }
                answer
            }
        };
        tally.slowest = tally.slowest.max(asked.elapsed());
        if answer.status.is_success() {
            tally.accepted += 1;
        } else {
            answer.expect_taken();
            tally.refused += 1;
        }
    }
    tally
}

/// Tails one tenant's log as a follower does: everything after what it has seen, again and again, each position once.
async fn tail(url: String, tenant: String, is_over: Arc<AtomicBool>) -> i64 {
    let mut connection = PgConnection::connect(&url).await.expect("Postgres answers");
    let mut seen = 0_i64;
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        let rows = sqlx::query(
            "select position from events where tenant = $1::uuid and $2 < position order by position limit 500",
        )
        .bind(&tenant)
        .bind(seen)
        .fetch_all(&mut connection)
        .await
        .expect("Postgres answers");
        for row in &rows {
            let position: i64 = row.get(0);
            assert_eq!(position, seen + 1, "the log of {tenant} has a hole");
            seen = position;
        }
        if was_over && rows.is_empty() {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn rivals_in_three_processes_meet_no_deadlock_and_leave_no_hole() {
    on_three(async |salon: &mut Salon, _others, clients| {
        let mut tenants = vec![salon.tenant.clone()];
        while tenants.len() < count(6, 50) {
            let name = format!("Neighbour {}", tenants.len());
            tenants.push(salon.neighbour(&name).await);
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let mut tails = JoinSet::new();
        for tenant in tenants.iter().take(3) {
            let url = salon
                .database()
                .superuser_url()
                .expect("this is Postgres's");
            tails.spawn(tail(url, tenant.id.clone(), Arc::clone(&is_over)));
        }
        let until = Instant::now() + Duration::from_secs(count(12, 120) as u64);
        let load: JoinSet<_> = (0..CLIENTS)
            .map(|seed| rival(clients.clone(), tenants.clone(), seed as u64, until))
            .collect();
        let tallies = load.join_all().await;
        is_over.store(true, Ordering::Release);

        let tailed: i64 = tails.join_all().await.into_iter().sum();
        assert!(0 < tailed);
        let accepted: u64 = tallies.iter().map(|tally| tally.accepted).sum();
        let refused: u64 = tallies.iter().map(|tally| tally.refused).sum();
        let slowest = tallies.iter().map(|tally| tally.slowest).max();
        let log = salon.database().log();
        let again = log
            .lines()
            .filter(|line| line.contains("lost a race for locks"))
            .count();
        eprintln!(
            "rivals: {accepted} accepted, {refused} refused, slowest {slowest:?}, {again} batches again"
        );
        assert!(0 < accepted && 0 < refused);
        let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
        assert_eq!(salon.database().integer(deadlocks).await, 0);
    });
}
