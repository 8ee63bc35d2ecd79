//! Where a request comes from: the peer, or, where the peer is a trusted proxy, whom it says it speaks for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use super::Api;
use crate::config::TrustedProxies;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client at hand, IPv4 as such. Absent where a request did not come over a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Tells every request where it comes from.
pub async fn find(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let address = client(peer.ip(), request.headers(), &api.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// Each proxy adds whom it heard from at the end; so the list is read from there, as long as trusted proxies speak.
/// What a client wrote itself stands further left and is never reached.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut believed = peer.to_canonical();
    let values: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let mut heard_from = values.iter().flat_map(|text| text.split(',')).rev();
    while trusted.contains(believed) {
        let Some(address) = heard_from.next().and_then(|text| parsed(text.trim())) else {
            break;
        };
        believed = address;
    }
    believed
}

/// An address, with a port or without.
fn parsed(text: &str) -> Option<IpAddr> {
    let address = text
        .parse::<IpAddr>()
        .or_else(|_source| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::client;

    fn told(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(super::FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let trusted = "10.0.0.0/8".parse().unwrap();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(told("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            told("::ffff:10.0.0.1", &["198.51.100.1:4711"]),
            "198.51.100.1"
        );
        // The client wrote the first address itself.
        assert_eq!(
            told("10.0.0.1", &["192.0.2.66, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            told("10.0.0.1", &["198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            told("10.0.0.1", &["198.51.100.1", "10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(told("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(told("10.0.0.1", &["unknown"]), "10.0.0.1");
    }
}
