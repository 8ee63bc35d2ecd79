//! Chains against an oracle that asks the rules for every segment at every mark: what is found can be booked, nothing that
//! could be is left out before it, and it is the earliest.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::Config;
use uuid::Uuid;

use super::agreement::{Case, MARKS, cases, mark, place};
use super::chain::{Begins, Chain, Choice, Link, Placement, STARTS_MAX};
use super::{SlotQuery, TimeSlot, Timestamp, free_slots};
use crate::domain::aggregate::{Command, State};
use crate::domain::id::{EventTypeId, ProviderId};
use crate::domain::provider::Provider;
use crate::domain::terms::Terms;

/// Marks of the starts asked for: six hours.
const ASKED: i64 = 72;

#[derive(Clone, Debug)]
struct Chained {
    /// One per provider.
    cases: Vec<Case>,
    /// Providers of each link, gap and window in marks.
    links: Vec<(Vec<usize>, i64, i64)>,
    /// The first start asked for, in marks.
    from: i64,
}

fn chains() -> impl Strategy<Value = Chained> {
    let link = (prop::collection::vec(0..3_usize, 1..3), 0..6_i64, 0..6_i64);
    let parts = (
        prop::collection::vec(cases(), 3),
        prop::collection::vec(link, 1..4),
        0..MARKS - ASKED,
    );
    parts.prop_map(|(cases, mut links, from)| {
        for (choices, _, _) in &mut links {
            let mut seen = BTreeSet::new();
            choices.retain(|choice| seen.insert(*choice));
        }
        Chained { cases, links, from }
    })
}

fn minutes(marks: i64) -> u32 {
    u32::try_from(marks * 5).unwrap()
}

fn id(index: usize) -> ProviderId {
    ProviderId::from_uuid(Uuid::from_u128(u128::try_from(index).unwrap()))
}

impl Chained {
    /// Each provider has an event type of its own, without seats.
    fn terms(&self) -> Vec<Terms> {
        let own = |(number, case): (u128, &Case)| Terms {
            event_type: EventTypeId::from_uuid(Uuid::from_u128(20 + number)),
            seats: None,
            ..case.terms.clone()
        };
        (0_u128..).zip(&self.cases).map(own).collect()
    }

    fn now(&self) -> Timestamp {
        mark(self.cases[0].now)
    }

    fn links<'a>(&self, providers: &'a [Provider], terms: &'a [Terms]) -> Vec<Link<'a>> {
        let choice = |index: &usize| Choice {
            id: id(*index),
            provider: &providers[*index],
            terms: &terms[*index],
            length_minutes: terms[*index].lengths_minutes[0],
        };
        let links = self.links.iter();
        links
            .map(|(choices, gap, window)| Link {
                choices: choices.iter().map(choice).collect(),
                begins: Begins::After {
                    gap_minutes: minutes(*gap),
                    window_minutes: minutes(*window),
                },
            })
            .collect()
    }

    /// The earliest chain that the rules accept, one command after the other.
    fn accepted(
        &self,
        states: &BTreeMap<usize, State>,
        terms: &[Terms],
        index: usize,
        (from, to): (i64, i64),
    ) -> Option<Vec<Placement>> {
        let Some((choices, _, _)) = self.links.get(index) else {
            return Some(Vec::new());
        };
        for start in from..=to {
            for (choice, provider) in choices.iter().enumerate() {
                let terms_of = &terms[*provider];
                let length = terms_of.lengths_minutes[0];
                let slot = TimeSlot::starting(mark(start), length).unwrap();
                let number = 5_000 + i32::try_from(index).unwrap();
                let command = Command::Provider(Box::new(place(terms_of, slot, number, false)));
                let Ok(facts) = states[provider].decide(self.now(), &command) else {
                    continue;
                };
                let mut then = states.clone();
                for (sequence, fact) in (10_000..).zip(facts) {
                    let state = then.get_mut(provider).unwrap();
                    state.evolve(sequence, self.now(), &fact.event);
                }
                let end = start + i64::from(length) / 5;
                let (_, gap, window) = self.links.get(index + 1).cloned().unwrap_or_default();
                let bounds = (end + gap, end + gap + window);
                if let Some(rest) = self.accepted(&then, terms, index + 1, bounds) {
                    let mut chain = vec![Placement { choice, slot }];
                    chain.extend(rest);
                    return Some(chain);
                }
            }
        }
        None
    }
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases / 4, ..Config::default() })]
    #[test]
    fn chains_are_the_earliest_that_the_rules_accept(chained in chains()) {
        let providers: Vec<Provider> = chained.cases.iter().map(Case::provider).collect();
        let terms = chained.terms();
        let links = chained.links(&providers, &terms);
        let states: BTreeMap<usize, State> = providers
            .iter()
            .enumerate()
            .map(|(index, provider)| (index, State::Provider(Box::new(provider.clone()))))
            .collect();
        let (nobody, window) = (BTreeSet::new(), (mark(chained.from), mark(chained.from + ASKED)));
        let mut chain = Chain::new(&links, window, chained.now(), &nobody);
        let mut all = BTreeMap::new();
        for start in chained.from..chained.from + ASKED {
            let accepted = chained.accepted(&states, &terms, 0, (start, start));
            prop_assert_eq!(chain.at(mark(start)), accepted.clone());
            let planned = chain.at_any_rate(mark(start));
            prop_assert_eq!(planned.len(), links.len());
            all.extend(accepted.map(|accepted| (mark(start), accepted)));
        }
        let listed = links[0].choices.iter().flat_map(|choice| {
            let query = SlotQuery {
                terms: choice.terms,
                start: window.0,
                end: window.1,
                length_minutes: choice.length_minutes,
                zone: Tz::UTC,
                now: chained.now(),
                moving: None,
                own_hold: None,
            };
            free_slots(choice.provider, &query).into_iter().map(|free| free.slot.start())
        });
        let listed: BTreeSet<Timestamp> = listed.collect();
        all.retain(|start, _| listed.contains(start));
        let expected: Vec<_> = all.into_values().collect();
        let found = chain.search(window, Tz::UTC, STARTS_MAX);
        prop_assert_eq!(&found.chains, &expected);
        prop_assert_eq!((found.next, found.truncated), (None, false));
        // Page by page it is the same.
        let mut paged = Vec::new();
        let mut next = Some(window.0);
        while let Some(from) = next {
            let page = chain.search((from, window.1), Tz::UTC, 3);
            paged.extend(page.chains);
            next = page.next;
        }
        prop_assert_eq!(paged, expected);
    }
}
