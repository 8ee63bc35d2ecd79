//! `PATCH /v2/bookings/{uid}/location`: a booking takes place somewhere else (`reference` § 4.6).

use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::request::{BookingRequest, Done};
use super::sent::Sent;
use super::{facts, wire};
use crate::api::execution::attempted;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing};
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{OnBooking, ProviderCommand};

/// Where a booking takes place from now on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct LocationBody {
    /// Where.
    pub location: NewLocation,
}

/// A place, by its type; the event type need not offer it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewLocation {
    /// `address`, `attendeeAddress`, `attendeeDefined`, `phone`, `attendeePhone` or `link`.
    #[serde(rename = "type")]
    pub kind: String,
    /// With `address` and `attendeeAddress`.
    pub address: Option<String>,
    /// With `attendeeDefined`.
    pub location: Option<String>,
    /// With `phone` and `attendeePhone`: E.164.
    pub phone: Option<String>,
    /// With `link`: an http or https address.
    pub link: Option<String>,
}

const KINDS: [&str; 6] = [
    "address",
    "attendeeAddress",
    "attendeeDefined",
    "phone",
    "attendeePhone",
    "link",
];

/// Changes where a booking takes place.
#[utoipa::path(
    patch,
    path = "/v2/bookings/{uid}/location",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    request_body = LocationBody,
    responses(
        (status = 200, description = "The booking", body = wire::Booking),
        (status = 400, description = "Not valid, or the booking has ended"),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn relocate(Path(uid): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let location = read(sent.payload.object()?)?;
    let request = sent.request();
    let asked = Asked::new(Doing::Attend).uid(&uid);
    let outcome = attempted(|| attempt(request, &asked, &location)).await;
    request.answered(&asked, outcome).await
}

async fn attempt(
    request: BookingRequest<'_>,
    asked: &Asked<'_>,
    location: &str,
) -> Result<Done, Failure> {
    let (tenant, row) = request.attended(asked).await?;
    let command = ProviderCommand::ChangeLocation(OnBooking {
        as_segment: false,
        facts: facts::known(&row, asked)?,
        personal: Some(Personal {
            location: Some(location.to_owned()),
            ..Personal::default()
        }),
    });
    request
        .done_on(tenant, row, command, Vec::new(), asked)
        .await
}

/// The text of the location; what is not of its type is dropped.
fn read(members: &Map<String, Value>) -> Result<String, Failure> {
    let mut body = Members::new(members);
    let location = body.object("location", |location| {
        for member in ["address", "location", "phone", "link"] {
            location.ignore(member);
        }
        let kind = location.optional("type", value::one_of(&KINDS));
        match kind {
            Some("address" | "attendeeAddress") => location.required("address", value::name),
            Some("attendeeDefined") => location.required("location", value::name),
            Some("phone" | "attendeePhone") => location.required("phone", contact::phone),
            Some(_) => location.required("link", contact::url),
            None if location.is_sound() => {
                let text = format!("must be one of the following values: {}", KINDS.join(", "));
                location.fault("type", "isIn", text);
                String::new()
            }
            None => String::new(),
        }
    });
    if location.is_none() && body.is_sound() {
        body.fault("location", "isObject", "must be an object");
    }
    body.finish(Style::Dropping)?;
    location.ok_or_else(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn location(value: &Value) -> Result<String, Failure> {
        read(json!({"location": value}).as_object().unwrap())
    }

    #[test]
    fn a_location_has_the_member_of_its_type() {
        for (kind, member, text) in [
            ("address", "address", "Brīvības 1"),
            ("attendeeAddress", "address", "Brīvības 2"),
            ("attendeeDefined", "location", "the park"),
            ("phone", "phone", "+37120000000"),
            ("attendeePhone", "phone", "+37120000001"),
            ("link", "link", "https://meet.example.org/x2"),
        ] {
            assert_eq!(
                location(&json!({"type": kind, member: text})).unwrap(),
                text
            );
            assert!(location(&json!({"type": kind})).is_err(), "{kind}");
            assert!(
                location(&json!({"type": kind, member: 7})).is_err(),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_location_has_a_type() {
        for wrong in [
            json!("the park"),
            json!({}),
            json!({"type": "moon"}),
            Value::Null,
        ] {
            assert!(location(&wrong).is_err());
        }
        assert!(location(&json!({"type": "link", "link": "javascript:x"})).is_err());
    }
}
