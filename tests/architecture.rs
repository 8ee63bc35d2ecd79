//! The layout as a test: who may import whom, who may name which framework, how long a file may be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each layer with the layers that it may import. A new edge needs a paragraph in
/// `docs/decisions.md`.
const IMPORTS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &[]),
    ("telemetry", &[]),
    ("ledger", &["domain", "clock"]),
    ("projections", &["domain", "ledger"]),
    ("sagas", &["domain", "ledger", "projections", "clock"]),
    ("audit", &["domain", "ledger", "projections", "clock"]),
    ("connectors", &["domain"]),
    (
        "followers",
        &[
            "domain",
            "clock",
            "config",
            "ledger",
            "projections",
            "sagas",
            "audit",
            "connectors",
        ],
    ),
    (
        "api",
        &[
            "domain",
            "clock",
            "config",
            "telemetry",
            "ledger",
            "projections",
            "sagas",
            "audit",
            "connectors",
            "followers",
        ],
    ),
];

/// Layers that wire everything: they may import any.
const WIRING: &[&str] = &["service", "cli", "lib", "main"];

/// Frameworks with the layers that may name them.
const FRAMEWORKS: &[(&str, &[&str])] = &[
    ("axum", &["api"]),
    ("tower_http", &["api"]),
    ("hyper", &["api"]),
    ("utoipa", &["api"]),
    ("sqlx", &["ledger", "projections", "audit", "followers"]),
    ("cqrs_es", &["ledger"]),
    ("clap", &["config", "cli", "main"]),
    ("indicatif", &["cli"]),
    ("tracing_subscriber", &["telemetry"]),
];

/// What the rules may name beside themselves.
const DOMAIN_MAY_NAME: &[&str] = &[
    "std",
    "core",
    "chrono",
    "chrono_tz",
    "serde",
    "serde_json",
    "uuid",
    "thiserror",
];

const LINES_MAX: usize = 400;

const BANNED: &[&str] = &[
    "utils", "util", "helpers", "common", "misc", "manager", "base", "impl",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder that end so.
fn files(below: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `src/api/server.rs` is of the layer `api`, `src/service.rs` of `service`.
fn layer(file: &Path) -> String {
    let inside = file
        .strip_prefix(root().join("src"))
        .expect("the file is below src");
    let first = inside
        .iter()
        .next()
        .expect("it has a name")
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file, without comments.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("the file can be read");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that follow `prefix`, also those in braces: `crate::{a, b::c}`.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || "_$:".contains(character))
        {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        if let Some(braced) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for character in braced.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.insert(first_name(&name));
                        name.clear();
                        continue;
                    }
                    _ => {}
                }
                name.push(character);
            }
            names.insert(first_name(&name));
        } else {
            names.insert(first_name(rest));
        }
    }
    names.remove("");
    names
}

fn first_name(path: &str) -> String {
    let is_name = |character: &char| character.is_alphanumeric() || *character == '_';
    path.trim_start().chars().take_while(is_name).collect()
}

#[test]
fn layers_import_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let layer = layer(&file);
        if WIRING.contains(&layer.as_str()) {
            continue;
        }
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{} is of no layer", file.display()));
            continue;
        };
        for imported in names_after(&code(&file), "crate::") {
            // Macros and functions of the crate's root are not a layer.
            let is_layer = IMPORTS.iter().any(|(name, _)| *name == imported)
                || WIRING.contains(&imported.as_str());
            if is_layer && imported != layer && !allowed.contains(&imported.as_str()) {
                wrong.push(format!("{} imports {imported}", file.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn frameworks_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let (layer, code) = (layer(&file), code(&file));
        for (framework, allowed) in FRAMEWORKS {
            let named = !names_after(&code, &format!("{framework}::")).is_empty();
            if named && !allowed.contains(&layer.as_str()) {
                wrong.push(format!("{} names {framework}", file.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_rules_name_no_framework() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("there is a manifest");
    let dependencies = manifest
        .split("[dependencies]")
        .nth(1)
        .expect("it has dependencies");
    let names = dependencies
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().trim_start_matches('#').trim().replace('-', "_"))
        .filter(|name| !DOMAIN_MAY_NAME.contains(&name.as_str()));
    let banned: Vec<String> = names.collect();
    assert!(
        banned.contains(&"axum".to_owned()),
        "the manifest is not understood"
    );
    for file in files("src/domain", ".rs") {
        let code = code(&file);
        let tests = code.find("#[cfg(test)]").unwrap_or(code.len());
        for name in &banned {
            assert!(
                names_after(&code[..tests], &format!("{name}::")).is_empty(),
                "{} names {name}",
                file.display()
            );
        }
        for word in ["async fn", ".await", "include_str!"] {
            assert!(
                !code[..tests].contains(word),
                "{} has {word}",
                file.display()
            );
        }
    }
}

#[test]
fn files_are_short() {
    let long: Vec<_> = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(|folder| files(folder, ".rs"))
        .map(|file| {
            (
                std::fs::read_to_string(&file)
                    .expect("it can be read")
                    .lines()
                    .count(),
                file,
            )
        })
        .filter(|(lines, _)| LINES_MAX < *lines)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn modules_have_names_of_the_domain() {
    let stem = |file: &PathBuf| {
        file.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let parent = |file: &PathBuf| {
        file.parent()?
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    for file in ["src", "tests"]
        .into_iter()
        .flat_map(|folder| files(folder, ".rs"))
    {
        for name in [stem(&file), parent(&file)].into_iter().flatten() {
            assert!(!BANNED.contains(&name.as_str()), "{}", file.display());
        }
    }
}

#[test]
fn every_statement_says_who_uses_it() {
    let statements: Vec<_> = ["migrations", "projections", "src"]
        .into_iter()
        .flat_map(|folder| files(folder, ".sql"))
        .collect();
    assert!(!statements.is_empty());
    for file in statements {
        let text = std::fs::read_to_string(&file).expect("it can be read");
        assert!(
            text.trim_start().starts_with("--"),
            "{} has no header",
            file.display()
        );
    }
}
