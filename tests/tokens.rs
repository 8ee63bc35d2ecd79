//! JSON Web Tokens: who presents one may do what its signed claims say, and nothing else.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::program::JWT_SECRET;
use crate::harness::salon::{Client, merge};
use crate::harness::{Salon, times};

const LISTS: &str = "/v2/bookings";
const KEYS: &str = "/v2/api-keys";

fn claims(salon: &Salon, role: &str) -> Value {
    let now = times::now().timestamp();
    json!({
        "iss": "https://issuer.test", "aud": "daybook", "sub": "person-1", "iat": now, "nbf": now, "exp": now + 600,
        "org_id": salon.tenant.id, "app_metadata": {"daybook_role": role},
    })
}

fn changed(mut claims: Value, change: Value) -> Value {
    merge(&mut claims, change);
    claims
}

fn signed(claims: &Value, header: &Header, secret: &str) -> String {
    encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).expect("it can be signed")
}

fn token(claims: &Value) -> String {
    signed(claims, &Header::new(Algorithm::HS256), JWT_SECRET)
}

/// A token that says of itself that it needs no signature.
fn unsigned(claims: &Value) -> String {
    use base64::Engine as _;
    let encoded =
        |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.",
        encoded(&json!({"alg": "none", "typ": "JWT"})),
        encoded(claims)
    )
}

async fn status(client: &Client, path: &str, token: &str) -> u16 {
    let request = client
        .request(Method::GET, path)
        .header("cal-api-version", "2024-08-13");
    client
        .send(request.bearer_auth(token))
        .await
        .status
        .as_u16()
}

on_both_databases! {
    async fn a_valid_token_opens_its_tenant_and_no_other(salon: &mut Salon) {
        let neighbour = salon.neighbour("Neighbour").await;
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let history = format!("/v2/bookings/{uid}/history");
        let own = claims(salon, "owner");

        assert_eq!(status(&client, LISTS, &token(&own)).await, 200);
        assert_eq!(status(&client, &history, &token(&own)).await, 200);
        let theirs = changed(own.clone(), json!({"org_id": neighbour.id}));
        assert_eq!(status(&client, &history, &token(&theirs)).await, 404);
        let nested = json!({"org_id": null, "app_metadata": {"org_id": salon.tenant.id, "daybook_role": "owner"}});
        assert_eq!(status(&client, &history, &token(&changed(own, nested))).await, 200);
    }

    async fn a_token_that_is_not_valid_is_refused(salon: &mut Salon) {
        let client = salon.client();
        let good = claims(salon, "owner");
        let now = times::now().timestamp();
        let mut wrong: Vec<(String, String)> = [
            json!({"exp": now - 60}),
            json!({"nbf": now + 600}),
            json!({"iat": now + 600}),
            json!({"iss": "https://other.test"}),
            json!({"iss": ["https://issuer.test", "https://other.test"]}),
            json!({"aud": "other"}),
            json!({"sub": ""}),
            json!({"exp": "tomorrow"}),
            json!({"org_id": "01890000-0000-7000-8000-000000000000"}),
            json!({"org_id": "not-a-uuid"}),
            json!({"org_id": null}),
        ]
        .into_iter()
        .map(|change| (change.to_string(), token(&changed(good.clone(), change))))
        .collect();
        for required in ["iss", "aud", "sub", "exp"] {
            let mut claims = good.clone();
            claims.as_object_mut().expect("an object").remove(required);
            wrong.push((format!("{required} is missing"), token(&claims)));
        }
        let hs256 = Header::new(Algorithm::HS256);
        let mut its_own_key = hs256.clone();
        its_own_key.jku = Some("https://other.test/keys".to_owned());
        let mut another_type = hs256.clone();
        another_type.typ = Some("dpop+jwt".to_owned());
        wrong.extend([
            ("alg none".to_owned(), unsigned(&good)),
            ("another secret".to_owned(), signed(&good, &hs256, "another-secret-another-secret-another")),
            ("another algorithm".to_owned(), signed(&good, &Header::new(Algorithm::HS512), JWT_SECRET)),
            ("a key of its own".to_owned(), signed(&good, &its_own_key, JWT_SECRET)),
            ("another type".to_owned(), signed(&good, &another_type, JWT_SECRET)),
            ("no signature".to_owned(), token(&good).rsplit_once('.').expect("three parts").0.to_owned() + "."),
            ("not a token".to_owned(), "x.y.z".to_owned()),
            ("too long".to_owned(), token(&changed(good.clone(), json!({"padding": "x".repeat(10_000)})))),
        ]);
        assert_eq!(status(&client, LISTS, &token(&good)).await, 200);
        for (why, token) in &wrong {
            // Where credentials are optional, wrong ones are refused all the same.
            for path in [LISTS, KEYS, "/v2/event-types"] {
                let request = client.request(Method::GET, path).bearer_auth(token);
                let version = if path == LISTS { "2024-08-13" } else { "2024-06-14" };
                let answer = client.send(request.header("cal-api-version", version)).await;
                assert_eq!(answer.status, 401, "{why} at {path}: {}", answer.text);
                assert!(answer.headers.contains_key("www-authenticate"), "{why}");
                assert!(!answer.text.contains(token.as_str()), "{why}");
            }
        }
    }

    async fn what_a_user_writes_about_itself_is_not_read(salon: &mut Salon) {
        let client = salon.client();
        let agent = claims(salon, "agent");
        let king = json!({"user_metadata": {"org_id": salon.tenant.id, "daybook_role": "owner", "role": "service_role"}});

        assert_eq!(status(&client, KEYS, &token(&changed(agent.clone(), king.clone()))).await, 403);
        let homeless = changed(changed(agent, king), json!({"org_id": null}));
        assert_eq!(status(&client, LISTS, &token(&homeless)).await, 401);
    }

    async fn a_role_opens_what_it_needs(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        let history = format!("/v2/bookings/{uid}/history");
        let by_role = |role: &str| claims(salon, role);
        let by_postgres_role = |role: &str| {
            changed(claims(salon, ""), json!({"app_metadata": {}, "role": role}))
        };
        for (claims, lists, keys, reads_history) in [
            (by_role("owner"), 200, 200, 200),
            (by_role("agent"), 200, 403, 403),
            (by_role("auditor"), 403, 403, 200),
            (by_role("emperor"), 403, 403, 403),
            (by_postgres_role("service_role"), 200, 200, 200),
            (by_postgres_role("authenticated"), 200, 403, 403),
            (by_postgres_role("anon"), 403, 403, 403),
        ] {
            let token = token(&claims);
            assert_eq!(status(&client, LISTS, &token).await, lists, "{claims}");
            assert_eq!(status(&client, KEYS, &token).await, keys, "{claims}");
            assert_eq!(status(&client, &history, &token).await, reads_history, "{claims}");
        }
    }

    async fn without_settings_every_token_is_refused(salon: &mut Salon) {
        let good = token(&claims(salon, "owner"));
        salon.take_server().stop();
        let program = salon.program().clone().without("DAYBOOK_JWT_SECRET")
            .without("DAYBOOK_JWT_ISSUER").without("DAYBOOK_JWT_AUDIENCE");
        let server = program.serve();
        let request = reqwest::Client::new().get(format!("{}{KEYS}", server.url())).bearer_auth(good);
        assert_eq!(request.send().await.expect("answers").status(), 401);
        server.stop();
        salon.start();
    }
}
