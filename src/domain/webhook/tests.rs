use uuid::Uuid;

use super::*;
use crate::domain::AggregateKind;
use crate::domain::aggregate::{Command, State};
use crate::domain::id::KeyId;
use crate::domain::personal::Personal;
use crate::domain::time::Timestamp;

fn definition(url_hash: &str, triggers: &[Trigger]) -> Definition {
    Definition {
        owner: ProviderId::from_uuid(Uuid::from_u128(1)),
        owner_number: ProviderNumber::new(17),
        event_type: None,
        url_hash: url_hash.to_owned(),
        triggers: triggers.to_vec(),
        active: true,
    }
}

fn sealable() -> Sealable {
    Sealable {
        key: KeyId::from_uuid(Uuid::from_u128(2)),
        key_is_new: true,
        personal: Personal::default(),
    }
}

fn set(definition: Definition, expected: Option<u64>) -> Box<SetWebhook> {
    Box::new(SetWebhook {
        definition,
        expected,
        event_type_version: None,
        sealable: sealable(),
    })
}

fn delete(expected: Option<u64>) -> WebhookCommand {
    WebhookCommand::Delete(Box::new(DeleteWebhook {
        expected,
        sealable: sealable(),
    }))
}

/// A webhook's stream while it grows.
struct Stage {
    state: State,
    version: u64,
}

impl Stage {
    fn empty() -> Self {
        let state = State::empty(AggregateKind::Webhook);
        Self { state, version: 0 }
    }

    fn created() -> Self {
        let mut stage = Self::empty();
        stage.accept(WebhookCommand::Create(set(definition("a", &[]), None)));
        stage
    }

    fn accept(&mut self, command: WebhookCommand) -> Vec<WebhookEvent> {
        let facts = self.decide(command).expect("it is accepted");
        let mut events = Vec::new();
        for fact in facts {
            assert!(fact.sealable.is_some(), "what was typed is sealed");
            self.version += 1;
            self.state
                .evolve(self.version, Timestamp::default(), &fact.event);
            if let Event::Webhook(event) = fact.event {
                events.push(event);
            }
        }
        events
    }

    fn decide(&self, command: WebhookCommand) -> Result<Vec<Fact>, Rejection> {
        self.state
            .decide(Timestamp::default(), &Command::Webhook(command))
    }
}

#[test]
fn a_changed_address_frees_the_old_one() {
    let mut stage = Stage::created();
    let kept = stage.accept(WebhookCommand::Change(set(definition("a", &[]), Some(1))));
    let moved = stage.accept(WebhookCommand::Change(set(definition("b", &[]), Some(2))));
    let freed = |events: &[WebhookEvent]| match &events[0] {
        WebhookEvent::WebhookChanged(changed) => changed.previous_url_hash.clone(),
        other @ (WebhookEvent::WebhookCreated(_) | WebhookEvent::WebhookDeleted(_)) => {
            panic!("{other:?}")
        }
    };
    assert_eq!((freed(&kept), freed(&moved)), (None, Some("a".to_owned())));
}

#[test]
fn what_is_deleted_is_recorded_as_it_was() {
    let mut stage = Stage::created();
    let events = stage.accept(delete(Some(1)));
    assert_eq!(events, [WebhookEvent::WebhookDeleted(definition("a", &[]))]);
}

#[test]
fn a_trigger_is_named_once() {
    let twice = [Trigger::BookingCreated, Trigger::BookingCreated];
    let create = WebhookCommand::Create(set(definition("a", &twice), None));
    let rejection = Stage::empty().decide(create).unwrap_err();
    assert_eq!(rejection.to_string(), "triggers must be unique");
}

#[test]
fn an_id_is_used_once_and_what_is_deleted_is_not_found() {
    let mut stage = Stage::created();
    let create = || WebhookCommand::Create(set(definition("a", &[]), None));
    let change = || WebhookCommand::Change(set(definition("b", &[]), None));
    assert_eq!(stage.decide(create()), Err(Rejection::AlreadyExists));
    stage.accept(delete(None));
    assert_eq!(stage.decide(create()), Err(Rejection::AlreadyExists));
    assert_eq!(stage.decide(change()), Err(Rejection::WebhookNotFound));
    assert_eq!(stage.decide(delete(None)), Err(Rejection::WebhookNotFound));
    assert_eq!(
        Stage::empty().decide(change()),
        Err(Rejection::WebhookNotFound)
    );
}

#[test]
fn a_change_of_an_older_version_is_told() {
    let stage = Stage::created();
    let outdated = Err(Rejection::Outdated {
        expected: 7,
        current: 1,
    });
    let change = WebhookCommand::Change(set(definition("b", &[]), Some(7)));
    assert_eq!(stage.decide(change), outdated);
    assert_eq!(stage.decide(delete(Some(7))), outdated);
}

#[test]
fn texts_of_triggers_are_those_of_the_log() {
    for trigger in Trigger::ALL {
        let recorded = serde_json::to_value(trigger).unwrap();
        assert_eq!(recorded, trigger.as_str());
        assert_eq!(Trigger::from_text(trigger.as_str()), Some(*trigger));
    }
    assert_eq!(Trigger::from_text("booking_created"), None);
}
