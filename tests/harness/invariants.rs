//! What must hold whenever no server runs, whatever a test did.

use super::database::TestDatabase;
use super::program::Program;

/// Claims of one provider that overlap although they have different owners.
const OVERLAPS: &str = "
select count(*) from claims a join claims b
    on a.tenant = b.tenant and a.provider = b.provider and a.claim < b.claim and a.owner <> b.owner
   and a.starts_at < b.ends_at and b.starts_at < a.ends_at";

/// Tenants whose positions are not 1..n.
const HOLES: &str = "
select count(*) from (
    select count(*) as events, min(position) as first, max(position) as last from events group by tenant) log
 where first <> 1 or last <> events";

/// Tenants whose head is not the last position.
const HEADS: &str = "
select count(*) from heads
 where position <> (select count(*) from events where events.tenant = heads.tenant)";

/// Streams whose version is not the number of their events.
const VERSIONS: &str = "
select count(*) from streams
 where version <> (select count(*) from events
                    where events.tenant = streams.tenant and aggregate_type = streams.kind
                      and aggregate_id = cast(streams.id as text))";

/// Events recorded before the event at the position before.
const CLOCKS: &str = "
select count(*) from events later join events earlier
    on earlier.tenant = later.tenant and earlier.position = later.position - 1
 where later.recorded_at < earlier.recorded_at";

/// Asserts all of it; the server must be stopped.
pub(crate) async fn assert_all(database: &TestDatabase, program: &Program) {
    assert_eq!(database.integer(OVERLAPS).await, 0, "claims overlap");
    assert_eq!(database.integer(HOLES).await, 0, "positions are not 1..n");
    assert_eq!(
        database.integer(HEADS).await,
        0,
        "a head is not the end of its log"
    );
    assert_eq!(
        database.integer(VERSIONS).await,
        0,
        "a version is not the number of events"
    );
    assert_eq!(database.integer(CLOCKS).await, 0, "recorded_at goes back");

    let names = program.stdout(&["projections", "list"]).await;
    assert!(
        names.lines().count() >= 3,
        "read models are missing: {names}"
    );
    for name in names
        .lines()
        .filter_map(|line| line.split_whitespace().next())
    {
        program.stdout(&["projections", "check", name]).await;
    }
}
