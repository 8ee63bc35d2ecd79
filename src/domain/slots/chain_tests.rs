//! What a chain prefers, and where it gives up.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use uuid::Uuid;

use super::agreement::{MARKS, open_provider};
use super::chain::{Begins, Chain, Choice, Link, Placement, STARTS_MAX};
use super::tests::{at, terms};
use super::{Terms, TimeSlot};
use crate::domain::id::{BookingId, ProviderId};
use crate::domain::provider::Provider;

fn choice<'a>(number: u128, provider: &'a Provider, terms: &'a Terms) -> Choice<'a> {
    Choice {
        id: ProviderId::from_uuid(Uuid::from_u128(number)),
        provider,
        terms,
        length_minutes: terms.lengths_minutes[0],
    }
}

fn link<'a>(choices: &[Choice<'a>], gap_minutes: u32, window_minutes: u32) -> Link<'a> {
    Link {
        choices: choices.to_vec(),
        begins: Begins::After {
            gap_minutes,
            window_minutes,
        },
    }
}

fn slot(choice: usize, start: &str, minutes: u32) -> Placement {
    Placement {
        choice,
        slot: TimeSlot::starting(at(start), minutes).unwrap(),
    }
}

/// Nobody leaves.
static NOBODY: BTreeSet<BookingId> = BTreeSet::new();

#[test]
fn the_first_choice_that_is_free_at_the_earliest_start_takes_a_segment() {
    let (busy, free) = (open_provider(&["2031-03-29T10:00:00"]), open_provider(&[]));
    let hour = terms();
    let (busy, free) = (choice(1, &busy, &hour), choice(2, &free, &hour));
    let links = [link(&[free], 0, 0), link(&[busy, free], 0, 120)];
    let start = at("2031-03-29T09:00:00");
    let now = at("2031-03-01T00:00:00");
    let mut chain = Chain::new(&links, (start, start), now, &NOBODY);
    let expected = vec![
        slot(0, "2031-03-29T09:00:00", 60),
        slot(1, "2031-03-29T10:00:00", 60),
    ];
    assert_eq!(chain.at(start), Some(expected));
    let early = at("2031-03-29T08:00:00");
    let mut chain = Chain::new(&links, (early, early), now, &NOBODY);
    assert_eq!(chain.at(early).unwrap()[1].choice, 0);
}

#[test]
fn a_provider_that_occurs_twice_keeps_its_own_buffers() {
    let provider = open_provider(&[]);
    let padded = Terms {
        before_minutes: 10,
        after_minutes: 15,
        ..terms()
    };
    let one = choice(1, &provider, &padded);
    let start = at("2031-03-29T09:00:00");
    let now = at("2031-03-01T00:00:00");
    let fits = |gap, window| {
        let links = [link(&[one], 0, 0), link(&[one], gap, window)];
        let chain = Chain::new(&links, (start, start), now, &NOBODY).at(start);
        chain.map(|chain| chain[1])
    };
    assert_eq!(fits(0, 24), None);
    assert_eq!(fits(0, 25), Some(slot(0, "2031-03-29T10:25:00", 60)));
    assert_eq!(fits(25, 0), Some(slot(0, "2031-03-29T10:25:00", 60)));
    assert_eq!(fits(30, 0), Some(slot(0, "2031-03-29T10:30:00", 60)));
}

#[test]
fn what_does_not_fit_is_planned_where_it_would_begin_first() {
    let busy = open_provider(&["2031-03-29T10:00:00"]);
    let free = open_provider(&[]);
    let hour = terms();
    let (busy, free) = (choice(1, &busy, &hour), choice(2, &free, &hour));
    let links = [
        link(&[free], 0, 0),
        link(&[busy], 0, 0),
        link(&[free], 5, 5),
    ];
    let start = at("2031-03-29T09:00:00");
    let now = at("2031-03-01T00:00:00");
    let mut chain = Chain::new(&links, (start, start), now, &NOBODY);
    assert_eq!(chain.at(start), None);
    let planned = [
        slot(0, "2031-03-29T09:00:00", 60),
        slot(0, "2031-03-29T10:00:00", 60),
        slot(0, "2031-03-29T11:05:00", 60),
    ];
    assert_eq!(chain.at_any_rate(start), planned);
}

#[test]
fn thirty_two_segments_with_a_week_each_cost_what_is_looked_at_in_each() {
    // Nobody takes the last segment, so that every way to it would have to be tried.
    let provider = open_provider(&[]);
    let hour = terms();
    let mut never = terms();
    never.limits.count.day = Some(0);
    let choices: Vec<_> = (0..32)
        .map(|number| choice(number, &provider, &hour))
        .collect();
    let mut links: Vec<_> = choices
        .iter()
        .map(|one| link(&[*one], 0, 7 * 24 * 60))
        .collect();
    links[31] = link(&[choice(31, &provider, &never)], 0, 7 * 24 * 60);
    let window = (super::agreement::mark(0), super::agreement::mark(MARKS));
    let now = at("2031-03-01T00:00:00");
    let found = Chain::new(&links, window, now, &NOBODY).search(window, Tz::UTC, 10);
    assert_eq!(
        (found.chains.len(), found.next, found.truncated),
        (0, None, false)
    );
    links.truncate(31);
    let found = Chain::new(&links, window, now, &NOBODY).search(window, Tz::UTC, 10);
    assert_eq!(found.chains.len(), 10);
}

#[test]
fn a_search_ends_at_its_bound_and_says_where_to_go_on() {
    let provider = open_provider(&[]);
    let minutes = Terms {
        lengths_minutes: vec![1],
        ..terms()
    };
    let mut never = terms();
    never.limits.count.day = Some(0);
    let links = [
        link(&[choice(1, &provider, &minutes)], 0, 0),
        link(&[choice(2, &provider, &never)], 0, 60),
    ];
    let window = (at("2031-03-01T00:00:00"), at("2031-03-31T00:00:00"));
    let mut chain = Chain::new(&links, window, window.0, &NOBODY);
    let first = chain.search(window, Tz::UTC, 10);
    assert!(first.chains.is_empty() && first.truncated);
    // The provider is closed for five minutes in each of seven nights.
    let minutes = i64::try_from(STARTS_MAX).unwrap() + 35;
    let after = window.0 + chrono::Duration::minutes(minutes);
    assert_eq!(first.next, Some(after));
}
