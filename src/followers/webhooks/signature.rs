//! The signature of a body (`reference` § 7.2).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ledger::database::hex;

/// Name of the header with the signature.
pub const HEADER: &str = "X-Cal-Signature-256";
/// Name of the header with [`VERSION`].
pub const VERSION_HEADER: &str = "X-Cal-Webhook-Version";
/// The version of bodies.
pub const VERSION: &str = "2021-10-20";
/// Stands where there is no secret.
pub const NO_SECRET: &str = "no-secret-provided";

/// HMAC-SHA-256 of a body under a secret, lower-case hex; [`NO_SECRET`] without one.
///
/// # Panics
/// Never: HMAC takes keys of any length.
pub fn signature(secret: Option<&str>, body: &[u8]) -> String {
    let Some(secret) = secret else {
        return NO_SECRET.to_owned();
    };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `reference/connectors.md` § 0.4, RFC 4231 § 4.3.
    #[test]
    fn signatures_are_those_of_the_vectors() {
        let body = br#"{"triggerEvent":"BOOKING_CREATED"}"#;
        let signed = signature(Some("cal-test-secret"), body);
        assert_eq!(
            signed,
            "a7aae232048fd64ae97ce6a1e8d18609420b405d5d1f281e2a7c8b014531e69e"
        );
        let famous = signature(Some("Jefe"), b"what do ya want for nothing?");
        assert_eq!(
            famous,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(signature(None, body), "no-secret-provided");
    }
}
