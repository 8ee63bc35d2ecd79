//! What has lapsed with providers that nobody asks for anything is recorded: by a follower, once, not before its time.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use chrono::Duration;
use daybook::clock::Clock as _;
use daybook::domain::id::HoldId;
use daybook::domain::provider::command::{PlaceHold, ProviderCommand};
use daybook::domain::time::TimeSlot;
use daybook::followers::lapsing::Lapsing;

use crate::harness::library::{MINUTES, nine};
use crate::harness::{Kind, Library, Salon, Veteran, times, until};

const FINISHED: &str = "
select count(*), count(distinct subject), count(distinct actor) from events where event_type = 'BookingFinished'";

const BOOKINGS: usize = 80;

fn follower(library: &Library) -> Lapsing {
    Lapsing {
        ledger: Arc::clone(&library.ledger),
        clock: Arc::clone(&library.clock) as _,
        ids: Arc::clone(&library.ids),
        every: StdDuration::from_hours(1),
    }
}

on_both_databases! {
    async fn finished_bookings_of_an_idle_provider_are_recorded_once_by_several_servers(salon: &mut Salon) {
        salon.take_server().stop();
        let library = Library::open(salon, times::now() - Duration::days(9)).await;
        let veteran = Veteran::hire(salon, &library).await;
        let places = (0_i32..).take(BOOKINGS).map(|index| {
            let start = nine(library.clock.now(), 1 + i64::from(index / 20));
            veteran.place(&library, start + Duration::minutes(15 * i64::from(index % 20)))
        });
        library.execute(veteran.stream, places.collect()).await.unwrap();
        library.close().await;

        let program = salon.program().clone().with("DAYBOOK_LAPSE_SECONDS", "1");
        let first = program.serve();
        let second = (salon.kind() == Kind::Postgres).then(|| program.serve());
        until("no claim is left", async || {
            let claims = salon.database().integer("select count(*) from claims").await;
            (claims == 0).then_some(())
        })
        .await;
        first.stop();
        if let Some(second) = second {
            second.stop();
        }

        let bookings = i64::try_from(BOOKINGS).unwrap();
        assert_eq!(salon.database().integers(FINISHED).await, [[bookings, bookings, 1]]);
        let others = "select count(*) from events where event_type = 'BookingFinished' and actor <> 'system'";
        assert_eq!(salon.database().integer(others).await, 0);
    }

    async fn an_idempotency_key_is_kept_for_three_days(salon: &mut Salon) {
        const KEYS: &str = "select count(*) from idempotency";
        let booked = salon.client().book_once(times::slot(0), "k").await;
        booked.expect("an answer").expect(201);
        salon.take_server().stop();
        let keys = salon.database().integer(KEYS).await;
        assert!(0 < keys);
        let library = Library::open(salon, times::now() + Duration::hours(71)).await;
        let follower = follower(&library);

        assert_eq!(follower.forget_keys().await.unwrap(), 0);
        library.clock.advance(Duration::hours(2));
        assert_eq!(i64::try_from(follower.forget_keys().await.unwrap()).unwrap(), keys);
        assert_eq!(salon.database().integer(KEYS).await, 0);
        library.close().await;
    }

    async fn a_booking_finishes_with_the_buffer_after_it_and_a_hold_with_its_expiry(salon: &mut Salon) {
        salon.take_server().stop();
        let library = Library::open(salon, times::now() - Duration::days(9)).await;
        let mut veteran = Veteran::hire(salon, &library).await;
        veteran.terms.after_minutes = 30;
        let follower = follower(&library);
        let booked = veteran.book(&library, nine(library.clock.now(), 1)).await;

        library.wait_until(booked.slot.end() + Duration::minutes(29));
        assert_eq!(follower.sweep().await.unwrap(), 0);
        library.wait_until(booked.slot.end() + Duration::minutes(30));
        assert_eq!(follower.sweep().await.unwrap(), 1);
        assert_eq!(follower.sweep().await.unwrap(), 0);

        let now = library.clock.now();
        let hold = PlaceHold {
            hold: HoldId::from_uuid(library.ids.uuid()),
            terms: veteran.terms.clone(),
            slot: TimeSlot::starting(nine(now, 1), MINUTES).unwrap(),
            expires_at: now + Duration::minutes(5),
            caller: "c0ffee".to_owned(),
            others: Vec::new(),
            claim: None,
        };
        library.execute(veteran.stream, vec![ProviderCommand::Hold(hold)]).await.unwrap();
        assert_eq!(follower.sweep().await.unwrap(), 0);
        library.clock.advance(Duration::minutes(5));
        assert_eq!(follower.sweep().await.unwrap(), 1);
        library.close().await;
    }

    async fn a_process_leaves_claims_that_were_just_over_to_the_one_that_has_the_provider_hot(salon: &mut Salon) {
        salon.take_server().stop();
        let library = Library::open(salon, times::now() - Duration::days(9)).await;
        let veteran = Veteran::hire(salon, &library).await;
        let booked = veteran.book(&library, nine(library.clock.now(), 1)).await;
        let other = Library::open(salon, booked.slot.end() + Duration::minutes(1)).await;

        assert_eq!(follower(&other).sweep().await.unwrap(), 0);
        other.clock.advance(Duration::hours(1));
        assert_eq!(follower(&other).sweep().await.unwrap(), 1);
        library.wait_until(other.clock.now());
        // This process finds its own state out of date, and nothing left to record.
        assert_eq!(follower(&library).sweep().await.unwrap(), 0);
        other.close().await;
        library.close().await;
    }
}
