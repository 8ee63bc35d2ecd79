//! Who is counted for what, and that counting forgets.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, Request, header};
use governor::clock::FakeRelativeClock;

use super::limiter::Limiter;
use super::{Asker, ClientAddress, RateLimit, Throttle, is_counted};
use crate::config::Allowance;

fn three_a_minute() -> Allowance {
    Allowance {
        requests: NonZeroU32::new(3).unwrap(),
        window: Duration::from_mins(1),
    }
}

fn asker(address: &str, secret: Option<&str>, method: Method, path: &str) -> Asker {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(secret) = secret {
        request = request.header(header::AUTHORIZATION, secret);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    parts
        .extensions
        .insert(ClientAddress(address.parse().unwrap()));
    Asker::of(&parts)
}

fn asks(throttle: &Throttle, asker: &Asker) -> (u32, u32, bool) {
    let standing = throttle.count(asker, throttle.knows(asker));
    (standing.limit, standing.remaining, standing.wait.is_none())
}

fn recognise(throttle: &Throttle, secret: &'static str) {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_static(secret));
    throttle.recognise(&headers);
}

fn get(address: &str, secret: Option<&str>) -> Asker {
    asker(address, secret, Method::GET, "/v2/slots")
}

#[test]
fn limits_are_those_of_cal_com() {
    let throttle = Throttle::of(RateLimit::Standard).unwrap();
    recognise(&throttle, "Bearer cal_known");
    recognise(&throttle, "Bearer a.b.c");
    let address = "203.0.113.7";
    assert_eq!(asks(&throttle, &get(address, None)), (120, 119, true));
    assert_eq!(
        asks(&throttle, &get(address, Some("cal_known"))),
        (120, 119, true)
    );
    assert_eq!(
        asks(&throttle, &get(address, Some("Bearer a.b.c"))),
        (500, 499, true)
    );
    let guests = "/v2/bookings/abc/guests";
    let guests = asker(address, Some("cal_known"), Method::POST, guests);
    assert_eq!(asks(&throttle, &guests), (5, 4, true));
    let location = "/v2/bookings/abc/location";
    let location = asker(address, Some("cal_known"), Method::PATCH, location);
    for left in [4, 3, 2, 1, 0] {
        assert_eq!(asks(&throttle, &location), (5, left, true));
    }
    assert_eq!(asks(&throttle, &location), (5, 0, false));
    // The others are not used up by it.
    assert_eq!(asks(&throttle, &guests), (5, 3, true));
}

#[test]
fn invented_keys_are_counted_for_their_address() {
    let throttle = Throttle::of(RateLimit::Every(three_a_minute())).unwrap();
    recognise(&throttle, "cal_known");
    let allowed = (0..10).filter(|index| {
        let invented = format!("Bearer cal_{index}");
        asks(&throttle, &get("203.0.113.7", Some(&invented))).2
    });
    assert_eq!(allowed.count(), 3);
    assert_eq!(asks(&throttle, &get("203.0.113.7", None)), (3, 2, true));
    assert_eq!(
        asks(&throttle, &get("203.0.113.7", Some("cal_known"))),
        (3, 2, true)
    );
    // Neighbours of one IPv6 network are one client.
    for (host, left) in [
        ("2001:db8::1", 2),
        ("2001:db8::2", 1),
        ("2001:db8:0:1::1", 2),
    ] {
        assert_eq!(asks(&throttle, &get(host, None)), (3, left, true), "{host}");
    }
}

#[test]
fn an_allowance_comes_back_and_its_subject_is_forgotten() {
    let clock = FakeRelativeClock::default();
    let limiter = Limiter::with_clock(three_a_minute(), clock.clone());
    let standing = |subject: u32| {
        let standing = limiter.count(&subject);
        (standing.remaining, standing.reset_seconds, standing.wait)
    };
    assert_eq!(standing(0), (2, 20, None));
    assert_eq!(standing(0), (1, 40, None));
    assert_eq!(standing(0), (0, 60, None));
    assert_eq!(standing(0), (0, 60, Some(20)));
    clock.advance(Duration::from_secs(20));
    assert_eq!(standing(0), (0, 60, None));

    for subject in 1..4_000 {
        limiter.count(&subject);
    }
    assert_eq!(limiter.subjects(), 4_000);
    clock.advance(Duration::from_mins(2));
    for subject in 4_000..5_000 {
        limiter.count(&subject);
    }
    assert!(limiter.subjects() <= 1_000, "{}", limiter.subjects());
}

#[test]
fn probes_and_documents_are_not_counted() {
    assert!(is_counted("/v2/slots") && is_counted("/v2") && is_counted("/api/v2/x"));
    for path in [
        "/",
        "/livez",
        "/api/health/live",
        "/readyz",
        "/metrics",
        "/docs/",
        "/openapi.json",
        "/v20/slots",
    ] {
        assert!(!is_counted(path), "{path}");
    }
}
