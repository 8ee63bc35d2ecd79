//! An event type as the wire shows it (`reference` § 5.4).

use serde_json::{Map, Value, json};

use super::{booking_field, policy, presentation};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeNumber, ProviderNumber};
use crate::projections::row;

/// What an event type's JSON is written from.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct View<'a> {
    /// Wire number.
    pub(in crate::api) number: EventTypeNumber,
    /// The owner's wire number.
    pub(in crate::api) owner_number: ProviderNumber,
    /// Its settings.
    pub(in crate::api) settings: &'a EventTypeSettings,
    /// Its owner; absent only when the row is gone.
    pub(in crate::api) owner: Option<&'a row::Provider>,
}

impl View<'_> {
    /// The whole object.
    pub(in crate::api) fn json(&self, public_url: &str) -> Map<String, Value> {
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| {
            shown.insert(name.to_owned(), value);
        };
        let settings = self.settings;
        put("id", json!(self.number));
        put("ownerId", json!(self.owner_number));
        put("title", json!(settings.title));
        put("slug", json!(settings.slug));
        put("description", json!(settings.description));
        put("lengthInMinutes", json!(settings.lengths_minutes.first()));
        if settings.has_length_options {
            let mut lengths = settings.lengths_minutes.clone();
            lengths.sort_unstable();
            put("lengthInMinutesOptions", json!(lengths));
        }
        put("locations", parsed(&settings.locations_json));
        let fields =
            booking_field::with_defaults(&settings.booking_fields_json, settings.guests_disabled);
        put("bookingFields", Value::Array(fields));
        put("metadata", parsed(&settings.metadata_json));
        put("users", self.users());
        put("bookingUrl", json!(self.booking_url(public_url)));
        self.put_constants(&mut put);
        self.put_times(&mut put);
        self.put_policies(&mut put);
        self.put_presentation(&mut put);
        shown
    }

    /// Members of Cal.com that Daybook has no use for, as Cal.com shows them by default.
    fn put_constants(&self, put: &mut impl FnMut(&str, Value)) {
        put("price", json!(0));
        put("currency", json!("usd"));
        put("forwardParamsSuccessRedirect", json!(true));
        put("isInstantEvent", json!(false));
        put("disableGuests", json!(self.settings.guests_disabled));
        put("hidden", json!(self.settings.hidden));
    }

    fn put_times(&self, put: &mut impl FnMut(&str, Value)) {
        let settings = self.settings;
        put("slotInterval", json!(settings.interval_minutes));
        put("minimumBookingNotice", json!(settings.notice_minutes));
        put("beforeEventBuffer", json!(settings.before_minutes));
        put("afterEventBuffer", json!(settings.after_minutes));
        put("offsetStart", json!(settings.offset_minutes));
        put("scheduleId", json!(settings.schedule));
        put(
            "onlyShowFirstAvailableSlot",
            json!(settings.first_slot_only),
        );
        put("showOptimizedSlots", json!(settings.optimized_slots));
    }

    fn put_policies(&self, put: &mut impl FnMut(&str, Value)) {
        let settings = self.settings;
        let carried = parsed(&settings.presentation_json);
        let threshold = carried.get(presentation::THRESHOLD).cloned();
        put("bookingWindow", policy::window_json(&settings.window));
        if let Some(limits) = policy::limits_json(&settings.limits.count) {
            put("bookingLimitsCount", limits);
        }
        if let Some(limits) = policy::limits_json(&settings.limits.minutes) {
            put("bookingLimitsDuration", limits);
        }
        put(
            "confirmationPolicy",
            policy::confirmation_json(&settings.confirmation, threshold.as_ref()),
        );
        put(
            "recurrence",
            policy::recurrence_json(settings.recurrence.as_ref()),
        );
        put("seats", policy::seats_json(settings.seats.as_ref()));
        put(
            "disableCancelling",
            json!({"disabled": settings.cancelling_disabled}),
        );
        let mut rescheduling = Map::new();
        rescheduling.insert("disabled".to_owned(), json!(settings.rescheduling.disabled));
        if let Some(minutes) = settings.rescheduling.minutes_before {
            rescheduling.insert("minutesBefore".to_owned(), json!(minutes));
        }
        put("disableRescheduling", Value::Object(rescheduling));
        put(
            "allowReschedulingPastBookings",
            json!(settings.rescheduling.past_allowed),
        );
        put(
            "allowReschedulingCancelledBookings",
            json!(settings.rescheduling.cancelled_allowed),
        );
        put(
            "bookingRequiresAuthentication",
            json!(settings.booking_requires_authentication),
        );
    }

    fn put_presentation(&self, put: &mut impl FnMut(&str, Value)) {
        for name in presentation::FLAGS {
            put(name, json!(false));
        }
        put("successRedirectUrl", Value::Null);
        put("interfaceLanguage", Value::Null);
        put("bookerActiveBookingsLimit", json!({"disabled": true}));
        let carried = parsed(&self.settings.presentation_json);
        let carried = carried.as_object().into_iter().flatten();
        for (name, value) in carried.filter(|(name, _)| *name != presentation::THRESHOLD) {
            put(name, value.clone());
        }
    }

    fn users(&self) -> Value {
        let Some(owner) = self.owner else {
            return json!([]);
        };
        json!([{
            "id": owner.number,
            "name": owner.profile.name,
            "username": owner.profile.username,
            "avatarUrl": owner.profile.avatar_url,
            "weekStart": owner.profile.week_start,
            "brandColor": null,
            "darkBrandColor": null,
            "metadata": {},
        }])
    }

    fn booking_url(&self, public_url: &str) -> String {
        let username = self
            .owner
            .map_or("", |owner| owner.profile.username.as_str());
        format!("{public_url}/{username}/{}", self.settings.slug)
    }
}

/// JSON text of the settings, which was written from JSON.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
