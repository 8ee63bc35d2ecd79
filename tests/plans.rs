//! Every statement that reads, as the server's role runs it: none looks at a whole table.
//!
//! Lists that are put together from fragments are looked at over 50,000 rows in `src/projections/plans_test.rs`.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use crate::harness::{Kind, Salon};

/// Statements that the program completes (their conditions are in Rust), and those that ask the database about itself.
/// Of the first, a booking's wire number is the one condition without an index (`docs/decisions.md`).
const LEFT_OUT: [&str; 4] = [
    "bookings/read",
    "bookings/count",
    "composites/read",
    "ledger/safety/",
];
/// Tables that have a row per tenant, per process, per read model or per unsettled saga, and are wanted whole.
const SMALL: [&str; 5] = [
    "heads",
    "read_models",
    "open_sagas",
    "sqlite_master",
    "pg_roles",
];

/// A statement that reads, with its name.
#[derive(Debug)]
struct Statement {
    name: String,
    text: String,
}

/// Every statement of the program for a database.
fn statements(kind: Kind) -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (own, other) = match kind {
        Kind::Sqlite => ("sqlite.sql", "postgres.sql"),
        Kind::Postgres => ("postgres.sql", "sqlite.sql"),
    };
    let mut statements = Vec::new();
    let mut folders = vec![root.join("projections"), root.join("src")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("the folder can be read");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let (below, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
        folders.extend(below.into_iter().filter(|path| !path.ends_with("tests")));
        for file in files {
            let path = file.to_string_lossy().into_owned();
            if file.extension().is_none_or(|ending| ending != "sql") || path.ends_with(other) {
                continue;
            }
            let whole = std::fs::read_to_string(&file).expect("the file can be read");
            let lines = whole
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"));
            let text = lines.collect::<Vec<_>>().join("\n");
            let name = path
                .trim_end_matches(own)
                .trim_end_matches(".sql")
                .to_owned();
            let reads = text.trim_start().starts_with("select") && text.contains("from");
            if reads && !LEFT_OUT.iter().any(|part| name.contains(part)) {
                statements.push(Statement { name, text });
            }
        }
    }
    statements.sort_by(|one, next| one.name.cmp(&next.name));
    statements
}

/// Lines of a plan that tell of a look at a whole table.
fn whole<'a>(statement: &Statement, plan: &'a [String]) -> Vec<&'a String> {
    let scanned = |line: &'a String| {
        let table = line.split_once("Seq Scan on ").map(|(_, table)| table);
        table.or_else(|| line.strip_prefix("SCAN "))
    };
    let is_large = |line: &&'a String| {
        scanned(line).is_some_and(|table| {
            let name = table.split_whitespace().next().unwrap_or_default();
            let is_derived = name.starts_with('(')
                || ["CO-ROUTINE", "MATERIALIZE"]
                    .iter()
                    .any(|kind| plan.contains(&format!("{kind} {name}")));
            let is_small = SMALL.iter().any(|small| {
                let alias = format!("{small} {name}");
                name == *small || statement.text.contains(&alias)
            });
            !(is_derived || is_small || table.contains("VIRTUAL TABLE"))
        })
    };
    // Every name of a kind, of all tenants, is as good as whole.
    let is_every_name = |line: &&'a String| line.ends_with("PRIMARY KEY (kind=?)");
    plan.iter()
        .filter(|line| is_large(line) || is_every_name(line))
        .collect()
}

async fn on_sqlite(salon: &Salon, statement: &Statement) -> Vec<String> {
    let mut connection = salon.database().sqlite().await;
    let explain = format!("explain query plan {}", statement.text);
    let rows = sqlx::query(AssertSqlSafe(explain))
        .fetch_all(&mut connection)
        .await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    rows.iter().map(|row| row.get("detail")).collect()
}

/// The plan for any parameters, where a look at a whole table is taken only if there is no other way.
async fn on_postgres(connection: &mut PgConnection, statement: &Statement) -> Vec<String> {
    let text = statement.text.trim().trim_end_matches(';');
    let params = (1..=20)
        .rev()
        .find(|number| text.contains(&format!("${number}")));
    let nulls = vec!["null"; params.unwrap_or_default()].join(", ");
    let call = if nulls.is_empty() {
        String::new()
    } else {
        format!("({nulls})")
    };
    let prepare = format!("deallocate all; prepare statement as {text}");
    let prepared = connection
        .execute(sqlx::raw_sql(AssertSqlSafe(prepare)))
        .await;
    prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    let explain = format!("explain execute statement{call}");
    let rows = connection
        .fetch_all(sqlx::raw_sql(AssertSqlSafe(explain)))
        .await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    rows.iter().map(|row| row.get(0)).collect()
}

on_both_databases! {
    async fn no_statement_reads_a_whole_table(salon: &mut Salon) {
        let statements = statements(salon.kind());
        assert!(20 < statements.len(), "{statements:?}");
        let mut found = Vec::new();
        let mut runtime = match salon.database().owner_url() {
            Some(url) => {
                let mut connection = PgConnection::connect(&url).await.expect("Postgres answers");
                let session = format!(
                    "set role daybook_runtime; set daybook.tenants = '{}';
                     set plan_cache_mode = force_generic_plan; set enable_seqscan = off",
                    salon.tenant.id
                );
                let set = connection.execute(sqlx::raw_sql(AssertSqlSafe(session))).await;
                set.expect("the login may become the runtime role");
                Some(connection)
            }
            None => None,
        };
        for statement in &statements {
            let plan = match &mut runtime {
                None => on_sqlite(salon, statement).await,
                Some(connection) => on_postgres(connection, statement).await,
            };
            if !whole(statement, &plan).is_empty() {
                found.push(format!("{}\n{}", statement.name, plan.join("\n")));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n\n"));
    }
}
