//! Where Daybook may be sent by its users: never into the network it runs in (OWASP API7, server-side request forgery).
//!
//! An address is looked at when it is registered, as it is written ([`AddressGuard::check`]); names are resolved, and
//! every address they have is looked at again ([`AddressGuard::admits`]), when something is sent.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Names that are never public, whatever they resolve to.
const PRIVATE_ENDINGS: [&str; 5] = ["localhost", "local", "internal", "lan", "home.arpa"];

/// Decides which addresses may be called.
#[derive(Clone, Debug, Default)]
pub struct AddressGuard {
    allowed: BTreeSet<String>,
}

/// Why an address may not be called; the text is shown to whoever registers it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not an absolute http or https address.
    #[error("it must be an absolute http or https address")]
    NotHttp,
    /// It holds a user name or a password, which would end in logs.
    #[error("it must not hold a user name or password")]
    Credentials,
    /// Its host is in the network that Daybook runs in, or names none.
    #[error("private and local addresses are not allowed")]
    Private,
}

impl AddressGuard {
    /// A guard that lets through, beside what is public, these hosts: names or addresses, as URLs write them.
    pub fn new(allowed: impl IntoIterator<Item = String>) -> Self {
        let allowed = allowed.into_iter().map(|host| host.trim().to_lowercase());
        Self {
            allowed: allowed.filter(|host| !host.is_empty()).collect(),
        }
    }

    /// Looks at an address as it is written; every spelling of a number is read as URLs read it (`0x7f.1` is 127.0.0.1).
    ///
    /// # Errors
    /// The first of [`Refused`] that holds.
    pub fn check(&self, text: &str) -> Result<Url, Refused> {
        let url = Url::parse(text).map_err(|_source| Refused::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let host = url.host().ok_or(Refused::NotHttp)?;
        if self.is_allowed(&host) {
            return Ok(url);
        }
        let is_private = match host {
            Host::Domain(name) => is_private_name(name),
            Host::Ipv4(address) => !is_public(IpAddr::V4(address)),
            Host::Ipv6(address) => !is_public(IpAddr::V6(address)),
        };
        if is_private {
            return Err(Refused::Private);
        }
        Ok(url)
    }

    /// Whether an address that the host of a checked URL resolved to may be connected to.
    pub fn admits(&self, url: &Url, address: IpAddr) -> bool {
        is_public(address) || url.host().is_some_and(|host| self.is_allowed(&host))
    }

    fn is_allowed<T: AsRef<str>>(&self, host: &Host<T>) -> bool {
        let text = match host {
            Host::Domain(name) => name.as_ref().trim_end_matches('.').to_lowercase(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        self.allowed.contains(&text) || self.allowed.contains(&format!("[{text}]"))
    }
}

/// A name without a dot is looked for in the own network.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_lowercase();
    let ends = |ending: &&str| {
        name.strip_suffix(*ending)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !name.contains('.') || PRIVATE_ENDINGS.iter().any(ends)
}

/// Whether an address is of the public Internet (IANA's registries of special-purpose addresses, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || (a == 100 && 64 <= b && b < 128)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || 240 <= a)
}

/// Only global unicast, `2000::/3`, and of it nothing that leads back to an IPv4 address or is set apart.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_set_apart = a == 0x2001 && (b < 0x200 || b == 0xdb8);
    0x2000 <= a && a < 0x4000 && a != 0x2002 && !is_set_apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        let guard = AddressGuard::default();
        for host in [
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fc00::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:a00:1::]",
            "[ff02::1]",
            "[2001:db8::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "db",
            "metadata.google.internal",
        ] {
            let url = format!("http://{host}/hook");
            assert_eq!(guard.check(&url), Err(Refused::Private), "{url}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        let guard = AddressGuard::default();
        for url in [
            "https://hooks.example.org/cal",
            "http://93.184.216.34:8080/",
            "https://[2606:2800:220:1::1]/x",
            "https://172.32.0.1/",
            "https://localhost.example.org/",
        ] {
            assert!(guard.check(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_not_http_or_names_a_user_is_refused() {
        let guard = AddressGuard::default();
        for url in [
            "",
            "hooks.example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://",
        ] {
            assert_eq!(guard.check(url), Err(Refused::NotHttp), "{url}");
        }
        for url in [
            "https://ana@example.org/",
            "https://ana:secret@example.org/",
        ] {
            assert_eq!(guard.check(url), Err(Refused::Credentials), "{url}");
        }
    }

    #[test]
    fn hosts_that_are_named_are_allowed() {
        let allowed = ["127.0.0.1", " Hooks ", "::1", ""].map(str::to_owned);
        let guard = AddressGuard::new(allowed);
        for url in ["http://127.0.0.1:9/", "http://hooks/x", "http://[::1]/"] {
            let url = guard.check(url).unwrap();
            assert!(guard.admits(&url, IpAddr::V4(Ipv4Addr::LOCALHOST)), "{url}");
        }
        assert!(guard.check("http://127.0.0.2/").is_err());
        let public = guard.check("https://example.org/").unwrap();
        assert!(!guard.admits(&public, IpAddr::V4(Ipv4Addr::LOCALHOST)));
    }
}
