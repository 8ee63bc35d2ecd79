//! Attacks on tokens: every one is refused.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

const SECRET: &[u8] = b"a-secret-of-thirty-two-bytes-or-more";

fn verifier() -> TokenVerifier {
    TokenVerifier::hs256(SECRET, "https://id.example.org", "daybook")
}

fn now() -> Timestamp {
    Timestamp::from_timestamp(2_000_000_000, 0).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example.org", "aud": "daybook", "sub": "u-1", "exp": 2_000_000_600_i64,
        "iat": 2_000_000_000_i64, "role": "authenticated",
        "org_id": "0192f3c8-0000-7000-8000-000000000001",
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims();
    change(&mut claims);
    claims
}

fn signed(header: &Header, claims: &Value) -> String {
    encode(header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn accepts(claims: &Value) -> Result<Verified, TokenError> {
    verifier().verify(&signed(&Header::default(), claims), now())
}

#[test]
fn a_good_token_names_tenant_role_and_subject() {
    let verified = accepts(&claims()).unwrap();
    assert_eq!(verified.role, Role::Agent);
    assert_eq!(verified.subject, "u-1");
    assert_eq!(
        verified.tenant.unwrap().to_string(),
        "0192f3c8-0000-7000-8000-000000000001"
    );
}

#[test]
fn the_tenant_never_comes_from_user_metadata() {
    let claims = with(|claims| {
        claims.as_object_mut().unwrap().remove("org_id");
        claims["user_metadata"] = json!({"org_id": "0192f3c8-0000-7000-8000-000000000001"});
    });
    assert_eq!(accepts(&claims).unwrap().tenant, None);
}

#[test]
fn the_tenant_may_come_from_app_metadata() {
    let claims = with(|claims| {
        claims.as_object_mut().unwrap().remove("org_id");
        claims["app_metadata"] = json!({"org_id": "0192f3c8-0000-7000-8000-000000000001"});
    });
    assert!(accepts(&claims).unwrap().tenant.is_some());
}

#[test]
fn roles_follow_app_metadata_then_role_and_unknown_ones_are_anonymous() {
    let role = |app: Value, role: &str| {
        accepts(&with(|claims| {
            claims["app_metadata"] = app;
            claims["role"] = json!(role);
        }))
        .unwrap()
        .role
    };
    assert_eq!(role(json!({}), "service_role"), Role::Owner);
    assert_eq!(role(json!({}), "anon"), Role::Anonymous);
    assert_eq!(role(json!({}), "postgres"), Role::Anonymous);
    assert_eq!(
        role(json!({"daybook_role": "auditor"}), "service_role"),
        Role::Auditor
    );
    assert_eq!(
        role(json!({"daybook_role": "root"}), "service_role"),
        Role::Anonymous
    );
}

#[test]
fn wrong_claims_are_refused() {
    let refused = |change: fn(&mut Value)| assert!(accepts(&with(change)).is_err());
    refused(|claims| claims["iss"] = json!("https://evil.example.org"));
    refused(|claims| claims["iss"] = json!(["https://id.example.org", "x"]));
    refused(|claims| claims["aud"] = json!("other"));
    refused(|claims| claims["exp"] = json!(1_999_999_900_i64));
    refused(|claims| claims["exp"] = json!("2000000600"));
    refused(|claims| claims["nbf"] = json!(2_000_000_061_i64));
    refused(|claims| claims["iat"] = json!(2_000_000_061_i64));
    refused(|claims| claims["sub"] = json!(""));
    refused(|claims| claims["org_id"] = json!("not-a-uuid"));
    for name in ["iss", "aud", "sub", "exp"] {
        let claims = with(|claims| {
            claims.as_object_mut().unwrap().remove(name);
        });
        assert!(accepts(&claims).is_err(), "{name} is required");
    }
}

#[test]
fn clocks_may_differ_by_thirty_seconds() {
    let at = |seconds: i64| accepts(&with(|claims| claims["exp"] = json!(seconds))).is_ok();
    assert!(at(2_000_000_000 - 29));
    assert!(!at(2_000_000_000 - 30));
    assert!(!at(2_000_000_000 - 61));
}

#[test]
fn other_algorithms_and_forged_signatures_are_refused() {
    let good = signed(&Header::default(), &claims());
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (_, payload) = head.split_once('.').unwrap();
    // {"alg":"none","typ":"JWT"}, {"alg":"NoNe"}, {"alg":"RS256"}
    for header in [
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJOb05lIn0",
        "eyJhbGciOiJSUzI1NiJ9",
    ] {
        for end in ["", signature] {
            let token = format!("{header}.{payload}.{end}");
            assert!(verifier().verify(&token, now()).is_err());
        }
    }
    let hs512 = signed(&Header::new(Algorithm::HS512), &claims());
    assert!(verifier().verify(&hs512, now()).is_err());
    let other = encode(
        &Header::default(),
        &claims(),
        &EncodingKey::from_secret(b"another"),
    )
    .unwrap();
    assert!(verifier().verify(&other, now()).is_err());
    for token in [
        "",
        ".",
        "..",
        "a.b.c",
        &format!("{good}.x"),
        &format!("{good}="),
        "{\"payload\":\"\"}",
        head,
    ] {
        assert!(verifier().verify(token, now()).is_err());
    }
}

#[test]
fn keys_and_extensions_in_the_header_are_refused() {
    let refused = |change: fn(&mut Header)| {
        let mut header = Header::default();
        change(&mut header);
        assert!(
            verifier()
                .verify(&signed(&header, &claims()), now())
                .is_err()
        );
    };
    refused(|header| header.jku = Some("https://evil.example.org/keys".to_owned()));
    refused(|header| header.x5u = Some("https://evil.example.org/cert".to_owned()));
    refused(|header| header.crit = Some(vec!["exp".to_owned()]));
    refused(|header| header.typ = Some("id+jwt".to_owned()));
}

#[test]
fn a_token_of_more_than_eight_kilobytes_is_refused() {
    let claims = with(|claims| claims["pad"] = json!("x".repeat(9_000)));
    assert!(matches!(accepts(&claims), Err(TokenError::TooLong)));
}
