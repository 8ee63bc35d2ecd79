//! Where a booking takes place: what the booker chose, matched with what the event type offers (`reference` § 4.2.2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::id::EventTypeNumber;

/// `location` as the wire has it: an object, or text from old clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = BookingLocationOrText)]
pub enum Location {
    /// A URL, a phone number, or free text.
    Text(String),
    /// One of the event type's locations, with the attendee's part of it.
    Chosen(ChosenLocation),
}

/// One of the event type's locations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = BookingLocation)]
pub struct ChosenLocation {
    /// `address`, `link`, `phone`, `integration`, `organizersDefaultApp`, `attendeeAddress`, `attendeePhone` or `attendeeDefined`.
    #[serde(rename = "type")]
    pub kind: String,
    /// With `attendeeAddress`.
    pub address: Option<String>,
    /// With `attendeePhone`.
    pub phone: Option<String>,
    /// With `attendeeDefined`.
    pub location: Option<String>,
    /// With `integration`: which one.
    pub integration: Option<String>,
    /// Accepted with `link`; the event type's own link is used.
    pub link: Option<String>,
}

/// A location of an event type, as its settings carry it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Offered {
    #[serde(rename = "type")]
    kind: String,
    address: Option<String>,
    phone: Option<String>,
    link: Option<String>,
    integration: Option<String>,
}

/// Reads `locations_json` of an event type; entries that cannot be read are left out.
pub(crate) fn offered(locations_json: &str) -> Vec<Offered> {
    let entries: Vec<serde_json::Value> = serde_json::from_str(locations_json).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// The text to record as the location of a booking.
///
/// Nothing chosen: the event type's first location, when its host determines it. Text is taken as it is: old clients
/// send what Cal.com takes without comparing.
///
/// # Errors
/// The message for a 400: a type or integration that is not offered, or a member that is missing.
pub(crate) fn chosen(
    choice: Option<&Location>,
    offered: &[Offered],
    phone_number: Option<&str>,
    event_type: EventTypeNumber,
) -> Result<Option<String>, String> {
    match choice {
        None => Ok(offered
            .first()
            .and_then(|first| first.text().or_else(|| first.phone_of(phone_number)))),
        Some(Location::Text(text)) => Ok(Some(text.clone())),
        Some(Location::Chosen(choice)) => {
            let candidate = offered.iter().find(|offer| offer.is_chosen_by(choice));
            let Some(offer) = candidate else {
                return Err(not_offered(choice, offered, event_type));
            };
            let own = match choice.kind.as_str() {
                "attendeeAddress" => ("address", &choice.address),
                "attendeePhone" => ("phone", &choice.phone),
                "attendeeDefined" => ("location", &choice.location),
                _ => return Ok(offer.text()),
            };
            match own {
                (_, Some(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
                (member, _) => Err(format!(
                    "location property is wrong,{member} should not be empty for type {} ",
                    choice.kind
                )),
            }
        }
    }
}

impl Offered {
    fn is_chosen_by(&self, choice: &ChosenLocation) -> bool {
        self.kind == choice.kind
            && (self.kind != "integration" || self.integration == choice.integration)
    }

    /// The location as far as the host determines it.
    fn text(&self) -> Option<String> {
        match self.kind.as_str() {
            "address" => self.address.clone(),
            "phone" => self.phone.clone(),
            "link" => self.link.clone(),
            "integration" => self.link.clone().or_else(|| {
                let integration = self.integration.as_deref()?;
                Some(format!("integrations:{integration}"))
            }),
            "organizersDefaultApp" => Some("conferencing".to_owned()),
            _ => None,
        }
    }

    fn phone_of(&self, phone_number: Option<&str>) -> Option<String> {
        (self.kind == "attendeePhone")
            .then_some(phone_number)
            .flatten()
            .map(str::to_owned)
    }
}

fn not_offered(
    choice: &ChosenLocation,
    offered: &[Offered],
    event_type: EventTypeNumber,
) -> String {
    let offers_kind = offered.iter().any(|offer| offer.kind == choice.kind);
    if choice.kind == "integration" && offers_kind {
        let names: Vec<_> = offered
            .iter()
            .filter_map(|offer| offer.integration.as_deref())
            .collect();
        return format!(
            "Booking location with integration {} not valid for event type with id={event_type}. The event type has following integrations: {}",
            choice.integration.as_deref().unwrap_or("none"),
            names.join(", ")
        );
    }
    let kinds: Vec<_> = offered.iter().map(|offer| offer.kind.as_str()).collect();
    format!(
        "Booking location with type {} not valid for event type with id={event_type}. The event type has following location types: {}",
        choice.kind,
        kinds.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCATIONS: &str = r#"[
        {"type":"address","address":"Brivibas 1, Riga","public":true},
        {"type":"integration","integration":"cal-video"},
        {"type":"attendeePhone"},
        {"type":"attendeeDefined"}]"#;

    fn choose(json: Option<&str>) -> Result<Option<String>, String> {
        let choice = json.map(|json| serde_json::from_str::<Location>(json).unwrap());
        chosen(
            choice.as_ref(),
            &offered(LOCATIONS),
            Some("+37120000000"),
            EventTypeNumber::new(41),
        )
    }

    #[test]
    fn nothing_chosen_is_the_first_location() {
        assert_eq!(choose(None).unwrap().unwrap(), "Brivibas 1, Riga");
        let only_phone = offered(r#"[{"type":"attendeePhone"}]"#);
        let text = chosen(None, &only_phone, Some("+371"), EventTypeNumber::new(1));
        assert_eq!(text.unwrap().unwrap(), "+371");
        let none = chosen(None, &offered("[]"), None, EventTypeNumber::new(1));
        assert_eq!(none.unwrap(), None);
    }

    #[test]
    fn the_host_determines_addresses_and_integrations() {
        let address = choose(Some(r#"{"type":"address"}"#));
        assert_eq!(address.unwrap().unwrap(), "Brivibas 1, Riga");
        let video = choose(Some(r#"{"type":"integration","integration":"cal-video"}"#));
        assert_eq!(video.unwrap().unwrap(), "integrations:cal-video");
    }

    #[test]
    fn the_attendee_determines_the_rest() {
        let phone = choose(Some(r#"{"type":"attendeePhone","phone":"+3712"}"#));
        assert_eq!(phone.unwrap().unwrap(), "+3712");
        let defined = choose(Some(r#"{"type":"attendeeDefined","location":"the park"}"#));
        assert_eq!(defined.unwrap().unwrap(), "the park");
        assert_eq!(
            choose(Some(r#"{"type":"attendeePhone"}"#)).unwrap_err(),
            "location property is wrong,phone should not be empty for type attendeePhone "
        );
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        assert_eq!(
            choose(Some(r#"{"type":"link"}"#)).unwrap_err(),
            "Booking location with type link not valid for event type with id=41. The event type has following location types: address, integration, attendeePhone, attendeeDefined"
        );
        assert_eq!(
            choose(Some(r#"{"type":"integration","integration":"zoom"}"#)).unwrap_err(),
            "Booking location with integration zoom not valid for event type with id=41. The event type has following integrations: cal-video"
        );
    }

    #[test]
    fn text_of_old_clients_is_taken_as_it_is() {
        let url = choose(Some(r#""https://meet.example.org/x""#));
        assert_eq!(url.unwrap().unwrap(), "https://meet.example.org/x");
    }
}
