//! Providers on the wire, for the API document: what [`super::body`] reads and [`super::view`] writes.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::schedules::wire::{Hours, HoursOfDay};

/// A provider to create. Any member but the first three may be absent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProvider {
    /// Its first schedule; one of Monday to Friday 09:00 to 17:00 by default.
    pub schedule: Option<FirstSchedule>,
    /// False: a user that cannot be booked, without a schedule.
    #[schema(default = true)]
    pub bookable: Option<bool>,
    /// Display name.
    #[schema(max_length = 1_000)]
    pub name: String,
    /// Contact address.
    pub email: String,
    /// IANA zone.
    pub time_zone: String,
    /// Everything that can be changed later, too.
    #[serde(flatten)]
    pub more: MoreOfProvider,
}

/// The schedule that a provider begins with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FirstSchedule {
    /// Display name.
    #[schema(max_length = 1_000)]
    pub name: String,
    /// IANA zone; aliases are accepted.
    pub time_zone: String,
    /// Weekly hours; Monday to Friday 09:00 to 17:00 by default. Null counts as absent.
    #[schema(max_items = 100)]
    pub availability: Option<Vec<Hours>>,
    /// Hours of single days; they replace the weekly ones of their day.
    #[schema(max_items = 1_000)]
    pub overrides: Option<Vec<HoursOfDay>>,
}

/// A change of a provider: any of these members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedProvider {
    /// Display name.
    #[schema(max_length = 1_000)]
    pub name: Option<String>,
    /// Contact address.
    pub email: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub more: MoreOfProvider,
}

/// Members of a provider that may be absent. Null removes a descriptive one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoreOfProvider {
    /// Unique per tenant; made from the name when absent.
    pub username: Option<String>,
    /// 12 or 24.
    #[schema(default = 12)]
    pub time_format: Option<u8>,
    /// English name of a day.
    #[schema(default = "Monday")]
    pub week_start: Option<String>,
    /// Free text.
    #[schema(max_length = 50_000)]
    pub bio: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Language code.
    #[schema(default = "en")]
    pub locale: Option<String>,
    /// Descriptive.
    pub specialty: Option<String>,
    /// Descriptive.
    pub image_url: Option<String>,
    /// Descriptive.
    pub badge: Option<String>,
    /// Descriptive.
    pub education: Option<String>,
    /// Descriptive.
    pub degree: Option<String>,
    /// Descriptive.
    #[schema(default = "online")]
    pub location_type: Option<String>,
    /// Descriptive.
    #[schema(default = "English")]
    pub languages: Option<String>,
    /// Descriptive.
    pub certifications: Option<String>,
    /// Descriptive; opening hours are those of the schedules.
    #[schema(default = "Weekdays 9am - 5pm")]
    pub availability: Option<String>,
    /// Descriptive.
    pub session_format: Option<String>,
    /// Descriptive.
    #[schema(default = "zoom")]
    pub preferred_video_platform: Option<String>,
    /// Descriptive: how many.
    #[schema(default = 0)]
    pub reviews: Option<u32>,
    /// Descriptive, a number as it is written.
    #[schema(default = 5.0)]
    pub rating: Option<f64>,
    /// Descriptive.
    pub price: Option<u32>,
    /// Descriptive.
    #[schema(default = 0)]
    pub years_experience: Option<u32>,
    /// Descriptive.
    #[schema(max_length = 50_000)]
    pub approach: Option<String>,
    /// Descriptive.
    #[schema(max_items = 200)]
    pub conditions: Option<Vec<String>>,
    /// Descriptive: yes, no, or in words.
    pub insurance_accepted: Option<Value>,
}

/// A provider, or a user that cannot be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// Wire number; Cal.com's user id.
    pub id: i32,
    /// The ledger's id.
    pub uid: uuid::Uuid,
    /// Display name.
    pub name: String,
    /// Contact address.
    pub email: String,
    /// IANA zone.
    pub time_zone: String,
    /// Whether it can be booked.
    pub bookable: bool,
    /// The default schedule.
    #[schema(required)]
    pub default_schedule_id: Option<i32>,
    /// UTC, milliseconds.
    pub created_at: String,
    /// When profile or schedules changed last.
    pub updated_at: String,
    /// The rest, with its defaults.
    #[serde(flatten)]
    pub more: MoreOfProvider,
}

/// A page of providers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderPage {
    /// By wire number.
    pub data: Vec<Provider>,
    /// Where the list goes on.
    pub pagination: Place,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderPagePlace)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The `cursor` of the next page; null on the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Whether a page follows.
    pub has_more: bool,
}
