//! Every command, against every past. What settings may say is tested in [`super::rejections`].

use uuid::Uuid;

use super::private_link::{LinkEnd, PrivateLink, PrivateLinkRemoved, SetPrivateLink};
use super::settings::EventTypeSettings;
use super::{
    ChangeEventType, EventTypeChanged, EventTypeCommand, EventTypeCreated, EventTypeDeleted,
    EventTypeEvent,
};
use crate::domain::aggregate::{AggregateKind, Command, Event, Fact, State};
use crate::domain::id::{EventTypeNumber, ProviderId, ProviderNumber};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

fn now() -> Timestamp {
    "2031-03-03T09:00:00Z".parse().unwrap()
}

pub(super) fn settings(slug: &str) -> EventTypeSettings {
    EventTypeSettings {
        after_minutes: 10,
        locations_json: "[]".to_owned(),
        ..EventTypeSettings::plain("Intro".to_owned(), slug.to_owned(), 60)
    }
}

fn host(number: u32) -> ProviderId {
    ProviderId::from_uuid(Uuid::from_u128(number.into()))
}

pub(super) fn event_type(slug: &str) -> EventTypeCreated {
    EventTypeCreated {
        number: EventTypeNumber::new(41),
        owner: host(17),
        owner_number: ProviderNumber::new(17),
        hosts: vec![host(17), host(18)],
        team: None,
        assignment: None,
        settings: settings(slug),
    }
}

pub(super) fn create(created: EventTypeCreated) -> EventTypeCommand {
    EventTypeCommand::Create(Box::new(created))
}

pub(super) fn change(settings: EventTypeSettings) -> EventTypeCommand {
    EventTypeCommand::Change(Box::new(ChangeEventType {
        assignment: None,
        settings,
        expected: None,
    }))
}

pub(super) fn created() -> EventTypeEvent {
    EventTypeEvent::EventTypeCreated(event_type("intro"))
}

fn changed(previous: Option<&str>, slug: &str) -> EventTypeEvent {
    EventTypeEvent::EventTypeChanged(EventTypeChanged {
        team: None,
        assignment: None,
        number: EventTypeNumber::new(41),
        owner: host(17),
        previous_slug: previous.map(str::to_owned),
        settings: settings(slug),
    })
}

fn deleted(slug: &str) -> EventTypeEvent {
    EventTypeEvent::EventTypeDeleted(EventTypeDeleted {
        team: None,
        number: EventTypeNumber::new(41),
        owner: host(17),
        slug: slug.to_owned(),
    })
}

pub(super) struct Given(State);

pub(super) fn given(events: impl IntoIterator<Item = EventTypeEvent>) -> Given {
    let mut state = State::empty(AggregateKind::EventType);
    for (sequence, event) in (1..).zip(events) {
        state.evolve(sequence, now(), &Event::EventType(event));
    }
    Given(state)
}

impl Given {
    pub(super) fn when(&self, command: EventTypeCommand) -> Then {
        Then(self.0.decide(now(), &Command::EventType(command)))
    }
}

pub(super) struct Then(Result<Vec<Fact>, Rejection>);

impl Then {
    fn then(self, event: EventTypeEvent) {
        let fact = Fact {
            event: Event::EventType(event),
            sealable: None,
        };
        assert_eq!(self.0, Ok(vec![fact]));
    }

    pub(super) fn then_rejected(self, reason: &str) {
        assert_eq!(self.0.unwrap_err().to_string(), reason);
    }
}

#[test]
fn an_event_type_is_created_once() {
    given([]).when(create(event_type("intro"))).then(created());
    for past in [vec![created()], vec![created(), deleted("intro")]] {
        given(past)
            .when(create(event_type("intro")))
            .then_rejected("exists already");
    }
}

#[test]
fn settings_are_replaced_and_the_old_slug_is_named_when_it_changed() {
    given([created()])
        .when(change(settings("intro")))
        .then(changed(None, "intro"));
    given([created()])
        .when(change(settings("first-call")))
        .then(changed(Some("intro"), "first-call"));
}

#[test]
fn a_deleted_event_type_frees_its_slug_and_is_gone() {
    let past = [created(), changed(Some("intro"), "first-call")];
    given(past.clone())
        .when(EventTypeCommand::Delete)
        .then(deleted("first-call"));
    let gone = given(past.into_iter().chain([deleted("first-call")]));
    for command in [change(settings("intro")), EventTypeCommand::Delete] {
        gone.when(command.clone())
            .then_rejected("event type not found");
        given([])
            .when(command)
            .then_rejected("event type not found");
    }
}

#[test]
fn a_change_merged_into_an_older_version_is_refused() {
    let past = [created(), changed(Some("intro"), "first-call")];
    let merged = |expected| {
        EventTypeCommand::Change(Box::new(ChangeEventType {
            assignment: None,
            settings: settings("first-call"),
            expected: Some(expected),
        }))
    };
    given(past.clone())
        .when(merged(1))
        .then_rejected("changed since version 1, now at 2");
    given(past)
        .when(merged(2))
        .then(changed(None, "first-call"));
}

#[test]
fn the_version_is_the_sequence_of_the_last_event() {
    let past = [created(), changed(Some("intro"), "first-call")];
    let Given(State::EventType(state)) = given(past) else {
        panic!("not an event type");
    };
    assert_eq!(state.version, 2);
    assert_eq!(state.open().unwrap().settings.slug, "first-call");
    assert_eq!(state.open().unwrap().hosts, [host(17), host(18)]);
}

fn set_link(link: &str, ends: LinkEnd, exists: bool) -> EventTypeCommand {
    EventTypeCommand::SetPrivateLink(SetPrivateLink {
        link: link.to_owned(),
        ends,
        exists,
    })
}

fn link_set(link: &str, ends: LinkEnd) -> EventTypeEvent {
    EventTypeEvent::PrivateLinkSet(PrivateLink {
        link: link.to_owned(),
        ends,
        slug: "intro".to_owned(),
    })
}

const ONCE: LinkEnd = LinkEnd::AfterUses { uses_max: 1 };

#[test]
fn private_links_are_set_changed_and_removed() {
    let until = LinkEnd::At { expires_at: now() };
    let removal = || EventTypeCommand::RemovePrivateLink("a1".to_owned());
    let removed = EventTypeEvent::PrivateLinkRemoved(PrivateLinkRemoved {
        link: "a1".to_owned(),
    });
    let past = [created(), link_set("a1", ONCE)];
    given([created()])
        .when(set_link("a1", ONCE, false))
        .then(link_set("a1", ONCE));
    let there = given(past.clone());
    there
        .when(set_link("a1", until, true))
        .then(link_set("a1", until));
    there
        .when(set_link("a1", ONCE, false))
        .then_rejected("exists already");
    there.when(removal()).then(removed.clone());
    let gone = given(past.into_iter().chain([removed]));
    gone.when(removal()).then_rejected("linkId is not there");
    gone.when(set_link("a1", ONCE, true))
        .then_rejected("linkId is not there");
}

#[test]
fn private_links_have_limits() {
    let open = given([created()]);
    for name in ["", "a-b", &"a".repeat(65)] {
        open.when(set_link(name, ONCE, false))
            .then_rejected("linkId must have 1 to 64 letters and digits");
    }
    for uses_max in [0, 1_000_001] {
        open.when(set_link("a1", LinkEnd::AfterUses { uses_max }, false))
            .then_rejected("maxUsageCount must be 1 to 1000000");
    }
    let links = (0..100).map(|number| link_set(&format!("a{number}"), ONCE));
    given(std::iter::once(created()).chain(links))
        .when(set_link("b1", ONCE, false))
        .then_rejected("more than 100 private links");
    given([created(), deleted("intro")])
        .when(set_link("a1", ONCE, false))
        .then_rejected("event type not found");
}

#[test]
fn hosts_begin_with_the_owner_and_are_unique_and_capped() {
    let refused = |hosts: Vec<ProviderId>, reason: &str| {
        let created = EventTypeCreated {
            hosts,
            ..event_type("intro")
        };
        given([]).when(create(created)).then_rejected(reason);
    };
    refused(vec![], "hosts must begin with the owner");
    refused(vec![host(18), host(17)], "hosts must begin with the owner");
    refused(vec![host(17), host(17)], "hosts must be unique");
    refused((17..=117).map(host).collect(), "more than 100 hosts");
}
