//! Who is to come: guests and attendees as bodies name them, compared with who comes already.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::people::Person;
use super::{body, wire};
use crate::api::failure::Failure;
use crate::api::validation::{Members, Style, contact, value};
use crate::domain::personal::Attendee;
use crate::domain::provider::GUESTS_ADDED_MAX;

/// Who is added; what is left out is as of who booked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewGuest {
    /// E-mail address; nobody else of the booking has it.
    pub email: String,
    /// Display name; empty by default.
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// Language code.
    pub language: Option<String>,
}

/// Guests to add.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct GuestsBody {
    /// 1 to 10; a booking has at most 30.
    #[schema(min_items = 1, max_items = 10)]
    pub guests: Vec<NewGuest>,
}

/// An attendee to add.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeBody {
    /// Display name.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
    /// E-mail address; nobody else of the booking has it.
    pub email: String,
    /// E.164.
    pub phone_number: Option<String>,
    /// Language code; that of who booked by default.
    pub language: Option<String>,
}

/// # Errors
/// 400 when somebody of the address comes already, or is named twice.
pub(crate) fn check_new(people: &[Person], guests: &[NewGuest]) -> Result<(), Failure> {
    let comes = |email: &str| people.iter().any(|person| person.wire.email == email);
    let earlier = |index: usize, email: &str| {
        let mut others = guests.iter().take(index);
        others.any(|other| other.email == email)
    };
    for (index, guest) in guests.iter().enumerate() {
        if comes(&guest.email) || earlier(index, &guest.email) {
            return Err(Failure::bad_request(format!(
                "email {} is the address of somebody who comes to this booking already.",
                guest.email
            )));
        }
    }
    Ok(())
}

/// Who is added, as it is sealed; what was not said is as of who booked.
pub(crate) fn companion(guest: &NewGuest, first: Option<&wire::Attendee>) -> Attendee {
    let or = |given: &Option<String>, of_first: fn(&wire::Attendee) -> &String, last: &str| {
        let of_first = first.map(of_first);
        given
            .as_ref()
            .or(of_first)
            .map_or_else(|| last.to_owned(), Clone::clone)
    };
    Attendee {
        name: guest.name.clone().unwrap_or_default(),
        email: Some(guest.email.clone()),
        phone_number: guest.phone_number.clone(),
        time_zone: or(&guest.time_zone, |of| &of.time_zone, "UTC"),
        language: or(&guest.language, |of| &of.language, "en"),
    }
}

/// Reads guests to add.
///
/// # Errors
/// 400 with every fault.
pub(crate) fn read_guests(members: &Map<String, Value>) -> Result<Vec<NewGuest>, Failure> {
    let length_max = usize::try_from(GUESTS_ADDED_MAX).unwrap_or(usize::MAX);
    let mut given = Members::new(members);
    let guests = given.objects("guests", length_max, |guest| NewGuest {
        email: guest.required("email", contact::email),
        name: guest.optional("name", value::name),
        time_zone: zone(guest.optional("timeZone", value::zone)),
        phone_number: guest.optional("phoneNumber", contact::phone),
        language: language(guest),
    });
    if guests.as_ref().is_none_or(Vec::is_empty) && given.is_sound() {
        given.fault("guests", "arrayMinSize", "must contain at least 1 elements");
    }
    given.finish(Style::Dropping)?;
    Ok(guests.unwrap_or_default())
}

/// Reads an attendee to add.
///
/// # Errors
/// 400 with every fault.
pub(crate) fn read_attendee(members: &Map<String, Value>) -> Result<NewGuest, Failure> {
    let mut given = Members::new(members);
    let zoned = given.required_or("timeZone", value::zone, chrono_tz::Tz::UTC);
    let guest = NewGuest {
        email: given.required("email", contact::email),
        name: Some(given.required("name", value::name)),
        time_zone: zone(Some(zoned)),
        phone_number: given.optional("phoneNumber", contact::phone),
        language: language(&mut given),
    };
    given.finish(Style::Dropping)?;
    Ok(guest)
}

fn zone(zone: Option<chrono_tz::Tz>) -> Option<String> {
    zone.map(|zone| zone.name().to_owned())
}

fn language(body: &mut Members<'_>) -> Option<String> {
    let language = body.optional("language", value::one_of(&body::LANGUAGES));
    language.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{people, samples};
    use super::*;
    use serde_json::json;

    fn guests(value: &Value) -> Result<Vec<NewGuest>, Failure> {
        read_guests(value.as_object().unwrap())
    }

    #[test]
    fn one_to_ten_guests_are_named_by_their_addresses() {
        let many = |count: usize| {
            let guest = |index| json!({"email": format!("g{index}@example.org")});
            json!({"guests": (0..count).map(guest).collect::<Vec<_>>()})
        };
        assert!(guests(&many(0)).is_err());
        assert_eq!(guests(&many(10)).unwrap().len(), 10);
        assert!(guests(&many(11)).is_err());
        for wrong in [
            json!({}),
            json!({"guests": "g"}),
            json!({"guests": [{"name": "G"}]}),
        ] {
            assert!(guests(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nobody_comes_twice() {
        let people = people::of(&samples::row(), &samples::opened());
        let named = |emails: &[&str]| {
            let guest = |email| json!({"email": email});
            let body = json!({"guests": emails.iter().map(guest).collect::<Vec<_>>()});
            check_new(&people, &guests(&body).unwrap())
        };
        assert!(named(&["inga@example.org", "uldis@example.org"]).is_ok());
        assert!(named(&["karlis@example.org"]).is_err());
        assert!(named(&["inga@example.org", "Inga@example.org"]).is_err());
    }

    #[test]
    fn what_is_not_said_is_as_of_who_booked() {
        let people = people::of(&samples::row(), &samples::opened());
        let body = json!({"guests": [{"email": "inga@example.org"}]});
        let guest = guests(&body).unwrap().remove(0);
        let companion = companion(&guest, Some(&people[0].wire));
        assert_eq!(companion.time_zone, "Europe/Riga");
        assert_eq!(companion.language, "lv");
        assert_eq!(companion.name, "");
    }
}
