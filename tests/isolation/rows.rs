//! Row-level security, by hand: the runtime role sees what the transaction's tenants are, in every table there is.

use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

use crate::harness::rows::Rows;
use crate::harness::{Kind, Salon, times};

/// Rows of a table that the runtime role sees and that match; `None` where it may not read the table at all.
async fn seen(connection: &mut PgConnection, table: &str, filter: &str) -> Option<i64> {
    let count = format!("select count(*) from {table} where {filter}");
    match sqlx::query(sqlx::AssertSqlSafe(count))
        .fetch_one(connection)
        .await
    {
        Ok(row) => Some(row.get(0)),
        Err(error) => {
            assert!(
                error.to_string().contains("permission denied"),
                "{table}: {error}"
            );
            None
        }
    }
}

/// A connection as the server's, without a tenant.
async fn runtime(salon: &Salon) -> PgConnection {
    let url = salon
        .database()
        .owner_url()
        .expect("row-level security is Postgres's");
    let mut connection = PgConnection::connect(&url).await.expect("Postgres answers");
    let role = connection.execute("set role daybook_runtime").await;
    role.expect("the login may become the runtime role");
    connection
}

async fn name(connection: &mut PgConnection, tenant: &str) {
    let named = format!("set daybook.tenants = '{tenant}'");
    connection
        .execute(sqlx::AssertSqlSafe(named))
        .await
        .expect("anybody may set it");
}

/// Two tenants with a row in every table, and those tables.
async fn two_tenants(salon: &Salon) -> (String, Vec<String>) {
    let neighbour = salon.neighbour("Neighbour").await;
    for tenant in [&salon.tenant, &neighbour] {
        super::Ids::of(salon, tenant, "zelma").await;
        let mut client = salon.client();
        client.event_type = tenant.event_type;
        client.owner_key.clone_from(&tenant.owner_key);
        client
            .book_once(times::slot(60), "k-1")
            .await
            .expect("answers")
            .expect(201);
        let both = [
            "event-type",
            "add",
            "--tenant",
            &tenant.id,
            "--provider",
            "ana",
            "--host",
            "zelma",
            "--scheduling",
            "collective",
            "--slug",
            "both",
            "--title",
            "Both",
            "--minutes",
            "30",
        ];
        let added = salon.program().json(&both).await;
        client.event_type = added["id"].as_i64().expect("a number");
        client.book(times::slot(62)).await.expect(201);
    }
    // Written every 500 events only.
    let snapshots = "insert into snapshots
        select tenant, kind, id, version, '', 1, hash, hash, 1, '{}' from streams";
    // Gone as soon as a saga has settled.
    let sagas = "insert into open_sagas (tenant, composite, state, since)
        select tenant, id, 'stuck', 1 from streams where kind = 'tenant'";
    for rows in [snapshots, sagas] {
        let written = salon.database().execute(rows).await;
        written.expect("a superuser may write");
    }
    let mut rows = Rows::of(salon.database()).await;
    let tables = rows.tables().await;
    for table in &tables {
        assert!(
            !rows.dump(table).await.is_empty(),
            "{table} is empty: nothing is proved"
        );
    }
    rows.close().await;
    (neighbour.id, tables)
}

/// Nobody's: one counter per kind of wire number, out of the runtime role's reach; and which version of a read model
/// is live, which it may read.
const GLOBAL: [&str; 2] = ["numbers", "read_models"];

#[test]
fn hand_written_sql_sees_nothing_without_a_tenant() {
    crate::harness::run(Kind::Postgres, async |salon: &mut Salon| {
        let (_, tables) = two_tenants(salon).await;
        assert!(12 < tables.len(), "{tables:?}");
        for setting in ["", "01890000-0000-7000-8000-000000000000"] {
            let mut connection = runtime(salon).await;
            if !setting.is_empty() {
                name(&mut connection, setting).await;
            }
            for table in &tables {
                let rows = seen(&mut connection, table, "true").await;
                match table.as_str() {
                    "numbers" => assert_eq!(rows, None),
                    "read_models" => assert!(rows > Some(0)),
                    table => assert_eq!(rows, Some(0), "{table}"),
                }
            }
            connection.close().await.expect("the connection closes");
        }
    });
}

#[test]
fn hand_written_sql_sees_only_the_tenant_that_is_named() {
    crate::harness::run(Kind::Postgres, async |salon: &mut Salon| {
        let (neighbour, tables) = two_tenants(salon).await;
        let mut connection = runtime(salon).await;
        name(&mut connection, &salon.tenant.id).await;
        let (own, theirs) = (&salon.tenant.id, &neighbour);
        for table in tables
            .iter()
            .filter(|table| !GLOBAL.contains(&table.as_str()))
        {
            let of = |tenant: &str| format!("tenant = '{tenant}'");
            assert!(
                seen(&mut connection, table, &of(own)).await > Some(0),
                "{table}"
            );
            assert_eq!(
                seen(&mut connection, table, &of(theirs)).await,
                Some(0),
                "{table}"
            );
            let others = format!("not tenant = '{own}'");
            assert_eq!(
                seen(&mut connection, table, &others).await,
                Some(0),
                "{table}"
            );
        }
        let planted = format!(
            "insert into streams (tenant, kind, id, version, hash)
             values ('{theirs}', 'provider', '{theirs}', 1, decode(repeat('00', 32), 'hex'))"
        );
        let planted = connection.execute(sqlx::AssertSqlSafe(planted)).await;
        let refused = planted
            .expect_err("a row of another tenant is refused")
            .to_string();
        assert!(refused.contains("row-level security"), "{refused}");
        connection.close().await.expect("the connection closes");
    });
}
