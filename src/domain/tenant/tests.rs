//! Every command, every rejection.

use uuid::Uuid;

use super::{ApiKeyIssued, ApiKeyRevoked, Role, Tenant, TenantChanged};
use super::{TenantCommand, TenantEvent, TenantSettings};
use crate::domain::aggregate::{AggregateKind, Command, Event, Fact, State};
use crate::domain::id::ApiKeyId;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

fn now() -> Timestamp {
    "2031-03-03T09:00:00Z".parse().unwrap()
}

fn settings(slug: &str) -> TenantSettings {
    TenantSettings {
        name: "Salon".to_owned(),
        slug: slug.to_owned(),
    }
}

fn key(number: u16) -> ApiKeyIssued {
    ApiKeyIssued {
        key: ApiKeyId::from_uuid(Uuid::from_u128(number.into())),
        hash: format!("{number:064x}"),
        role: Role::Agent,
        provider: None,
        label: "Phone line".to_owned(),
        expires_at: None,
    }
}

struct Given(State);

fn given(events: impl IntoIterator<Item = TenantEvent>) -> Given {
    let mut state = State::empty(AggregateKind::Tenant);
    for (sequence, event) in (1..).zip(events) {
        state.evolve(sequence, now(), &Event::Tenant(event));
    }
    Given(state)
}

fn created() -> TenantEvent {
    TenantEvent::TenantCreated(settings("salon"))
}

impl Given {
    fn when(&self, command: TenantCommand) -> Then {
        Then(self.0.decide(now(), &Command::Tenant(command)))
    }
}

struct Then(Result<Vec<Fact>, Rejection>);

impl Then {
    fn then(self, event: TenantEvent) {
        let fact = Fact {
            event: Event::Tenant(event),
            sealable: None,
        };
        assert_eq!(self.0, Ok(vec![fact]));
    }

    fn then_rejected(self, reason: &str) {
        assert_eq!(self.0.unwrap_err().to_string(), reason);
    }
}

#[test]
fn a_tenant_is_created_once() {
    let create = TenantCommand::Create(settings("salon"));
    given([]).when(create.clone()).then(created());
    given([created()])
        .when(create)
        .then_rejected("exists already");
}

#[test]
fn settings_are_replaced_and_the_old_slug_is_named_when_it_changed() {
    let change = |slug: &str| TenantCommand::ChangeSettings(settings(slug));
    let changed = |previous: Option<&str>, slug: &str| {
        TenantEvent::TenantChanged(TenantChanged {
            previous_slug: previous.map(str::to_owned),
            settings: settings(slug),
        })
    };
    given([created()])
        .when(change("salon"))
        .then(changed(None, "salon"));
    given([created()])
        .when(change("spa-2"))
        .then(changed(Some("salon"), "spa-2"));
    given([created(), changed(Some("salon"), "spa-2")])
        .when(change("salon"))
        .then(changed(Some("spa-2"), "salon"));
}

#[test]
fn names_and_slugs_have_bounds() {
    let refused = |settings: TenantSettings, reason: &str| {
        let create = TenantCommand::Create(settings.clone());
        given([]).when(create).then_rejected(reason);
        let change = TenantCommand::ChangeSettings(settings);
        given([created()]).when(change).then_rejected(reason);
    };
    for slug in ["", "Salon", "a b", "é", &"a".repeat(101)] {
        refused(
            settings(slug),
            "slug must have 1 to 100 characters of a-z, 0-9 and -",
        );
    }
    for name in [String::new(), " ".to_owned(), "é".repeat(201)] {
        let named = TenantSettings {
            name,
            ..settings("salon")
        };
        refused(named, "name must have 1 to 200 characters");
    }
}

#[test]
fn a_tenant_that_does_not_exist_is_not_found() {
    for command in [
        TenantCommand::ChangeSettings(settings("salon")),
        TenantCommand::IssueApiKey(key(1)),
        TenantCommand::RevokeApiKey(key(1).key),
    ] {
        given([]).when(command).then_rejected("tenant not found");
    }
}

#[test]
fn a_key_is_issued_once_and_revoked_once() {
    let issued = || TenantEvent::ApiKeyIssued(key(1));
    let revoked = || {
        TenantEvent::ApiKeyRevoked(ApiKeyRevoked {
            key: key(1).key,
            hash: key(1).hash,
        })
    };
    let revoke = || TenantCommand::RevokeApiKey(key(1).key);
    given([created()])
        .when(TenantCommand::IssueApiKey(key(1)))
        .then(issued());
    given([created(), issued()])
        .when(TenantCommand::IssueApiKey(key(1)))
        .then_rejected("exists already");
    let mut same_hash = key(2);
    same_hash.hash = key(1).hash;
    given([created(), issued()])
        .when(TenantCommand::IssueApiKey(same_hash))
        .then_rejected("exists already");
    given([created(), issued()]).when(revoke()).then(revoked());
    given([created(), issued(), revoked()])
        .when(revoke())
        .then_rejected("API key not found");
    given([created()])
        .when(revoke())
        .then_rejected("API key not found");
}

#[test]
fn a_key_must_be_well_formed() {
    let refused = |change: fn(&mut ApiKeyIssued), reason: &str| {
        let mut key = key(1);
        change(&mut key);
        given([created()])
            .when(TenantCommand::IssueApiKey(key))
            .then_rejected(reason);
    };
    refused(
        |key| key.label = "x".repeat(201),
        "label must have at most 200 characters",
    );
    refused(
        |key| key.hash = "A".repeat(64),
        "hash must be 64 lower-case hexadecimal digits",
    );
    refused(
        |key| key.expires_at = Some(now()),
        "expiresAt must lie in the future",
    );
}

#[test]
fn active_keys_are_capped() {
    let full = || {
        let keys = (1..=1_000).map(|number| TenantEvent::ApiKeyIssued(key(number)));
        std::iter::once(created()).chain(keys)
    };
    given(full())
        .when(TenantCommand::IssueApiKey(key(1_001)))
        .then_rejected("more than 1000 API keys");
    let revoked = TenantEvent::ApiKeyRevoked(ApiKeyRevoked {
        key: key(7).key,
        hash: key(7).hash,
    });
    given(full().chain([revoked]))
        .when(TenantCommand::IssueApiKey(key(1_001)))
        .then(TenantEvent::ApiKeyIssued(key(1_001)));
}

#[test]
fn the_state_holds_settings_and_active_keys() {
    let Given(state) = given([created(), TenantEvent::ApiKeyIssued(key(1))]);
    let expected = Tenant {
        teams: std::collections::BTreeMap::new(),
        number: None,
        settings: Some(settings("salon")),
        api_keys: [(key(1).key, key(1))].into(),
    };
    assert_eq!(state, State::Tenant(expected));
}

#[test]
fn a_tenant_is_numbered_once() {
    let number = || TenantCommand::Number(crate::domain::id::TenantNumber::new(3));
    let now = Timestamp::default();
    let mut tenant = Tenant::default();
    assert_eq!(
        tenant.decide(now, &number()),
        Err(Rejection::TenantNotFound)
    );
    let settings = TenantSettings {
        name: "Salon".to_owned(),
        slug: "salon".to_owned(),
    };
    tenant.evolve(&TenantEvent::TenantCreated(settings));
    for fact in tenant.decide(now, &number()).unwrap() {
        if let Event::Tenant(event) = fact.event {
            tenant.evolve(&event);
        }
    }
    assert_eq!(
        tenant.number.map(crate::domain::id::TenantNumber::get),
        Some(3)
    );
    assert_eq!(tenant.decide(now, &number()), Err(Rejection::AlreadyExists));
}
