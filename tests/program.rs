//! The program: refuses what is unsafe, prints one object, finds again what it has created.

use crate::harness::database::TestDatabase;
use crate::harness::program::Program;
use crate::harness::rows::Rows;
use crate::harness::{Kind, Salon, times};

fn on_an_empty_file(promise: impl AsyncFnOnce(Program)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let database = TestDatabase::create(Kind::Sqlite).await;
        promise(Program::on(&database)).await;
        database.remove().await;
    });
}

async fn refusal(program: &Program, arguments: &[&str]) -> String {
    let (status, stdout, stderr) = program.output(arguments).await;
    assert_eq!(status.code(), Some(1), "{stdout}{stderr}");
    assert_eq!(stdout, "");
    stderr
}

#[test]
fn an_unknown_variable_is_named() {
    on_an_empty_file(async |program| {
        let stderr = refusal(&program.with("DAYBOOK_LISTNE", "x"), &["serve"]).await;
        assert!(
            stderr.contains("unknown variable DAYBOOK_LISTNE"),
            "{stderr}"
        );
    });
}

#[test]
fn postgres_without_a_master_key_is_refused() {
    on_an_empty_file(async |program| {
        let program = program
            .without("DAYBOOK_MASTER_KEY")
            .with("DAYBOOK_DATABASE_URL", "postgres://127.0.0.1:1/none");
        let stderr = refusal(&program, &["serve"]).await;
        assert!(
            stderr.contains("master-key is needed on Postgres"),
            "{stderr}"
        );
    });
}

#[test]
fn a_weak_secret_is_refused_and_not_repeated() {
    on_an_empty_file(async |program| {
        let stderr = refusal(&program.with("DAYBOOK_JWT_SECRET", "hunter2"), &["serve"]).await;
        assert!(
            stderr.contains("jwt-secret is shorter than 32 bytes"),
            "{stderr}"
        );
        assert!(!stderr.contains("hunter2"));
    });
}

#[test]
fn nothing_needs_to_be_set_to_start() {
    on_an_empty_file(async |program| {
        let program = program
            .without("DAYBOOK_MASTER_KEY")
            .without("DAYBOOK_JWT_SECRET")
            .without("DAYBOOK_JWT_ISSUER")
            .without("DAYBOOK_JWT_AUDIENCE");
        program.serve().stop();
        program.serve().stop();
    });
}

/// Tables that are derived, with their rows.
async fn read_models(salon: &Salon) -> Vec<(&'static str, Vec<serde_json::Value>)> {
    let mut rows = Rows::of(salon.database()).await;
    let tables = rows.tables().await;
    let mut models = Vec::new();
    for table in [
        "providers",
        "provider_schedules",
        "event_types",
        "bookings",
        "booking_seats",
    ] {
        // A rebuild leaves the rows in tables of a new version: `bookings_v2`.
        let versions = tables.iter().filter(|name| {
            name.strip_prefix(table)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("_v"))
        });
        let versions: Vec<_> = versions.collect();
        assert_eq!(versions.len(), 1, "{tables:?}");
        models.push((table, rows.documents(versions[0]).await));
    }
    rows.close().await;
    models
}

on_both_databases! {
    async fn the_doctor_finds_nothing_wrong(salon: &mut Salon) {
        let report = salon.program().stdout(&["doctor"]).await;
        assert!(report.contains("database   open"), "{report}");
        assert!(!report.contains("PROBLEM"), "{report}");
        assert!(!report.contains("bWFzdGVy"), "a secret is shown: {report}");
    }

    async fn a_tenant_is_never_without_its_owners_key(salon: &mut Salon) {
        let both = "select count(*) from events as created join events as issued
            on issued.tenant = created.tenant and issued.command_id = created.command_id
            where created.event_type = 'TenantCreated' and issued.event_type = 'ApiKeyIssued'";
        assert_eq!(salon.database().integer(both).await, 1);
    }

    async fn commands_work_beside_a_server(salon: &mut Salon) {
        let tenant = salon.tenant.id.clone();
        let program = salon.program();
        let added = program.json(&["key", "add", "--tenant", &tenant, "--role", "auditor"]).await;
        assert_eq!(added.as_object().map(serde_json::Map::len), Some(1), "{added}");
        let auditor = added["apiKey"].as_str().expect("a key").to_owned();
        assert!(auditor.starts_with("cal_"), "{auditor}");

        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let history = client.bookings(reqwest::Method::GET, &format!("/{uid}/history"));
        client.send(history.bearer_auth(&auditor)).await.expect(200);

        let taken = ["provider", "add", "--tenant", &tenant, "--name", "A", "--email",
            "a@example.org", "--username", "ana", "--time-zone", "UTC"];
        let stderr = refusal(program, &taken).await;
        assert!(stderr.contains("Username is taken"), "{stderr}");
    }

    async fn a_rebuild_changes_nothing(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        client.reschedule(&uid, times::slot(1)).await.expect(201);
        client.cancel(&client.book(times::slot(5)).await.expect(201).uid()).await.expect(200);
        let seats = serde_json::json!({"seatsPerTimeSlot": 3, "showAttendeeInfo": true, "showAvailabilityCount": true});
        let mut seated = client.clone();
        seated.event_type = salon.event_type(serde_json::json!({"slug": "seats", "seats": seats})).await;
        for _ in 0..2 {
            seated.book(times::slot(8)).await.expect(201);
        }
        let listed = client.list().await.expect(200).data();
        salon.take_server().stop();
        let before = read_models(salon).await;
        assert!(before.iter().all(|(table, rows)| !rows.is_empty() || panic!("{table} is empty")));

        let names = salon.program().stdout(&["projections", "list"]).await;
        for name in names.lines().filter_map(|line| line.split_whitespace().next()) {
            salon.program().stdout(&["projections", "rebuild", name]).await;
        }

        for (rebuilt, inline) in read_models(salon).await.iter().zip(&before) {
            assert_eq!(rebuilt, inline);
        }
        salon.start();
        assert_eq!(salon.client().list().await.expect(200).data(), listed);
    }

    async fn the_demo_finds_its_clinic_again(salon: &mut Salon) {
        salon.take_server().stop();
        let first = salon.program().listening(&["demo"]);
        let printed = first.printed().to_vec();
        first.stop();
        let second = salon.program().listening(&["demo"]);
        let is_fixed = |line: &&String| {
            ["tenant ", "owner key ", "provider ", "event type "].iter().any(|start| line.starts_with(start))
        };
        let fixed: Vec<_> = printed.iter().filter(is_fixed).collect();
        assert_eq!(fixed.len(), 1 + 1 + 3 + 4, "{printed:#?}");
        assert_eq!(second.printed().iter().filter(is_fixed).collect::<Vec<_>>(), fixed);
        let curl = |line: &&String| line.contains("curl ");
        assert_eq!(printed.iter().filter(curl).count(), 6);
        second.stop();
        salon.start();
    }
}
