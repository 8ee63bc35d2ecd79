//! Runs: closed (every client waits for its answer) and open (bookings arrive when they arrive).

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use tokio::time::Instant;

use super::Outcome;
use super::calendar::Calendar;
use super::figures::Figures;
use super::http::{Answer, Connection};
use super::prepare::Tenant;

/// One tenant's clients. Everything is of one thread: cells are enough.
#[derive(Debug)]
pub(crate) struct Load {
    shared: Rc<Shared>,
    wanted: Wanted,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// A booking.
    Booking,
    /// A booking, with an `Idempotency-Key`.
    KeyedBooking,
    /// A composite booking of two segments with two providers, one after the other.
    Composite,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    tenant: Tenant,
    calendar: RefCell<Calendar>,
    /// Of the pairs.
    pairs: RefCell<Calendar>,
    /// Bookings asked for, so that every guest is somebody else.
    asked: Cell<u64>,
    /// Bookings answered with 201.
    answered: Cell<u64>,
}

/// Which answers a run waits for.
#[derive(Clone, Copy, Debug)]
enum Arrivals {
    /// The next booking follows the answer, until then.
    Closed { until: Instant },
    /// The bookings arrive at a fixed distance.
    Open {
        first: Instant,
        distance: Duration,
        count: u32,
    },
}

impl Load {
    /// Clients of the server at `address`.
    pub(crate) fn new(address: SocketAddr, tenant: &Tenant) -> Self {
        Self {
            shared: Rc::new(Shared {
                address,
                calendar: RefCell::new(Calendar::new(tenant.event_types.len())),
                pairs: RefCell::new(Calendar::new(tenant.pairs.len())),
                tenant: tenant.clone(),
                asked: Cell::new(0),
                answered: Cell::new(0),
            }),
            wanted: Wanted::Booking,
        }
    }

    /// The same clients, which send an `Idempotency-Key` with every booking.
    pub(crate) fn keyed(&self) -> Self {
        self.wanting(Wanted::KeyedBooking)
    }

    /// The same clients, which ask for composite bookings of two segments.
    pub(crate) fn composites(&self) -> Self {
        self.wanting(Wanted::Composite)
    }

    fn wanting(&self, wanted: Wanted) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
            wanted,
        }
    }

    /// `clients` at once, each waiting for its answer before it asks again.
    pub(crate) async fn closed(&self, clients: u32, time: Duration) -> Outcome<Figures> {
        let until = Instant::now() + time;
        self.run(clients, Arrivals::Closed { until }).await
    }

    /// `per_second` bookings arrive whether or not earlier ones are answered; the time until a client is free to ask
    /// is part of the latency.
    pub(crate) async fn open(
        &self,
        per_second: u64,
        clients: u32,
        time: Duration,
    ) -> Outcome<Figures> {
        let per_second = u32::try_from(per_second.max(1))?;
        let arrivals = Arrivals::Open {
            first: Instant::now(),
            distance: Duration::from_secs(1) / per_second,
            count: per_second * u32::try_from(time.as_secs())?,
        };
        self.run(clients, arrivals).await
    }

    async fn run(&self, clients: u32, arrivals: Arrivals) -> Outcome<Figures> {
        let started = Instant::now();
        let arrived = Rc::new(Cell::new(0));
        let tasks = LocalSet::new();
        let running: Vec<_> = (0..clients)
            .map(|_| {
                let client = Client {
                    shared: Rc::clone(&self.shared),
                    wanted: self.wanted,
                    arrived: Rc::clone(&arrived),
                };
                tasks.spawn_local(client.run(arrivals))
            })
            .collect();
        let latencies = tasks.run_until(async {
            let mut latencies = Vec::new();
            for client in running {
                latencies.extend(client.await??);
            }
            Outcome::Ok(latencies)
        });
        Ok(Figures::new(latencies.await?, started.elapsed()))
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Outcome<Connection> {
        Connection::open(self.shared.address).await
    }

    /// A request without body.
    pub(crate) fn get(&self, path: &str, version: &str) -> Vec<u8> {
        let key = &self.shared.tenant.api_key;
        format!(
            "GET {path} HTTP/1.1\r\nHost: daybook\r\nAuthorization: Bearer {key}\r\n\
             cal-api-version: {version}\r\n\r\n"
        )
        .into_bytes()
    }

    /// Books one slot of an event type, and says how long it took.
    pub(crate) async fn book(
        &self,
        connection: &mut Connection,
        event_type: i32,
        start: &str,
    ) -> Outcome<Duration> {
        let asked = Instant::now();
        self.shared
            .book(connection, event_type, start, false)
            .await?;
        Ok(asked.elapsed())
    }

    /// Compares what was answered with what the server lists.
    pub(crate) async fn verify(&self, others: u64) -> Outcome<()> {
        let mut connection = self.connect().await?;
        let request = self.get("/v2/bookings?take=1", "2024-08-13");
        let answer = connection.send(&request).await?;
        let listed: serde_json::Value = serde_json::from_str(answer.body)?;
        let expected = self.shared.answered.get() + others;
        match listed["pagination"]["totalItems"].as_u64() {
            Some(listed) if listed == expected => Ok(()),
            listed => {
                Err(format!("{expected} bookings were answered, {listed:?} are listed").into())
            }
        }
    }
}

struct Client {
    shared: Rc<Shared>,
    wanted: Wanted,
    arrived: Rc<Cell<u32>>,
}

impl Client {
    async fn run(self, arrivals: Arrivals) -> Outcome<Vec<Duration>> {
        let mut connection = Connection::open(self.shared.address).await?;
        let mut latencies = Vec::new();
        while let Some(arrival) = self.next(arrivals) {
            tokio::time::sleep_until(arrival).await;
            self.ask(&mut connection).await?;
            latencies.push(arrival.elapsed());
        }
        Ok(latencies)
    }

    async fn ask(&self, connection: &mut Connection) -> Outcome<()> {
        let shared = &self.shared;
        match self.wanted {
            Wanted::Booking | Wanted::KeyedBooking => {
                let (provider, start) = shared.calendar.borrow_mut().next();
                let event_type = shared.tenant.event_types[provider];
                let is_keyed = self.wanted == Wanted::KeyedBooking;
                shared.book(connection, event_type, &start, is_keyed).await
            }
            Wanted::Composite => {
                let (pair, start) = shared.pairs.borrow_mut().next_pair();
                let event_types = shared.tenant.pairs[pair];
                shared.book_both(connection, event_types, &start).await
            }
        }
    }

    /// When the next booking of this client arrives; `None` at the end of the run.
    fn next(&self, arrivals: Arrivals) -> Option<Instant> {
        match arrivals {
            Arrivals::Closed { until } => {
                let now = Instant::now();
                (now < until).then_some(now)
            }
            Arrivals::Open {
                first,
                distance,
                count,
            } => {
                let number = self.arrived.get();
                self.arrived.set(number + 1);
                (number < count).then(|| first + distance * number)
            }
        }
    }
}

impl Shared {
    /// Books and checks the answer: accepted, and for the slot that was asked for.
    async fn book(
        &self,
        connection: &mut Connection,
        event_type: i32,
        start: &str,
        is_keyed: bool,
    ) -> Outcome<()> {
        let guest = self.asked.get();
        self.asked.set(guest + 1);
        let body = format!(
            r#"{{"eventTypeId":{event_type},"start":"{start}","attendee":{{"name":"Guest {guest}","email":"guest{guest}@example.org","timeZone":"Europe/Riga"}}}}"#
        );
        let key = if is_keyed {
            format!("Idempotency-Key: booking-{guest}\r\n")
        } else {
            String::new()
        };
        let request = format!(
            "POST /v2/bookings HTTP/1.1\r\nHost: daybook\r\nAuthorization: Bearer {}\r\n\
             cal-api-version: 2024-08-13\r\nContent-Type: application/json\r\n{key}\
             Content-Length: {}\r\n\r\n{body}",
            self.tenant.api_key,
            body.len()
        );
        let answer = connection.send(request.as_bytes()).await?;
        let slot = format!(r#""start":"{}.000Z""#, start.trim_end_matches('Z'));
        let is_booked = answer.status == 201
            && answer.body.contains(r#""status":"accepted""#)
            && answer.body.contains(&slot);
        if !is_booked {
            let Answer { status, body: text } = answer;
            return Err(format!("booking {start} was answered {status}: {text}").into());
        }
        self.answered.set(self.answered.get() + 1);
        Ok(())
    }

    /// Books two segments, one after the other, and checks the answer: both stand.
    async fn book_both(
        &self,
        connection: &mut Connection,
        [first, second]: [i32; 2],
        start: &str,
    ) -> Outcome<()> {
        let guest = self.asked.get();
        self.asked.set(guest + 1);
        let body = format!(
            r#"{{"segments":[{{"eventTypeId":{first},"start":"{start}"}},{{"eventTypeId":{second},"gapMinutes":0}}],"attendee":{{"name":"Guest {guest}","email":"guest{guest}@example.org","timeZone":"Europe/Riga"}}}}"#
        );
        let request = format!(
            "POST /v2/composite-bookings HTTP/1.1\r\nHost: daybook\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nIdempotency-Key: composite-{guest}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.tenant.api_key,
            body.len()
        );
        let answer = connection.send(request.as_bytes()).await?;
        if answer.status != 201 || !answer.body.contains(r#""status":"confirmed""#) {
            let Answer { status, body: text } = answer;
            return Err(format!("composite {start} was answered {status}: {text}").into());
        }
        self.answered.set(self.answered.get() + 2);
        Ok(())
    }
}
