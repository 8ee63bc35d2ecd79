//! Limits on requests: over them nothing is executed, and every answer tells what is left.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::harness::program::Server;
use crate::harness::salon::Client;
use crate::harness::{Answer, Salon, times};

/// Limit, what is left, and seconds until all of it is there again.
fn told(answer: &Answer) -> Option<(u32, u32, u64)> {
    let number = |name: &str| -> Option<u64> {
        let name = format!("x-ratelimit-{name}-default");
        let text = answer.headers.get(name)?.to_str().expect("a number");
        Some(text.parse().expect("a number"))
    };
    let small = |large: u64| u32::try_from(large).expect("a small number");
    Some((
        small(number("limit")?),
        small(number("remaining")?),
        number("reset")?,
    ))
}

/// A client of a server of its own, with such settings: whoever holds the server ends it.
fn serve(salon: &mut Salon, settings: &[(&'static str, &str)]) -> (Client, Server) {
    salon.take_server().stop();
    let mut program = salon.program().clone();
    for (name, value) in settings {
        program = program.with(name, value);
    }
    let server = program.serve();
    (salon.client_of(&server), server)
}

fn slots(client: &Client) -> RequestBuilder {
    let path = "/v2/slots?eventTypeId=1&start=2031-03-04&end=2031-03-04";
    client
        .request(Method::GET, path)
        .header("cal-api-version", "2024-09-04")
}

fn me(client: &Client, key: &str) -> RequestBuilder {
    client.request(Method::GET, "/v2/me").bearer_auth(key)
}

on_both_databases! {
    async fn every_answer_tells_what_is_left(salon: &mut Salon) {
        let (client, server) = serve(salon, &[("DAYBOOK_RATE_LIMIT", "6/3600")]);
        let anonymous = [
            (slots(&client), 200),
            (client.request(Method::GET, "/v2/nowhere"), 404),
            (client.request(Method::GET, "/api/v2/nowhere"), 404),
            (client.bookings(Method::GET, ""), 403),
            (client.bookings(Method::PUT, ""), 405),
        ];
        let mut left = 6;
        for (request, status) in anonymous {
            let answer = client.send(request).await.expect(status);
            left -= 1;
            let reset = u64::from(6 - left) * 600;
            assert_eq!(told(&answer), Some((6, left, reset)), "{}", answer.text);
        }
        for after in [5, 4] {
            let known = client.send(me(&client, &client.owner_key)).await.expect(200);
            assert_eq!(told(&known).map(|told| told.1), Some(after));
        }
        for path in ["/livez", "/readyz", "/openapi.json"] {
            let answer = client.send(client.request(Method::GET, path)).await.expect(200);
            assert_eq!(told(&answer), None, "{path}");
        }
        server.stop();
    }

    async fn over_the_limit_nothing_is_executed(salon: &mut Salon) {
        let (client, server) = serve(salon, &[("DAYBOOK_RATE_LIMIT", "3/3600")]);
        for index in 0..3 {
            client.book(times::slot(index)).await.expect(201);
        }

        let refused = client.book(times::slot(3)).await.expect(429);

        assert_eq!(told(&refused).map(|told| (told.0, told.1)), Some((3, 0)));
        let wait = refused.headers["retry-after"].to_str().expect("a number");
        assert!((1..=1_200).contains(&wait.parse().expect("seconds")), "{wait}");
        let body = refused.json();
        assert_eq!(body["error"]["code"], "ThrottlerException");
        assert_eq!(body["error"]["details"]["statusCode"], 429);
        let bookings = "select count(*) from bookings";
        assert_eq!(salon.database().integer(bookings).await, 3);

        // Own paths have own documents.
        let (client, key) = (client.clone(), &salon.tenant.owner_key);
        for _ in 0..3 {
            client.send(me(&client, key)).await.expect(200);
        }
        let providers = client.request(Method::GET, "/v2/providers").bearer_auth(key);
        let problem = client.send(providers).await.expect(429).json();
        let kind = problem["type"].as_str().expect("a problem has a type");
        assert!(kind.ends_with("/problems/quota-exceeded"), "{kind}");
        server.stop();
    }

    async fn callers_are_counted_apart(salon: &mut Salon) {
        let (client, server) = serve(salon, &[("DAYBOOK_RATE_LIMIT", "2/3600")]);
        let (owner, provider) = (&salon.tenant.owner_key, &salon.tenant.provider_key);
        for key in [owner, provider] {
            for _ in 0..2 {
                client.send(me(&client, key)).await.expect(200);
            }
            client.send(me(&client, key)).await.expect(429);
        }
        client.send(slots(&client)).await.expect(200);
        server.stop();
    }

    async fn invented_keys_are_counted_for_their_address(salon: &mut Salon) {
        let (client, server) = serve(salon, &[("DAYBOOK_RATE_LIMIT", "4/3600")]);
        client.send(me(&client, &salon.tenant.owner_key)).await.expect(200);
        let mut statuses = Vec::new();
        for index in 0..5 {
            let invented = format!("cal_{index}");
            statuses.push(client.send(me(&client, &invented)).await.status.as_u16());
        }
        assert_eq!(statuses, [401, 401, 401, 429, 429]);
        client.send(me(&client, &salon.tenant.owner_key)).await.expect(200);
        client.send(slots(&client)).await.expect(200);
        server.stop();
    }

    async fn behind_a_trusted_proxy_the_client_is_counted(salon: &mut Salon) {
        let settings = [("DAYBOOK_RATE_LIMIT", "1/3600"), ("DAYBOOK_TRUSTED_PROXIES", "127.0.0.0/8")];
        let (client, server) = serve(salon, &settings);
        for (address, status) in [
            ("203.0.113.7", 200),
            ("203.0.113.8", 200),
            ("203.0.113.7", 429),
            // What a client claims before the proxy's word does not count.
            ("198.51.100.1, 203.0.113.7", 429),
        ] {
            client.send(slots(&client).header("X-Forwarded-For", address)).await.expect(status);
        }
        server.stop();
    }

    async fn nobody_else_is_believed(salon: &mut Salon) {
        let (client, server) = serve(salon, &[("DAYBOOK_RATE_LIMIT", "1/3600")]);
        for (address, status) in [("203.0.113.7", 200), ("203.0.113.8", 429)] {
            client.send(slots(&client).header("X-Forwarded-For", address)).await.expect(status);
        }
        server.stop();
    }

    async fn by_default_the_limits_are_those_of_cal_com(salon: &mut Salon) {
        salon.take_server().stop();
        let server = salon.program().clone().without("DAYBOOK_RATE_LIMIT").serve();
        let client = salon.client_of(&server);
        let first = client.send(slots(&client)).await.expect(200);
        assert_eq!(told(&first).map(|told| (told.0, told.1)), Some((120, 119)));
        let mut statuses = Vec::new();
        for _ in 0..6 {
            let guests = json!({"guests": [{"email": "karlis@example.org"}]});
            let guests = client.bookings(Method::POST, "/none/guests").json(&guests);
            let answer = client.send(guests.bearer_auth(&salon.tenant.owner_key)).await;
            assert_eq!(told(&answer).map(|told| told.0), Some(5));
            statuses.push(answer.status.as_u16() == 429);
        }
        assert_eq!(statuses, [false, false, false, false, false, true]);
        server.stop();
    }
}
