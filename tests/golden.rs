//! Every event ever released stays readable: one golden file per type and version, `<kind>/<EventType>-<version>.json`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use daybook::domain::AggregateKind;
use daybook::ledger::{codec, upcast};

pub(crate) struct Golden {
    pub(crate) kind: AggregateKind,
    pub(crate) event_type: String,
    pub(crate) version: String,
    pub(crate) payload: String,
}

fn folder(kind: AggregateKind) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/events")
        .join(kind.as_str())
}

pub(crate) fn goldens() -> Vec<Golden> {
    let mut goldens = Vec::new();
    for kind in AggregateKind::ALL {
        for entry in fs::read_dir(folder(kind)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (event_type, version) = name.split_once('-').unwrap();
            goldens.push(Golden {
                kind,
                event_type: event_type.to_owned(),
                version: version.to_owned(),
                payload: fs::read_to_string(&path).unwrap().trim_end().to_owned(),
            });
        }
    }
    goldens
}

#[test]
fn every_golden_event_is_read_and_the_current_ones_are_written_the_same() {
    for golden in goldens() {
        let payload = serde_json::from_str(&golden.payload).unwrap();
        let event =
            codec::event_from_value(golden.kind, &golden.event_type, &golden.version, payload)
                .unwrap_or_else(|error| panic!("{}: {error}", golden.event_type));
        if golden.version == upcast::current_version(&golden.event_type) {
            let encoded = codec::encode(&event).unwrap();
            assert_eq!(encoded.event_type, golden.event_type);
            assert_eq!(encoded.payload, golden.payload, "{}", golden.event_type);
        }
    }
}

/// serde names every variant when it meets an unknown one: a new event without a golden file is found by that.
#[test]
fn every_event_type_has_a_golden_file_of_its_current_version() {
    for kind in AggregateKind::ALL {
        let error = codec::event_from_value(kind, "?", "1.0", serde_json::json!({}))
            .unwrap_err()
            .to_string();
        let (_, expected) = error.split_once("expected one of").unwrap();
        let known: BTreeSet<String> = expected
            .split('`')
            .skip(1)
            .step_by(2)
            .map(|name| format!("{name}-{}", upcast::current_version(name)))
            .collect();
        assert!(3 <= known.len(), "{error}");
        let golden: BTreeSet<String> = goldens()
            .into_iter()
            .filter(|golden| golden.kind == kind)
            .map(|golden| format!("{}-{}", golden.event_type, golden.version))
            .collect();
        let missing: Vec<_> = known.difference(&golden).collect();
        assert!(missing.is_empty(), "no golden file for {missing:?}");
    }
}
