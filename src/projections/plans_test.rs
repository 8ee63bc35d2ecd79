//! Lists of bookings and of composite bookings over 50,000 rows, with every filter and order (`reference` § 4.3): each
//! finds its rows by an index, as the runtime role sees them.

use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::domain::id::{BookingUid, CompositeId};
use crate::ledger::database::{Database, Param, postgres_arguments, sqlite_arguments};
use crate::projections::bookings::{Bookings, Class, Filter, Listing, Page, SortBy};
use crate::projections::composites::{self, After, Composites};
use crate::projections::row::CompositeStatus;
use crate::projections::sample::{at, event_type, provider, tenant};
use crate::projections::sample_database::{Scratch, databases};

/// A fifth of the rows is the tenant's own.
const ROWS: &str = "insert into bookings (
    tenant, uid, booking, provider, number, event_type, status, series, start_at, end_at, created_at, updated_at,
    version, key_id, doc
)
select
    case when n % 5 = 0 then T else U(100 + n % 40) end, 'uid-' || n, U(n), case when n % 3 = 0 then P else U(n % 9) end, n,
    case when n % 7 = 0 then E else U(n % 11) end,
    case when n % 33 = 0 then 'cancelled' when n % 34 = 0 then 'pending' else 'accepted' end,
    case when n % 100 = 5 then 'series-' || n / 1000 end,
    NOW + (n % 20000 - 10000) * LONG, NOW + (n % 20000 - 10000) * LONG + 1800000000, NOW - n, NOW + n, 1,
    U(n % 5000), DOC
from series";
const SEATS: &str = "insert into booking_seats (tenant, seat, uid, key_id, taken_at, sequence, doc)
select case when n % 5 = 0 then T else U(100 + n % 40) end, U(n), 'uid-' || n, U(n % 5000), NOW, 1, '{}' from series";

/// The provider of the lists has a share in a ninth of the bookings of the tenant.
const SHARES: &str = "insert into booking_shares (tenant, provider, uid, start_at, end_at)
select case when n % 5 = 0 then T else U(100 + n % 40) end, case when n % 9 = 0 then P else U(n % 9) end, 'uid-' || n,
    NOW + (n % 20000 - 10000) * LONG, NOW + (n % 20000 - 10000) * LONG + 1800000000
from series";

/// The statement for a database: `U(n)` is a UUID, `T`, `P` and `E` are the sample's.
fn written(database: &Database, text: &str) -> String {
    let (uuid, series, document) = match database {
        Database::Postgres { .. } => (
            "('00000000-0000-4000-8000-' || lpad((N)::text, 12, '0'))::uuid",
            "generate_series(1, 50000) as n",
            "repeat('x', 800)",
        ),
        Database::Sqlite { .. } => (
            "printf('00000000-0000-4000-8000-%012d', N)",
            "(with recursive counted (n) as (select 1 union all select n + 1 from counted where n < 50000)
              select n from counted)",
            "hex(zeroblob(400))",
        ),
    };
    let typed = |id: uuid::Uuid| match database {
        Database::Postgres { .. } => format!("'{id}'::uuid"),
        Database::Sqlite { .. } => format!("'{id}'"),
    };
    let mut written = text
        .replace("from series", &format!("from {series}"))
        .replace("DOC", document)
        // A quarter of an hour; as it is written, Postgres would multiply it in 32 bits.
        .replace("LONG", "cast(900000000 as bigint)")
        .replace("NOW", &at(0).timestamp_micros().to_string())
        .replace("then T", &format!("then {}", typed(tenant().as_uuid())))
        .replace("then P", &format!("then {}", typed(provider(1).as_uuid())))
        .replace(
            "then E",
            &format!("then {}", typed(event_type(1).as_uuid())),
        );
    while let Some(from) = written.find("U(") {
        let to = from + written[from..].find(')').unwrap();
        let value = uuid.replace('N', &written[from + 2..to]);
        written.replace_range(from..=to, &value);
    }
    written
}

const COMPOSITES: &str = "insert into composites (
    tenant, composite, status, start_at, end_at, created_at, updated_at, version, key_id, doc
)
select
    case when n % 5 = 0 then T else U(100 + n % 40) end, U(n),
    case when n % 33 = 0 then 'cancelled' when n % 340 = 0 then 'stuck' else 'confirmed' end,
    NOW + (n % 20000 - 10000) * LONG, NOW + (n % 20000 - 10000) * LONG + 1800000000, NOW - n, NOW + n, 1,
    U(n % 5000), DOC
from series";
const SEGMENTS: &str = "insert into composite_segments (tenant, composite, segment, provider, start_at)
select
    case when n % 5 = 0 then T else U(100 + n % 40) end, U(n), 0, case when n % 3 = 0 then P else U(n % 9) end,
    NOW + (n % 20000 - 10000) * LONG
from series";

async fn fill(database: &Scratch, rows: &[&str]) {
    for text in rows {
        let text = written(database, text);
        match &**database {
            Database::Postgres { pool, .. } => {
                let owned = format!("reset role; {text}; analyze; set role daybook_runtime");
                pool.execute(sqlx::raw_sql(AssertSqlSafe(owned)))
                    .await
                    .unwrap();
            }
            Database::Sqlite { writer, .. } => {
                writer.execute(AssertSqlSafe(text)).await.unwrap();
            }
        }
    }
}

async fn plan(database: &Database, text: &str, params: Vec<Param>) -> Vec<String> {
    match database {
        Database::Postgres { pool, .. } => {
            let begin = format!("begin; set local daybook.tenants = '{}'", tenant());
            let mut transaction = pool.begin_with(AssertSqlSafe(begin)).await.unwrap();
            let arguments = postgres_arguments(params).unwrap();
            let explain = AssertSqlSafe(format!("explain {text}"));
            let rows = sqlx::query_with(explain, arguments)
                .fetch_all(&mut *transaction)
                .await
                .unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
        Database::Sqlite { readers, .. } => {
            let arguments = sqlite_arguments(params).unwrap();
            let explain = AssertSqlSafe(format!("explain query plan {text}"));
            let rows = sqlx::query_with(explain, arguments)
                .fetch_all(readers)
                .await
                .unwrap();
            rows.iter().map(|row| row.get("detail")).collect()
        }
    }
}

/// Whether a line of a plan tells of a look at the whole table; at what was found before, under the same name, is fine.
fn is_whole(line: &str, plan: &[String]) -> bool {
    let on_postgres = ["booking", "composite"]
        .iter()
        .any(|begin| line.contains(&format!("Seq Scan on {begin}")));
    let is_found = |alias| {
        let kinds = ["CO-ROUTINE", "MATERIALIZE"];
        kinds
            .iter()
            .any(|kind| plan.contains(&format!("{kind} {alias}")))
    };
    let on_sqlite = ["b", "c", "u", "v", "k", "s", "h"].iter().any(|alias| {
        let scan = format!("SCAN {alias}");
        (line == scan || line.starts_with(&format!("{scan} "))) && !is_found(alias)
    });
    on_postgres || on_sqlite
}

fn classes() -> Vec<Vec<Class>> {
    vec![
        vec![Class::Upcoming],
        vec![Class::Recurring],
        vec![Class::Past],
        vec![Class::Cancelled],
        vec![Class::Unconfirmed],
        vec![Class::Past, Class::Unconfirmed],
        vec![Class::Upcoming, Class::Cancelled],
    ]
}

/// Every way to narrow a list, alone and in the company that the api puts it in.
fn filters() -> Vec<Filter> {
    let none = Filter::default;
    let mut filters = vec![
        none(),
        Filter {
            event_types: vec![event_type(1)],
            ..none()
        },
        Filter {
            event_types: vec![event_type(1), event_type(2)],
            ..none()
        },
        Filter {
            uid: Some(BookingUid::from_text("uid-5")),
            ..none()
        },
        Filter {
            terms: vec!["one".to_owned()],
            ..none()
        },
        Filter {
            terms: vec!["one".to_owned(), "two".to_owned()],
            ..none()
        },
        Filter {
            after_start: Some(at(0)),
            ..none()
        },
        Filter {
            before_end: Some(at(0)),
            ..none()
        },
        Filter {
            after_created: Some(at(0)),
            ..none()
        },
        Filter {
            before_created: Some(at(0)),
            ..none()
        },
        Filter {
            after_updated: Some(at(0)),
            ..none()
        },
        Filter {
            before_updated: Some(at(0)),
            ..none()
        },
    ];
    filters.extend(
        classes()
            .into_iter()
            .map(|classes| Filter { classes, ..none() }),
    );
    let of_one = filters.iter().map(|filter| Filter {
        provider: Some(provider(1)),
        ..filter.clone()
    });
    let of_one: Vec<Filter> = of_one.collect();
    filters.extend(of_one);
    filters
}

#[tokio::test]
async fn no_list_of_bookings_reads_the_whole_table() {
    for database in databases(&Bookings).await {
        fill(&database, &[ROWS, SEATS, SHARES]).await;
        let mut found = Vec::new();
        for filter in filters() {
            for sort in [SortBy::Start, SortBy::End, SortBy::Created, SortBy::Updated] {
                for descending in [false, true] {
                    let page = Page {
                        sort,
                        descending,
                        skip: 0,
                        take: 100,
                    };
                    let listing = Listing {
                        tenant: tenant(),
                        now: at(0),
                        filter: &filter,
                    };
                    let statements = [
                        listing.page_statement(&database, page),
                        listing.crossed_statement(&database, at(-60), at(0)),
                    ];
                    let counts = listing.count_statements(&database);
                    for statement in statements.into_iter().chain(counts) {
                        let plan = plan(&database, &statement.text, statement.params).await;
                        if plan.iter().any(|line| is_whole(line, &plan)) {
                            let plan = plan.join("\n");
                            found.push(format!("{filter:?} {sort:?} {descending}\n{plan}"));
                        }
                    }
                }
            }
        }
        assert!(found.is_empty(), "{}: {}", found.len(), found.join("\n\n"));
    }
}

/// Every way to narrow a list of composite bookings, alone and for a provider.
fn filters_of_composites() -> Vec<composites::Filter> {
    let none = composites::Filter::default;
    let mut filters = vec![
        none(),
        composites::Filter {
            statuses: vec![CompositeStatus::Stuck],
            ..none()
        },
        composites::Filter {
            statuses: vec![CompositeStatus::Stuck, CompositeStatus::Confirmed],
            ..none()
        },
        composites::Filter {
            terms: vec!["one".to_owned()],
            ..none()
        },
        composites::Filter {
            from: Some(at(0)),
            to: Some(at(600)),
            ..none()
        },
        composites::Filter {
            after_created: Some(at(0)),
            ..none()
        },
        composites::Filter {
            before_created: Some(at(-1)),
            ..none()
        },
    ];
    let of_one: Vec<_> = filters
        .iter()
        .map(|filter| composites::Filter {
            providers: vec![provider(1)],
            ..filter.clone()
        })
        .collect();
    filters.extend(of_one);
    filters
}

#[tokio::test]
async fn no_list_of_composite_bookings_reads_the_whole_table() {
    let last = After {
        start: at(0),
        composite: CompositeId::from_uuid(uuid::Uuid::nil()),
    };
    for database in databases(&Composites).await {
        fill(&database, &[COMPOSITES, SEGMENTS]).await;
        let mut found = Vec::new();
        for filter in filters_of_composites() {
            for after in [None, Some(last)] {
                let listing = composites::Listing {
                    tenant: tenant(),
                    filter: &filter,
                    after,
                    take: 51,
                };
                let statement = listing.statement(&database);
                let plan = plan(&database, &statement.text, statement.params).await;
                if plan.iter().any(|line| is_whole(line, &plan)) {
                    found.push(format!("{filter:?}\n{}", plan.join("\n")));
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n\n"));
    }
}
