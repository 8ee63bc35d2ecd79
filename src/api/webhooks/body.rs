//! The body of a created or changed webhook (`reference` § 7).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::api::failure::Failure;
use crate::api::validation::{Broken, Members, Read, Style, contact, value};
use crate::connectors::address::AddressGuard;
use crate::domain::personal::Subscription;
use crate::domain::webhook::Trigger;

/// Versions of bodies.
const VERSIONS: &[&str] = &["2021-10-20"];

/// A webhook as a whole.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// What is sealed.
    pub(super) subscription: Subscription,
    /// What it waits for.
    pub(super) triggers: Vec<Trigger>,
    /// Whether anything is sent.
    pub(super) active: bool,
}

/// Reads the body of a new webhook.
///
/// # Errors
/// 400 with every fault; 400 for an address that webhooks may not go to.
pub(super) fn new(body: &Map<String, Value>, guard: &AddressGuard) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let given = Given {
        subscription: Subscription {
            url: members.required("subscriberUrl", contact::url),
            secret: members.optional("secret", value::line),
            payload_template: members.optional("payloadTemplate", value::text),
        },
        triggers: members.required("triggers", triggers),
        active: members.required("active", value::boolean),
    };
    members.optional("version", value::one_of(VERSIONS));
    members.finish(Style::Dropping)?;
    checked(given, guard)
}

/// Reads a change of a webhook.
///
/// # Errors
/// As [`new`].
pub(super) fn changed(
    body: &Map<String, Value>,
    base: &Given,
    guard: &AddressGuard,
) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let mut given = base.clone();
    if let Some(url) = members.optional("subscriberUrl", contact::url) {
        given.subscription.url = url;
    }
    if let Some(secret) = members.given("secret", value::line) {
        given.subscription.secret = secret;
    }
    if let Some(template) = members.given("payloadTemplate", value::text) {
        given.subscription.payload_template = template;
    }
    if let Some(triggers) = members.optional("triggers", triggers) {
        given.triggers = triggers;
    }
    if let Some(active) = members.optional("active", value::boolean) {
        given.active = active;
    }
    members.optional("version", value::one_of(VERSIONS));
    members.finish(Style::Dropping)?;
    checked(given, guard)
}

/// An empty secret is none; the address must be one that webhooks may go to.
fn checked(mut given: Given, guard: &AddressGuard) -> Result<Given, Failure> {
    let kept = |text: Option<String>| text.filter(|text| !text.is_empty());
    let subscription = &mut given.subscription;
    subscription.secret = kept(subscription.secret.take());
    subscription.payload_template = kept(subscription.payload_template.take());
    guard.check(&subscription.url).map_err(|refused| {
        Failure::bad_request(format!("Webhook URL is not allowed: {refused}"))
    })?;
    Ok(given)
}

/// Names of triggers, each once.
fn triggers(value: &Value) -> Read<Vec<Trigger>> {
    let all = value::array(0..=Trigger::ALL.len(), trigger)(value)?;
    let unique: BTreeSet<Trigger> = all.iter().copied().collect();
    if unique.len() < all.len() {
        return Err(Broken::new("arrayUnique", "must hold each element once"));
    }
    Ok(all)
}

fn trigger(value: &Value) -> Read<Trigger> {
    let text = value::one_of(Trigger::TEXTS)(value)?;
    Trigger::from_text(text).ok_or_else(|| Broken::new("isEnum", "is not a trigger"))
}
