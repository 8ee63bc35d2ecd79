//! What a snapshot depends on is pinned: what `evolve` makes of the golden events, and how a state is laid out.
//!
//! A snapshot of another program must never be taken for one of this program, or a cold stream would differ from its
//! own history.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use daybook::domain::{AggregateKind, EVOLVE_VERSION, Event, STATE_LAYOUT, State};
use daybook::ledger::codec;
use daybook::ledger::database::hex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::golden::{Golden, goldens};

/// Every version of `evolve` with the digest of its fold. When the test fails: raise [`EVOLVE_VERSION`] and add a line;
/// a line that was released is never edited.
const FOLDS: &[(u32, &str)] = &[
    (
        1,
        "425a1dc768733d15df93258196f628f05491ef140fee18b7530c502c40bf64fe",
    ),
    (
        2,
        "c361039b73d8bf90eec29f0a020d0fb59cd7062a63e83f6b7bd9ef810129e648",
    ),
    (
        3,
        "c07ce0cc8af9e72cfc2cb94651b216db2e3dfde5e67874f46dcb0fc20241a9a0",
    ),
];

/// What comes before the event that is folded, so that it finds something to change.
fn preludes(kind: AggregateKind) -> Vec<Vec<&'static str>> {
    match kind {
        AggregateKind::Tenant => vec![vec!["TenantCreated", "TenantNumbered", "ApiKeyIssued"]],
        AggregateKind::EventType => vec![vec!["EventTypeCreated"]],
        AggregateKind::Webhook => vec![vec!["WebhookCreated"]],
        AggregateKind::Composite => vec![vec!["CompositeRequested"]],
        AggregateKind::Provider => ["BookingPlaced", "BookingRequested"]
            .into_iter()
            .map(|booking| {
                let before = [
                    "ProviderCreated",
                    "ScheduleSet",
                    "HoldPlaced",
                    "TimeBlocked",
                    "ProviderEngaged",
                    "OutOfOfficeEntered",
                ];
                [&before[..], &[booking, "SeatTaken"]].concat()
            })
            .collect(),
    }
}

fn event(golden: &Golden) -> Event {
    let payload = serde_json::from_str(&golden.payload).unwrap();
    codec::event_from_value(golden.kind, &golden.event_type, &golden.version, payload).unwrap()
}

/// The state after each golden event, each behind every prelude of its kind.
fn states() -> Vec<Value> {
    let decided_at: DateTime<Utc> = "2031-03-01T10:15:30.123456Z".parse().unwrap();
    let mut goldens = goldens();
    goldens.sort_by(|a, b| {
        (a.kind, &a.event_type, &a.version).cmp(&(b.kind, &b.event_type, &b.version))
    });
    let mut states = Vec::new();
    for golden in &goldens {
        for prelude in preludes(golden.kind) {
            let mut state = State::empty(golden.kind);
            let before = prelude.iter().map(|name| {
                let known = goldens
                    .iter()
                    .find(|other| other.kind == golden.kind && other.event_type == *name);
                known.unwrap()
            });
            for (folded, sequence) in before.chain([golden]).zip(1..) {
                state.evolve(sequence, decided_at, &event(folded));
            }
            states.push(serde_json::to_value(&state).unwrap());
        }
    }
    states
}

#[test]
fn the_fold_of_the_golden_events_is_pinned_to_its_version() {
    let mut hasher = Sha256::new();
    for state in states() {
        hasher.update(codec::canonical(&state).unwrap());
        hasher.update(b"\n");
    }
    let digest = hex(&hasher.finalize());

    let versions: Vec<u32> = FOLDS.iter().map(|(version, _)| *version).collect();
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    assert_eq!(
        FOLDS.last(),
        Some(&(EVOLVE_VERSION, digest.as_str())),
        "evolve folds the golden events differently: raise EVOLVE_VERSION"
    );
}

#[test]
fn the_layout_of_states_is_pinned() {
    let mut members = BTreeSet::new();
    for state in states() {
        lay_out("", &state, &mut members);
    }
    let layout: Vec<String> = members.into_iter().collect();
    let digest = hex(&Sha256::digest(layout.join("\n")));

    assert_eq!(
        STATE_LAYOUT,
        digest,
        "states serialise differently: set STATE_LAYOUT\n{}",
        layout.join("\n")
    );
}

/// Every member with its type, `Provider.bookings[][].uid: string`.
fn lay_out(path: &str, value: &Value, members: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(values) => {
            for element in values {
                lay_out(&format!("{path}[]"), element, members);
            }
            "array"
        }
        Value::Object(object) => {
            for (name, member) in object {
                lay_out(&format!("{path}.{name}"), member, members);
            }
            "object"
        }
    };
    members.insert(format!("{path}: {kind}"));
}
