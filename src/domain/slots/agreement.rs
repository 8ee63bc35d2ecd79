//! The slot list and the rules agree: what is listed is accepted, and what is accepted is listed.
//!
//! Everything lies on five-minute marks and the interval is five minutes, so that no start is lost to the grid; then the
//! list must be exactly the set of slots that `Place` accepts.

use chrono::{Duration, NaiveTime, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::Config;
use uuid::Uuid;

use super::tests::{at, terms};
use super::{Hosts, SlotQuery, Terms, TimeSlot, Timestamp, free_slots, free_slots_of};
use crate::domain::aggregate::{AggregateKind, Command, State};
use crate::domain::id::{
    AttendeeNumber, BlockId, BookingId, BookingNumber, BookingUid, ClaimId, EventTypeId, KeyId,
    ProviderId, ProviderNumber, ScheduleNumber, SeatId,
};
use crate::domain::personal::Personal;
use crate::domain::provider::Provider;
use crate::domain::provider::command::{
    Block, Create, Demand, Engage, Occurrence, Place, ProviderCommand, Share, Standing,
};
use crate::domain::provider::event::{BlockKind, Profile};
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::terms::{BookingWindow, Seats};

/// Marks of five minutes in the three days asked for, 2031-03-29 to 31; Riga's clock jumps on the 30th.
pub(super) const MARKS: i64 = 3 * 24 * 12;

#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Opening hours, marks of the day.
    rows: Vec<(i64, i64)>,
    /// Bookings and their event type: the one asked for, or another.
    bookings: Vec<(i64, bool)>,
    /// Busy time, in marks.
    blocks: Vec<(i64, i64)>,
    pub(super) terms: Terms,
    /// Now, in marks; before or after the first.
    pub(super) now: i64,
}

pub(super) fn cases() -> impl Strategy<Value = Case> {
    let row = (0..280_i64, 1..140_i64).prop_map(|(from, count)| (from, (from + count).min(287)));
    let rows = prop::collection::vec(row, 1..4);
    let bookings = prop::collection::vec((0..MARKS, any::<bool>()), 0..40);
    let blocks = prop::collection::vec((0..MARKS, 1..40_i64), 0..4);
    (rows, bookings, blocks, random_terms(), -50..400_i64).prop_map(
        |(rows, bookings, blocks, terms, now)| Case {
            rows,
            bookings,
            blocks,
            terms,
            now,
        },
    )
}

fn random_terms() -> impl Strategy<Value = Terms> {
    let lengths = 1..20_u32;
    let buffers = (0..6_u32, 0..6_u32);
    let notice = prop_oneof![Just(0_u32), 0..200_u32];
    let windows = prop_oneof![
        Just(BookingWindow::Unlimited),
        (0..3_u32, any::<bool>())
            .prop_map(|(days, rolling)| BookingWindow::CalendarDays { days, rolling }),
        (0..3_u32, any::<bool>())
            .prop_map(|(days, rolling)| BookingWindow::BusinessDays { days, rolling }),
    ];
    let seats = prop_oneof![Just(None), (1..4_u32).prop_map(Some)];
    let limit = prop_oneof![Just(None), (1..3_u32).prop_map(Some)];
    let limits = (limit.clone(), limit);
    (lengths, buffers, notice, windows, seats, limits).prop_map(
        |(length, (before, after), notice_marks, window, seats, (day, week))| {
            let mut random = Terms {
                lengths_minutes: vec![length * 5],
                interval_minutes: Some(5),
                before_minutes: before * 5,
                after_minutes: after * 5,
                notice_minutes: notice_marks * 5,
                window,
                seats: seats.map(|per_slot| Seats {
                    per_slot,
                    show_attendees: false,
                    show_availability: true,
                }),
                ..terms()
            };
            random.limits.count.day = day;
            random.limits.minutes.week = week.map(|count| count * length * 5);
            random
        },
    )
}

pub(super) fn mark(mark: i64) -> Timestamp {
    at("2031-03-29T00:00:00") + Duration::minutes(mark * 5)
}

fn profile() -> Profile {
    Profile {
        name: "Ana".to_owned(),
        email: "ana@example.org".to_owned(),
        username: "ana".to_owned(),
        // Not the schedule's, in which hours, window and limits are read.
        zone: Tz::America__New_York,
        time_format: 24,
        week_start: "Monday".to_owned(),
        bio: None,
        avatar_url: None,
        locale: "en".to_owned(),
        details_json: None,
    }
}

pub(super) fn place(
    terms: &Terms,
    slot: TimeSlot,
    number: i32,
    out_of_bounds: bool,
) -> ProviderCommand {
    let uuid = Uuid::from_u128(u128::from(number.unsigned_abs()));
    ProviderCommand::Place(Place {
        terms: terms.clone(),
        occurrences: vec![Occurrence {
            booking: BookingId::from_uuid(uuid),
            number: BookingNumber::new(number),
            uid: BookingUid::from_uuid(uuid),
            attendee: AttendeeNumber::new(number),
            guests: Vec::new(),
            slot,
        }],
        series: None,
        seats: vec![SeatId::from_uuid(uuid)],
        hold: None,
        out_of_bounds,
        limits_skipped: false,
        standing: Standing::Accepted,
        composite: None,
        key_is_new: true,
        co_hosted: None,
        key: KeyId::from_uuid(uuid),
        personal: Personal::default(),
    })
}

/// A provider that is always open, with bookings of an hour on plain terms at these starts.
pub(super) fn open_provider(starts: &[&str]) -> Provider {
    let bookings = starts.iter().map(|start| {
        let minutes = (at(start) - mark(0)).num_minutes();
        (minutes / 5, false)
    });
    let case = Case {
        rows: vec![(0, 287)],
        bookings: bookings.collect(),
        blocks: Vec::new(),
        terms: terms(),
        now: 0,
    };
    case.provider()
}

/// The share that a co-host of the same booking takes.
fn engage(terms: &Terms, slot: TimeSlot, number: u128) -> ProviderCommand {
    let uuid = Uuid::from_u128(number);
    ProviderCommand::Engage(Engage {
        home: ProviderId::from_uuid(uuid),
        terms: terms.clone(),
        shares: vec![Share {
            booking: BookingId::from_uuid(uuid),
            uid: BookingUid::from_uuid(uuid),
            claim: ClaimId::from_uuid(uuid),
            slot,
        }],
        standing: Standing::Accepted,
        demand: Demand::Bounds,
        hold: None,
    })
}

/// Up to three hosts of one event type, of whom so many are fixed; the others take turns.
#[derive(Clone, Debug)]
struct Several {
    /// The event type's and the first host's.
    case: Case,
    /// Of the others, without their terms.
    others: Vec<Case>,
    fixed: usize,
}

fn several() -> impl Strategy<Value = Several> {
    let others = prop::collection::vec(cases(), 1..3);
    (cases(), others, 0..4_usize).prop_map(|(case, others, fixed)| Several {
        fixed: fixed.min(others.len() + 1),
        others,
        case,
    })
}

impl Several {
    fn providers(&self) -> Vec<Provider> {
        let others = self.others.iter().map(|other| Case {
            terms: self.case.terms.clone(),
            ..other.clone()
        });
        std::iter::once(self.case.clone())
            .chain(others)
            .map(|case| case.provider())
            .collect()
    }

    /// Whether the rules accept a booking in the slot: at home, and a share of everybody else who is needed.
    fn is_accepted(&self, states: &[State], slot: TimeSlot, now: Timestamp) -> bool {
        let accepts = |state: &State, command: ProviderCommand| {
            state
                .decide(now, &Command::Provider(Box::new(command)))
                .is_ok()
        };
        let terms = &self.case.terms;
        let booked = |state: &State| accepts(state, place(terms, slot, 1_000, false));
        let shared = |state: &State| accepts(state, engage(terms, slot, 1_000));
        let (fixed, by_turns) = states.split_at(self.fixed);
        match fixed.split_first() {
            None => by_turns.iter().any(booked),
            Some((home, others)) => {
                let joins = match home {
                    State::Provider(provider) => {
                        provider.seats_taken(terms.event_type, slot, now).is_some()
                    }
                    State::Tenant(_)
                    | State::EventType(_)
                    | State::Webhook(_)
                    | State::Composite(_) => false,
                };
                let all = others.iter().all(shared);
                let one = by_turns.is_empty() || by_turns.iter().any(shared);
                booked(home) && (joins || all && one)
            }
        }
    }
}

impl Case {
    fn slot(&self, start: i64) -> TimeSlot {
        TimeSlot::starting(mark(start), self.terms.lengths_minutes[0]).unwrap()
    }

    fn schedule(&self) -> Schedule {
        let time = |mark: i64| {
            let minutes = Duration::minutes(mark * 5);
            NaiveTime::MIN.overflowing_add_signed(minutes).0
        };
        let mut days = vec![Weekday::Mon];
        while days.len() < 7 {
            days.push(days[days.len() - 1].succ());
        }
        let rows = self.rows.iter().map(|(from, to)| WeeklyHours {
            days: days.clone(),
            hours: OpeningHours {
                from: time(*from),
                to: time(*to),
            },
        });
        let zone = Tz::Europe__Riga;
        Schedule::new("Random".to_owned(), zone, rows.collect(), Vec::new()).unwrap()
    }

    /// The provider after everything that was accepted.
    pub(super) fn provider(&self) -> Provider {
        let mut provider = State::empty(AggregateKind::Provider);
        let mut sequence = 0;
        let long_ago = mark(-10_000);
        let mut execute = |command| {
            let command = Command::Provider(Box::new(command));
            for fact in provider.decide(long_ago, &command).unwrap_or_default() {
                sequence += 1;
                provider.evolve(sequence, long_ago, &fact.event);
            }
        };
        execute(ProviderCommand::Create(Create {
            number: ProviderNumber::new(1),
            profile: profile(),
            schedule: Some((ScheduleNumber::new(1), self.schedule())),
        }));
        for (number, (from, count)) in (1_u128..).zip(&self.blocks) {
            execute(ProviderCommand::Block(Block {
                block: BlockId::from_uuid(Uuid::from_u128(number)),
                start: mark(*from),
                end: mark(from + count),
                kind: BlockKind::Imported,
            }));
        }
        let other = Terms {
            event_type: EventTypeId::from_uuid(Uuid::from_u128(8)),
            seats: None,
            ..self.terms.clone()
        };
        for (number, (start, same)) in (1..).zip(&self.bookings) {
            let terms = if *same { &self.terms } else { &other };
            // Half of the seats go to a slot that has some.
            let start = if *same { start / 48 * 48 } else { *start };
            execute(place(terms, self.slot(start), number, true));
        }
        match provider {
            State::Provider(provider) => *provider,
            State::Tenant(_) | State::EventType(_) | State::Webhook(_) | State::Composite(_) => {
                panic!("not a provider")
            }
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases / 8, ..Config::default() })]
    #[test]
    fn the_list_is_what_the_rules_accept(case in cases()) {
        let provider = case.provider();
        let query = SlotQuery {
            terms: &case.terms,
            start: mark(0),
            end: mark(MARKS),
            length_minutes: case.terms.lengths_minutes[0],
            zone: Tz::Asia__Kolkata,
            now: mark(case.now),
            moving: None,
            own_hold: None,
        };
        let listed: Vec<TimeSlot> =
            free_slots(&provider, &query).iter().map(|free| free.slot).collect();
        let state = State::Provider(Box::new(provider));
        let accepted: Vec<TimeSlot> = (0..MARKS)
            .map(|start| case.slot(start))
            .filter(|slot| slot.end() <= query.end)
            .filter(|slot| {
                let command = place(&case.terms, *slot, 1_000, false);
                let command = Command::Provider(Box::new(command));
                state.decide(query.now, &command).is_ok()
            })
            .collect();
        prop_assert_eq!(listed, accepted);
    }

    #[test]
    fn the_list_of_several_hosts_is_what_the_rules_accept(several in several()) {
        let providers = several.providers();
        let (fixed, by_turns) = providers.split_at(several.fixed);
        let hosts = Hosts {
            fixed: fixed.iter().collect(),
            by_turns: by_turns.iter().collect(),
        };
        let case = &several.case;
        let query = SlotQuery {
            terms: &case.terms,
            start: mark(0),
            end: mark(MARKS),
            length_minutes: case.terms.lengths_minutes[0],
            zone: Tz::Asia__Kolkata,
            now: mark(case.now),
            moving: None,
            own_hold: None,
        };
        let listed: Vec<TimeSlot> =
            free_slots_of(&hosts, &query).iter().map(|free| free.slot).collect();
        let states: Vec<State> = providers
            .iter()
            .map(|provider| State::Provider(Box::new(provider.clone())))
            .collect();
        let accepted: Vec<TimeSlot> = (0..MARKS)
            .map(|start| case.slot(start))
            .filter(|slot| slot.end() <= query.end)
            .filter(|slot| several.is_accepted(&states, *slot, query.now))
            .collect();
        if case.terms.seats.is_none() {
            prop_assert_eq!(listed, accepted);
        } else {
            // A seat may be joined where the other hosts of its booking have their shares, which nobody has here.
            prop_assert!(listed.iter().all(|slot| accepted.contains(slot)));
        }
    }
}
