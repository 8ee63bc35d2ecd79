//! Calendars on the wire, for the API document (`reference` § 9).

use serde::Serialize;
use utoipa::ToSchema;

/// What is connected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calendars {
    /// By connection.
    pub connected_calendars: Vec<ConnectedCalendar>,
    /// Where bookings are written; null when nowhere.
    #[schema(required)]
    pub destination_calendar: Option<Calendar>,
}

/// One connection with its calendars.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectedCalendar {
    /// Of what kind it is.
    pub integration: Integration,
    /// Wire number of the connection.
    pub credential_id: i32,
    /// The calendar that is asked first.
    #[schema(nullable = false)]
    pub primary: Option<Calendar>,
    /// All of it.
    pub calendars: Vec<Calendar>,
}

/// A kind of connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct Integration {
    /// For example `google_calendar`.
    #[serde(rename = "type")]
    pub kind: String,
    /// For example `google-calendar`.
    pub slug: String,
}

/// One calendar.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// Its name there.
    pub external_id: String,
    /// Of what kind it is.
    pub integration: String,
    /// For people.
    pub name: String,
    /// Whether it is asked first.
    pub primary: bool,
    /// Whether nothing can be written to it.
    pub read_only: bool,
    /// Whose it is.
    pub email: String,
    /// Whether its busy times count.
    pub is_selected: bool,
    /// Wire number of the connection.
    pub credential_id: i32,
}

/// Busy time of a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarBusyTime)]
pub struct BusyTime {
    /// From.
    #[schema(format = "date-time")]
    pub start: String,
    /// To, exclusive.
    #[schema(format = "date-time")]
    pub end: String,
    /// For example `google-calendar`.
    pub source: String,
}

/// Addresses of calendars to read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Feeds {
    /// http or https.
    #[schema(min_items = 1, max_items = 100)]
    pub urls: Vec<String>,
    /// Nothing is written to them.
    #[schema(default = true)]
    pub read_only: Option<bool>,
}

/// Who somebody is at a provider of calendars.
#[derive(Debug, Serialize, ToSchema)]
pub struct Credentials {
    /// Name of the account.
    pub username: String,
    /// Password for this use only.
    pub password: String,
}

/// A connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarConnectionId)]
pub struct ConnectionId {
    /// Wire number.
    #[schema(minimum = 1)]
    pub id: i32,
}

/// A connection that was made or ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarConnection)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Wire number.
    pub id: i32,
    /// For example `google_calendar`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whose.
    #[schema(required)]
    pub user_id: Option<i32>,
    /// Null.
    #[schema(required)]
    pub team_id: Option<i32>,
    /// For example `google-calendar`.
    #[schema(required)]
    pub app_id: Option<String>,
    /// Whether it has to be made again.
    #[schema(required)]
    pub invalid: Option<bool>,
}

/// Where to go to connect.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    /// A page of the provider of calendars.
    pub auth_url: String,
}

/// Where bookings are to be written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    /// For example `google_calendar`.
    pub integration: String,
    /// The calendar's name there.
    pub external_id: String,
    /// Accepted.
    pub delegation_credential_id: Option<String>,
}

/// A calendar whose busy times are to count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// For example `google_calendar`.
    pub integration: String,
    /// The calendar's name there.
    pub external_id: String,
    /// Wire number of the connection.
    #[schema(minimum = 1)]
    pub credential_id: i32,
    /// Accepted.
    pub delegation_credential_id: Option<String>,
}

/// A calendar whose busy times count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selected {
    /// Whose.
    pub user_id: i32,
    /// For example `google_calendar`.
    pub integration: String,
    /// The calendar's name there.
    pub external_id: String,
    /// Wire number of the connection.
    #[schema(required)]
    pub credential_id: Option<i32>,
}

/// An event of an outside calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEvent)]
pub struct CalendarEvent {
    /// Its name there.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A change of an event of an outside calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEventChange)]
pub struct CalendarEventChange {
    /// Its title.
    #[schema(max_length = 1_000)]
    pub title: Option<String>,
    /// Free text.
    #[schema(max_length = 50_000)]
    pub description: Option<String>,
}

/// Calendars that Cal.com connects.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnyKind {
    /// Google.
    Google,
    /// Office365.
    Office365,
    /// Apple.
    Apple,
}

/// Those that are connected on a page of their own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ByConsent {
    /// Google.
    Google,
    /// Office365.
    Office365,
}

/// Those that are connected by name and password.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ByPassword {
    /// Apple.
    Apple,
}

/// Those whose events can be read one by one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WithEvents {
    /// Google.
    Google,
}
