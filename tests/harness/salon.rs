//! A salon: one tenant, one provider in UTC, one event type of half an hour; and the verbs of its clients.

use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::database::{Kind, TestDatabase};
use super::program::{Program, Server};
use super::{Answer, invariants, times};

/// One tenant with what it can offer.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) owner_key: String,
    pub(crate) provider_uid: String,
    pub(crate) provider_number: i64,
    pub(crate) provider_key: String,
    pub(crate) event_type: i64,
}

/// The world of one test.
#[derive(Debug)]
pub(crate) struct Salon {
    pub(crate) tenant: Tenant,
    // Killed before its database is removed.
    server: Option<Server>,
    client: reqwest::Client,
    program: Program,
    database: TestDatabase,
}

impl Salon {
    /// An empty database, a running server, a salon in it (made by commands beside the server).
    pub(crate) async fn open(kind: Kind) -> Self {
        let database = TestDatabase::create(kind).await;
        let program = Program::on(&database);
        Self::with(database, program).await
    }

    /// As [`Self::open`], with a database that is there and a program that may see it in another way.
    pub(crate) async fn with(database: TestDatabase, program: Program) -> Self {
        let server = program.serve();
        let tenant = found_tenant(&program, "Salon").await;
        Self {
            tenant,
            server: Some(server),
            client: reqwest::Client::new(),
            program,
            database,
        }
    }

    /// Stops the server and asserts what must always hold.
    pub(crate) async fn close(mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        invariants::assert_all(&self.database, &self.program).await;
        self.database.remove().await;
    }

    /// Another tenant in the same database.
    pub(crate) async fn neighbour(&self, name: &str) -> Tenant {
        found_tenant(&self.program, name).await
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.database.kind()
    }

    pub(crate) const fn database(&self) -> &TestDatabase {
        &self.database
    }

    pub(crate) const fn program(&self) -> &Program {
        &self.program
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().expect("a server runs")
    }

    /// Takes the server out, to end it in another way than [`Self::close`].
    pub(crate) fn take_server(&mut self) -> Server {
        self.server.take().expect("a server runs")
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.take_server().kill();
    }

    /// Starts a server again.
    pub(crate) fn start(&mut self) {
        self.server = Some(self.program.serve());
    }

    /// Starts a server again, with a setting of its own.
    pub(crate) fn start_with(&mut self, variable: &'static str, value: &str) {
        self.server = Some(self.program.clone().with(variable, value).serve());
    }

    /// The salon's tenant, as the library names it.
    pub(crate) fn tenant_id(&self) -> daybook::domain::id::TenantId {
        self.tenant.id.parse().expect("a tenant has a UUID")
    }

    /// A client of the server that runs now: cheap to clone into tasks.
    pub(crate) fn client(&self) -> Client {
        self.client_of(self.server())
    }

    /// A client of one of several servers.
    pub(crate) fn client_of(&self, server: &Server) -> Client {
        Client {
            http: self.client.clone(),
            url: server.url().to_owned(),
            event_type: self.tenant.event_type,
            owner_key: self.tenant.owner_key.clone(),
        }
    }

    /// See [`Client::book`].
    pub(crate) async fn book(&self, start: DateTime<Utc>) -> Answer {
        self.client().book(start).await
    }

    /// Creates an event type of the provider over the API; returns its number.
    pub(crate) async fn event_type(&self, settings: Value) -> i64 {
        let mut body =
            json!({"title": "Service", "lengthInMinutes": 30, "minimumBookingNotice": 0});
        merge(&mut body, settings);
        let client = self.client();
        let request = client
            .request(Method::POST, "/v2/event-types")
            .header("cal-api-version", "2024-06-14")
            .bearer_auth(&self.tenant.provider_key)
            .json(&body);
        let created = client.send(request).await.expect(201);
        created.data()["id"]
            .as_i64()
            .expect("an event type has a number")
    }
}

/// Adds the members of `more` to an object.
pub(crate) fn merge(object: &mut Value, more: Value) {
    let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) else {
        panic!("both are objects");
    };
    object.extend(more);
}

async fn found_tenant(program: &Program, name: &str) -> Tenant {
    let text = |value: &Value| value.as_str().expect("is text").to_owned();
    let tenant = program.json(&["tenant", "add", name]).await;
    let id = text(&tenant["tenantId"]);
    let provider = program
        .json(&[
            "provider",
            "add",
            "--tenant",
            &id,
            "--name",
            "Ana Roze",
            "--email",
            "ana@example.org",
            "--username",
            "ana",
            "--time-zone",
            "UTC",
        ])
        .await;
    let event_type = program
        .json(&[
            "event-type",
            "add",
            "--tenant",
            &id,
            "--provider",
            "ana",
            "--slug",
            "intro",
            "--title",
            "Intro",
            "--minutes",
            "30",
        ])
        .await;
    Tenant {
        owner_key: text(&tenant["apiKey"]),
        provider_uid: text(&provider["uid"]),
        provider_number: provider["id"].as_i64().expect("is a number"),
        provider_key: text(&provider["apiKey"]),
        event_type: event_type["id"].as_i64().expect("is a number"),
        id,
    }
}

/// A client of one server.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    pub(crate) event_type: i64,
    pub(crate) owner_key: String,
}

impl Client {
    /// The same client, of another tenant.
    pub(crate) fn of_tenant(&self, tenant: &Tenant) -> Self {
        Self {
            event_type: tenant.event_type,
            owner_key: tenant.owner_key.clone(),
            ..self.clone()
        }
    }

    /// The same client of another server.
    pub(crate) fn of(&self, server: &Server) -> Self {
        Self {
            url: server.url().to_owned(),
            ..self.clone()
        }
    }

    /// A request without credentials and version.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// A request to bookings as of 2024-08-13.
    pub(crate) fn bookings(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, &format!("/v2/bookings{path}"))
            .header("cal-api-version", "2024-08-13")
    }

    /// Sends a request whose connection must hold.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the server answers")
    }

    /// Sends a request; the connection may break.
    pub(crate) async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        Answer::read(request.send().await?).await
    }

    /// The body that books a slot.
    pub(crate) fn booking(&self, start: DateTime<Utc>) -> Value {
        json!({
            "eventTypeId": self.event_type,
            "start": times::text(start),
            "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"},
        })
    }

    /// Books half an hour.
    pub(crate) async fn book(&self, start: DateTime<Utc>) -> Answer {
        self.send(self.book_request(start)).await
    }

    /// As [`Self::book`], not sent yet.
    pub(crate) fn book_request(&self, start: DateTime<Utc>) -> RequestBuilder {
        self.bookings(Method::POST, "").json(&self.booking(start))
    }

    /// Books with an idempotency key; the connection may break.
    pub(crate) async fn book_once(
        &self,
        start: DateTime<Utc>,
        key: &str,
    ) -> reqwest::Result<Answer> {
        let request = self
            .book_request(start)
            .bearer_auth(&self.owner_key)
            .header("Idempotency-Key", format!("\"{key}\""));
        self.try_send(request).await
    }

    /// One booking.
    pub(crate) async fn booking_of(&self, uid: &str) -> Answer {
        self.send(self.bookings(Method::GET, &format!("/{uid}")))
            .await
    }

    /// Moves a booking.
    pub(crate) async fn reschedule(&self, uid: &str, start: DateTime<Utc>) -> Answer {
        let body = json!({"start": times::text(start), "reschedulingReason": "train strike"});
        let path = format!("/{uid}/reschedule");
        self.send(self.bookings(Method::POST, &path).json(&body))
            .await
    }

    /// Cancels a booking.
    pub(crate) async fn cancel(&self, uid: &str) -> Answer {
        let body = json!({"cancellationReason": "feeling better"});
        let path = format!("/{uid}/cancel");
        self.send(self.bookings(Method::POST, &path).json(&body))
            .await
    }

    /// Accepts a pending booking as its host.
    pub(crate) async fn confirm(&self, uid: &str, host_key: &str) -> Answer {
        let request = self.bookings(Method::POST, &format!("/{uid}/confirm"));
        self.send(request.bearer_auth(host_key)).await
    }

    /// Who did what with a booking.
    pub(crate) async fn history(&self, uid: &str) -> Answer {
        let request = self.bookings(Method::GET, &format!("/{uid}/history"));
        self.send(request.bearer_auth(&self.owner_key)).await
    }

    /// Free slots between two days, `YYYY-MM-DD`.
    pub(crate) async fn slots(&self, first: &str, last: &str) -> Answer {
        let path = format!(
            "/v2/slots?eventTypeId={}&start={first}&end={last}",
            self.event_type
        );
        let request = self
            .request(Method::GET, &path)
            .header("cal-api-version", "2024-09-04");
        self.send(request).await
    }

    /// Every booking, a page at most.
    pub(crate) async fn list(&self) -> Answer {
        let request = self.bookings(Method::GET, "?take=250&sortStart=asc");
        self.send(request.bearer_auth(&self.owner_key)).await
    }
}

/// The number of the tenant that a key is of.
pub(crate) async fn organization(client: &Client, key: &str) -> i64 {
    let me = client.request(Method::GET, "/v2/me").bearer_auth(key);
    let me = client.send(me).await.expect(200).data();
    me["organizationId"]
        .as_i64()
        .expect("a tenant has a number")
}
