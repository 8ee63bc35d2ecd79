//! `GET /v2/bookings/{uid}/calendar-links`: links that put a booking into somebody's calendar (`reference` § 4.1).

use axum::extract::Path;
use axum::response::Response;
use icalendar::{
    Calendar, CalendarDateTime, Component as _, Event, EventLike as _, EventStatus, Property,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::sent::Sent;
use super::wire;
use crate::api::envelope::success;
use crate::api::failure::Failure;
use crate::api::rejection::{Asked, Doing};
use crate::domain::provider::command::BookingStatus;
use crate::domain::time::Timestamp;
use crate::projections::row;

/// A link to one calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CalendarLink)]
pub struct CalendarLink {
    /// `Google Calendar`, `Microsoft Office`, `Microsoft Outlook` or `ICS`.
    label: &'static str,
    /// Opens the calendar with the booking filled in; with `ICS` the file itself (RFC 5545) as a `data:` address (RFC 2397).
    link: String,
}

/// Lists links that put the booking into a calendar.
#[utoipa::path(
    get,
    path = "/v2/bookings/{uid}/calendar-links",
    tag = "Bookings",
    params(("uid" = String, Path, description = "Of a booking")),
    responses(
        (status = 200, description = "Four links", body = Vec<CalendarLink>),
        (status = 403, description = "The caller is not the host"),
        (status = 404, description = "No such booking"),
    )
)]
pub(crate) async fn calendar_links(
    Path(uid): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let request = sent.request();
    let asked = Asked::new(Doing::Read).uid(&uid);
    let (tenant, row) = request.attended(&asked).await?;
    let booking = request.shown(tenant, &row).await?;
    Ok(success(links(&row, &booking)))
}

fn links(row: &row::Booking, booking: &wire::Booking) -> Vec<CalendarLink> {
    let (title, details) = (encoded(&booking.title), encoded(&booking.description));
    let place = encoded(booking.location.as_deref().unwrap_or_default());
    let basic = |at: Timestamp| at.format("%Y%m%dT%H%M%SZ").to_string();
    let extended = |at: Timestamp| encoded(&at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let (start, end) = (row.slot.start(), row.slot.end());
    let microsoft = |host: &str| {
        format!(
            "https://{host}/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent&startdt={}&enddt={}&subject={title}&body={details}&location={place}",
            extended(start),
            extended(end),
        )
    };
    let google = format!(
        "https://calendar.google.com/calendar/render?action=TEMPLATE&dates={}/{}&text={title}&details={details}&location={place}",
        basic(start),
        basic(end),
    );
    let file = encoded(&file(row, booking));
    let link = |label, link| CalendarLink { label, link };
    vec![
        link("Google Calendar", google),
        link("Microsoft Office", microsoft("outlook.office.com")),
        link("Microsoft Outlook", microsoft("outlook.live.com")),
        link("ICS", format!("data:text/calendar;charset=utf-8,{file}")),
    ]
}

/// The booking as a calendar file: its UID survives moves, its sequence grows with every change.
fn file(row: &row::Booking, booking: &wire::Booking) -> String {
    let address = |email: &str| format!("mailto:{email}");
    let mut event = Event::new();
    event
        .uid(&row.ics_uid)
        .timestamp(row.updated_at)
        .starts(CalendarDateTime::Utc(row.slot.start()))
        .ends(CalendarDateTime::Utc(row.slot.end()))
        .sequence(u32::try_from(row.version).unwrap_or(u32::MAX))
        .summary(&booking.title)
        .description(&booking.description)
        .status(match row.status {
            BookingStatus::Accepted => EventStatus::Confirmed,
            BookingStatus::Pending => EventStatus::Tentative,
            BookingStatus::Cancelled | BookingStatus::Rejected => EventStatus::Cancelled,
        });
    if let Some(location) = &booking.location {
        event.location(location);
    }
    let mut organizer = Property::new("ORGANIZER", address(&row.host.email));
    event.append_property(
        organizer
            .add_parameter("CN", &quotable(&row.host.name))
            .done(),
    );
    for attendee in booking
        .attendees
        .iter()
        .filter(|attendee| !attendee.email.is_empty())
    {
        let mut property = Property::new("ATTENDEE", address(&attendee.email));
        if !attendee.name.is_empty() {
            property.add_parameter("CN", &quotable(&attendee.name));
        }
        event.append_multi_property(property.done());
    }
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Daybook//Bookings//EN"))
        .append_property(("METHOD", "PUBLISH"))
        .push(event.done());
    calendar.done().to_string()
}

/// The value of a parameter, quoted: everything but a quote and line ends may be in it (RFC 5545 § 3.1).
fn quotable(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|character| *character != '"' && !character.is_control());
    format!("\"{}\"", kept.collect::<String>())
}

/// Percent-encoded but for what is unreserved (RFC 3986 § 2.3).
fn encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| char::from(HEX[usize::from(nibble & 15)]);
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::super::rendering::{self, View};
    use super::super::samples;
    use super::*;

    #[test]
    fn every_calendar_gets_the_booking_filled_in() {
        let row = samples::row();
        let booking = rendering::booking(&row, &samples::opened(), View::default());
        let links = links(&row, &booking);
        let shown: Vec<_> = links
            .iter()
            .map(|link| format!("{}\n{}", link.label, link.link))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
        let file = file(&row, &booking);
        assert!(file.lines().all(|line| line.len() <= 75), "{file}");
        insta::assert_snapshot!(file.replace("\r\n", "\n"));
    }

    #[test]
    fn names_stay_inside_their_quotes() {
        assert_eq!(quotable("Ana \"X\"\r\nROLE:1"), "\"Ana XROLE:1\"");
        assert_eq!(encoded("Ā b&c=d%"), "%C4%80%20b%26c%3Dd%25");
    }
}
