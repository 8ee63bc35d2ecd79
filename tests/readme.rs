//! The README promises only what a test holds: every guarantee names tests that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the table of guarantees: what is promised, and where it is tested.
fn guarantees(readme: &str) -> Vec<(String, String)> {
    let (_, table) = readme
        .split_once("## Guarantees")
        .expect("the README has guarantees");
    let (table, _) = table.split_once("\n## ").expect("another chapter follows");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| -> Option<(String, String)> {
        let (promise, tests) = row.trim_matches('|').rsplit_once(" | ")?;
        Some((promise.trim().to_owned(), tests.trim().to_owned()))
    };
    rows.map(|row| cells(row).unwrap_or_else(|| panic!("{row}")))
        .collect()
}

/// Text between backticks that looks like the path of a test.
fn named(cell: &str) -> Vec<&str> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| text.contains("::"))
        .collect()
}

/// Source files of a module of `tests/`, or of the library's own tests.
fn sources(module: &str) -> Vec<PathBuf> {
    fn below(path: PathBuf) -> Vec<PathBuf> {
        if path.is_file() {
            return vec![path];
        }
        let entries = fs::read_dir(path).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.flat_map(below).collect()
    }
    let file = root().join("tests").join(format!("{module}.rs"));
    if file.exists() {
        vec![file]
    } else {
        below(root().join("tests").join(module))
    }
}

/// Functions that a file's text declares as tests: under `#[test]`, or in `on_both_databases!`.
fn tests_of(text: &str) -> BTreeSet<String> {
    let is_macro = text.contains("on_both_databases!");
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let name = |line: &str| -> Option<String> {
        let rest = line
            .strip_prefix("async fn ")
            .or_else(|| line.strip_prefix("fn "))?;
        Some(rest.split(['(', '<']).next()?.to_owned())
    };
    let is_test = |index: &usize| {
        let is_marked = 0 < *index && lines[index - 1] == "#[test]";
        is_marked || is_macro && lines[*index].contains("(salon: &mut Salon)")
    };
    (0..lines.len())
        .filter(is_test)
        .filter_map(|index| name(lines[index]))
        .collect()
}

/// Every test below `tests/`, as `module::name`.
fn known(module: &str) -> BTreeSet<String> {
    let texts = sources(module)
        .into_iter()
        .map(|file| fs::read_to_string(file).expect("it can be read"));
    texts.flat_map(|text| tests_of(&text)).collect()
}

#[test]
fn every_guarantee_names_tests_that_are_there() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let guarantees = guarantees(&readme);
    assert!(10 < guarantees.len(), "{guarantees:#?}");
    let mut missing = Vec::new();
    for (promise, cell) in &guarantees {
        let names = named(cell);
        if names.is_empty() {
            missing.push(format!("{promise}: no test"));
        }
        for name in names {
            let (module, test) = name.split_once("::").expect("a path");
            let known = known(module);
            let is_there = if test == "*" {
                !known.is_empty()
            } else {
                known.contains(test)
            };
            if !is_there {
                missing.push(format!("{promise}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_file_of_promises_is_in_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let main = fs::read_to_string(root().join("tests/main.rs")).expect("it can be read");
    let modules = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let absent: Vec<_> = modules
        .filter(|module| !["harness", "readme"].contains(module))
        .filter(|module| !readme.contains(&format!("`{module}::")))
        .collect();
    assert!(absent.is_empty(), "{absent:?}");
}
