//! Every place of every route that takes an id, and the routes that take none.
//!
//! `{NAME}` is the id that is asked about, of another tenant or of nobody; `{own NAME}` is the caller's own.

use super::ids::NAMES;

/// As whom.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Owner,
    Provider,
}

/// One request about one id.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) method: &'static str,
    /// As in the API document.
    route: &'static str,
    /// Path and query as asked.
    pub(super) at: &'static str,
    /// `Name: value`; empty for none.
    pub(super) header: &'static str,
    /// JSON; empty for none. `START` is replaced by an instant.
    pub(super) body: &'static str,
    pub(super) version: &'static str,
    pub(super) by: By,
    /// Whether what is there is answered like what is not.
    pub(super) is_alike: bool,
}

impl Ask {
    const fn by_provider(mut self) -> Self {
        self.by = By::Provider;
        self
    }

    const fn header(mut self, header: &'static str) -> Self {
        self.header = header;
        self
    }

    /// What is given up is gone, as if it had never been there.
    const fn alike(mut self) -> Self {
        self.is_alike = true;
        self
    }

    /// Which placeholders are asked about.
    pub(super) fn named(&self) -> Vec<&'static str> {
        let asked = [self.at, self.header, self.body].concat();
        let is_asked = |name: &&&str| asked.contains(&format!("{{{name}}}"));
        NAMES.iter().filter(is_asked).copied().collect()
    }

    pub(super) fn names_something(&self) -> bool {
        !self.named().is_empty()
    }

    /// Whether it asks an operation of the document.
    pub(super) fn is_of(&self, method: &str, path: &str) -> bool {
        self.method.eq_ignore_ascii_case(method) && self.route == path
    }

    /// Whether it asks about a parameter of the document: in the path, the query, or a header.
    pub(super) fn asks_for(&self, parameter: &str, path: &str) -> bool {
        let segment = path
            .split('/')
            .position(|part| part == format!("{{{parameter}}}"));
        // A list names one among its own.
        let names = |text: &str| NAMES.iter().any(|name| text == format!("{{{name}}}"));
        let is_asked = |text: &str| text.split(',').any(names);
        let (asked, query) = self.at.split_once('?').unwrap_or((self.at, ""));
        if let Some(segment) = segment {
            return asked.split('/').nth(segment).is_some_and(is_asked);
        }
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut pairs = pairs.chain(self.header.split_once(": "));
        pairs.any(|(name, value)| name == parameter && is_asked(value))
    }
}

const fn ask(
    method: &'static str,
    route: &'static str,
    at: &'static str,
    body: &'static str,
    version: &'static str,
) -> Ask {
    Ask {
        method,
        route,
        at,
        header: "",
        body,
        version,
        by: By::Owner,
        is_alike: false,
    }
}

/// A route that takes no id: all it has is the caller's own.
const fn nothing(method: &'static str, route: &'static str) -> Ask {
    ask(method, route, "", "", "")
}

const B: &str = "2024-08-13";
const L: &str = "2024-04-15";
const E: &str = "2024-06-14";
const S: &str = "2024-06-11";
const A: &str = "2024-09-04";
const OLD: &str = "2024-04-15";
const PLACE: &str = "/v2/bookings";
const LIST: &str = "/v2/bookings";
const BATCH: &str = "/v2/bookings/batch";
const SEARCH: &str = "/v2/composite-bookings/search";
const WHOLES: &str = "/v2/composite-bookings";
const RESCHEDULE: &str = "/v2/bookings/{uid}/reschedule";
const CANCEL: &str = "/v2/bookings/{uid}/cancel";
const REASSIGN: &str = "/v2/bookings/{uid}/reassign/{userId}";
const TEAM: &str = "/v2/teams/{teamId}";
const TEAM_TYPES: &str = "/v2/teams/{teamId}/event-types";
const TEAM_TYPE: &str = "/v2/teams/{teamId}/event-types/{eventTypeId}";
const ATTENDEES: &str = "/v2/bookings/{uid}/attendees";
const ATTENDEE: &str = "/v2/bookings/{uid}/attendees/{attendeeId}";
const SLOTS: &str = "/v2/slots";
const HOLDS: &str = "/v2/slots/reservations";
const HOLD: &str = "/v2/slots/reservations/{uid}";
const AVAILABLE: &str = "/v2/slots/available";
const TYPES: &str = "/v2/event-types";
const TYPE: &str = "/v2/event-types/{id}";
const LINKS: &str = "/v2/event-types/{id}/private-links";
const LINK: &str = "/v2/event-types/{id}/private-links/{linkId}";
const AWAYS: &str = "/v2/organizations/{orgId}/users/{userId}/ooo";
const AWAY: &str = "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}";
const HOOKS: &str = "/v2/event-types/{id}/webhooks";
const HOOK: &str = "/v2/event-types/{id}/webhooks/{webhookId}";
const SCHEDULE: &str = "/v2/schedules/{id}";
const PROVIDER: &str = "/v2/providers/{id}";

pub(super) const ASKS: &[Ask] = &[
    nothing("GET", "/"),
    nothing("GET", "/livez"),
    nothing("GET", "/readyz"),
    nothing("GET", "/metrics"),
    nothing("GET", "/openapi.json"),
    nothing("GET", "/problems/{slug}"),
    nothing("GET", "/openapi/{version}"),
    nothing("GET", "/v2/api-keys"),
    nothing("POST", "/v2/api-keys/refresh"),
    nothing("GET", "/v2/calendars"),
    nothing("GET", "/v2/calendars/busy-times"),
    nothing("POST", "/v2/calendars/ics-feed/save"),
    nothing("GET", "/v2/calendars/ics-feed/check"),
    nothing("GET", "/v2/calendars/{calendar}/connect"),
    nothing("GET", "/v2/calendars/{calendar}/save"),
    nothing("GET", "/v2/calendars/{calendar}/check"),
    nothing("POST", "/v2/calendars/{calendar}/credentials"),
    nothing("POST", "/v2/calendars/{calendar}/disconnect"),
    nothing("PUT", "/v2/destination-calendars"),
    nothing("POST", "/v2/selected-calendars"),
    nothing("GET", "/v2/me"),
    nothing("GET", "/v2/providers"),
    nothing("GET", "/v2/teams"),
    nothing("POST", "/v2/providers"),
    // Bookings.
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{TYPE},"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"{SLUG}","username":"ana","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"intro","username":"{USERNAME}","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"intro","username":"ana","organizationSlug":"{ORG}","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{own TYPE},"start":"AT52","metadata":{"reservationUid":"{HOLD_52}"},"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{own TYPE},"start":"AT54","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B).header("X-Daybook-Hold: {HOLD_54}"),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"teamwork","teamSlug":"{TEAM_SLUG}","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", BATCH, BATCH, r#"{"bookings":[{"eventTypeId":{TYPE},"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}]}"#, ""),
    ask("POST", BATCH, BATCH, r#"{"atomic":true,"bookings":[{"eventTypeId":{TYPE},"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}]}"#, ""),
    ask("POST", SEARCH, SEARCH, r#"{"segments":[{"eventTypeId":{TYPE}}],"from":"2031-03-04T00:00:00Z","to":"2031-03-05T00:00:00Z"}"#, ""),
    ask("POST", SEARCH, SEARCH, r#"{"segments":[{"eventTypeId":{own TYPE}},{"providerId":{USER}}],"from":"2031-03-04T00:00:00Z","to":"2031-03-05T00:00:00Z"}"#, ""),
    ask("POST", SEARCH, SEARCH, r#"{"segments":[{"providerId":{own USER},"eventTypeSlug":"{SLUG}"}],"from":"2031-03-04T00:00:00Z","to":"2031-03-05T00:00:00Z"}"#, ""),
    ask("POST", SEARCH, SEARCH, r#"{"segments":[{"teamId":{TEAM}}],"from":"2031-03-04T00:00:00Z","to":"2031-03-05T00:00:00Z"}"#, ""),
    ask("GET", LIST, "/v2/bookings?eventTypeId={TYPE}", "", B),
    ask("GET", LIST, "/v2/bookings?teamId={TEAM}", "", B),
    ask("GET", LIST, "/v2/bookings?teamsIds={TEAM}", "", B),
    ask("GET", LIST, "/v2/bookings?eventTypeIds={TYPE}", "", B),
    ask("GET", LIST, "/v2/bookings?bookingUid={BOOKING}", "", B),
    ask("GET", LIST, "/v2/bookings?attendeeEmail={EMAIL}", "", B),
    ask("GET", "/v2/bookings/{uid}", "/v2/bookings/{BOOKING}", "", B),
    ask("GET", "/v2/bookings/by-seat/{seatUid}", "/v2/bookings/by-seat/{SEAT}", "", B),
    ask("GET", "/v2/bookings/{uid}/history", "/v2/bookings/{BOOKING}/history", "", ""),
    ask("POST", RESCHEDULE, "/v2/bookings/{BOOKING}/reschedule", r#"{"start":"START"}"#, B),
    ask("POST", RESCHEDULE, "/v2/bookings/{own HELD}/reschedule", r#"{"start":"AT56"}"#, B).header("X-Daybook-Hold: {HOLD_56}"),
    ask("PATCH", "/v2/bookings/{uid}", "/v2/bookings/{own HELD_TOO}", r#"{"start":"AT58"}"#, B).header("X-Daybook-Hold: {HOLD_58}"),
    ask("POST", RESCHEDULE, "/v2/bookings/{own SEATED}/reschedule", r#"{"start":"START","seatUid":"{SEAT}"}"#, B),
    ask("POST", "/v2/bookings/{uid}/confirm", "/v2/bookings/{BOOKING}/confirm", "", B),
    ask("POST", "/v2/bookings/{uid}/decline", "/v2/bookings/{BOOKING}/decline", "{}", B),
    ask("POST", "/v2/bookings/{uid}/mark-absent", "/v2/bookings/{BOOKING}/mark-absent", r#"{"host":true}"#, B),
    ask("POST", "/v2/bookings/{uid}/guests", "/v2/bookings/{BOOKING}/guests", r#"{"guests":[{"email":"g@example.org"}]}"#, B),
    ask("GET", ATTENDEES, "/v2/bookings/{BOOKING}/attendees", "", B),
    ask("POST", ATTENDEES, "/v2/bookings/{BOOKING}/attendees", r#"{"name":"G","email":"h@example.org","timeZone":"UTC"}"#, B),
    ask("GET", ATTENDEE, "/v2/bookings/{BOOKING}/attendees/{ATTENDEE}", "", B),
    ask("GET", ATTENDEE, "/v2/bookings/{own BOOKING}/attendees/{ATTENDEE}", "", B),
    ask("DELETE", ATTENDEE, "/v2/bookings/{BOOKING}/attendees/{own ATTENDEE}", "", B),
    ask("DELETE", ATTENDEE, "/v2/bookings/{own BOOKING}/attendees/{ATTENDEE}", "", B),
    ask("PATCH", "/v2/bookings/{uid}/location", "/v2/bookings/{BOOKING}/location", r#"{"location":{"type":"address","address":"A"}}"#, B),
    ask("GET", "/v2/bookings/{uid}/calendar-links", "/v2/bookings/{BOOKING}/calendar-links", "", B),
    ask("GET", "/v2/bookings/{uid}/references", "/v2/bookings/{BOOKING}/references", "", B),
    ask("GET", "/v2/bookings/{uid}/recordings", "/v2/bookings/{BOOKING}/recordings", "", B),
    ask("GET", "/v2/bookings/{uid}/transcripts", "/v2/bookings/{BOOKING}/transcripts", "", B),
    ask("GET", "/v2/bookings/{uid}/conferencing-sessions", "/v2/bookings/{BOOKING}/conferencing-sessions", "", B),
    ask("POST", REASSIGN, "/v2/bookings/{BOOKING}/reassign/{own USER}", "{}", B),
    ask("POST", REASSIGN, "/v2/bookings/{own BOOKING}/reassign/{USER}", "{}", B),
    ask("POST", "/v2/bookings/{uid}/reassign", "/v2/bookings/{BOOKING}/reassign", "", B),
    // Teams.
    ask("POST", "/v2/teams", "/v2/teams", r#"{"name":"X","slug":"x","members":[{USER}]}"#, ""),
    ask("GET", TEAM, "/v2/teams/{TEAM}", "", ""),
    ask("GET", TEAM_TYPES, "/v2/teams/{TEAM}/event-types", "", ""),
    ask("POST", TEAM_TYPES, "/v2/teams/{TEAM}/event-types", r#"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"collective"}"#, ""),
    ask("POST", TEAM_TYPES, "/v2/teams/{own TEAM}/event-types", r#"{"title":"T","slug":"u","lengthInMinutes":30,"schedulingType":"collective","hosts":[{"userId":{USER}}]}"#, ""),
    ask("POST", TEAM_TYPES, "/v2/teams/{own TEAM}/event-types", r#"{"title":"T","slug":"v","lengthInMinutes":30,"schedulingType":"collective","scheduleId":{SCHEDULE}}"#, ""),
    ask("GET", TEAM_TYPE, "/v2/teams/{TEAM}/event-types/{own TEAM_TYPE}", "", ""),
    ask("GET", TEAM_TYPE, "/v2/teams/{own TEAM}/event-types/{TEAM_TYPE}", "", ""),
    ask("PATCH", TEAM_TYPE, "/v2/teams/{TEAM}/event-types/{own TEAM_TYPE}", r#"{"title":"X"}"#, ""),
    ask("PATCH", TEAM_TYPE, "/v2/teams/{own TEAM}/event-types/{TEAM_TYPE}", r#"{"title":"X"}"#, ""),
    ask("PATCH", TEAM_TYPE, "/v2/teams/{own TEAM}/event-types/{own TEAM_TYPE}", r#"{"hosts":[{"userId":{USER}}]}"#, ""),
    ask("GET", RESCHEDULE, "/v2/bookings/{BOOKING}/reschedule", "", L),
    ask("POST", "/v2/bookings/{uid}/mark-no-show", "/v2/bookings/{BOOKING}/mark-no-show", r#"{"noShowHost":true}"#, L),
    ask("POST", "/v2/bookings/recurring", "/v2/bookings/recurring", r#"[{"eventTypeId":{TYPE},"start":"START","timeZone":"UTC","language":"en","metadata":{},"responses":{"name":"I","email":"i@example.org"}}]"#, L),
    nothing("POST", "/v2/bookings/instant"),
    ask("PATCH", "/v2/bookings/{uid}", "/v2/bookings/{BOOKING}", r#"{"start":"START"}"#, B),
    // Holds and slots.
    ask("GET", SLOTS, "/v2/slots?eventTypeId={TYPE}&start=2031-03-04&end=2031-03-05", "", A),
    ask("GET", SLOTS, "/v2/slots?eventTypeSlug={SLUG}&username=ana&start=2031-03-04&end=2031-03-05", "", A),
    ask("GET", SLOTS, "/v2/slots?eventTypeSlug=intro&username={USERNAME}&start=2031-03-04&end=2031-03-05", "", A),
    ask("GET", SLOTS, "/v2/slots?eventTypeSlug=intro&username=ana&organizationSlug={ORG}&start=2031-03-04&end=2031-03-05", "", A),
    ask("GET", SLOTS, "/v2/slots?eventTypeId={own TYPE}&bookingUidToReschedule={BOOKING}&start=DAY30&end=DAY30", "", A),
    ask("GET", SLOTS, "/v2/slots?eventTypeSlug=teamwork&teamSlug={TEAM_SLUG}&start=2031-03-04&end=2031-03-05", "", A),
    ask("GET", SLOTS, "/v2/slots?usernames={USERNAME},ana&start=2031-03-04&end=2031-03-05", "", A),
    ask("POST", HOLDS, HOLDS, r#"{"eventTypeId":{TYPE},"slotStart":"START"}"#, A),
    ask("GET", HOLD, "/v2/slots/reservations/{HOLD}", "", A),
    ask("PATCH", HOLD, "/v2/slots/reservations/{own HOLD}", r#"{"eventTypeId":{TYPE},"slotStart":"START"}"#, A),
    ask("PATCH", HOLD, "/v2/slots/reservations/{HOLD}", r#"{"eventTypeId":{own TYPE},"slotStart":"START"}"#, A),
    ask("GET", AVAILABLE, "/v2/slots/available?eventTypeId={TYPE}&startTime=2031-03-04&endTime=2031-03-05", "", B),
    ask("GET", AVAILABLE, "/v2/slots/available?eventTypeSlug={SLUG}&usernameList[]=ana&startTime=2031-03-04&endTime=2031-03-05", "", B),
    ask("GET", AVAILABLE, "/v2/slots/available?eventTypeSlug=intro&usernameList[]={USERNAME}&startTime=2031-03-04&endTime=2031-03-05", "", B),
    ask("GET", AVAILABLE, "/v2/slots/available?eventTypeSlug=intro&usernameList[]=ana&orgSlug={ORG}&startTime=2031-03-04&endTime=2031-03-05", "", B),
    ask("GET", AVAILABLE, "/v2/slots/available?eventTypeId={own TYPE}&rescheduleUid={BOOKING}&startTime=DAY30&endTime=DAY30", "", B),
    ask("POST", "/v2/slots/reserve", "/v2/slots/reserve", r#"{"eventTypeId":{TYPE},"slotUtcStartDate":"2031-03-04T09:00:00Z","slotUtcEndDate":"2031-03-04T09:30:00Z"}"#, B),
    // Event types.
    ask("GET", TYPES, "/v2/event-types?username={USERNAME}", "", E),
    ask("GET", TYPES, "/v2/event-types?usernames={USERNAME}", "", E),
    ask("GET", TYPES, "/v2/event-types?username=ana&eventSlug={SLUG}", "", E),
    ask("GET", TYPES, "/v2/event-types?username=ana&orgSlug={ORG}", "", E),
    ask("POST", TYPES, TYPES, r#"{"title":"T","slug":"t","lengthInMinutes":30,"scheduleId":{SCHEDULE}}"#, E).by_provider(),
    ask("GET", TYPE, "/v2/event-types/{TYPE}", "", E),
    ask("PATCH", TYPE, "/v2/event-types/{TYPE}", r#"{"title":"X"}"#, E),
    ask("PATCH", TYPE, "/v2/event-types/{own TYPE}", r#"{"scheduleId":{SCHEDULE}}"#, E),
    ask("GET", TYPES, "/v2/event-types?username=ana&orgId={USER}", "", E).alike(),
    ask("GET", TYPE, "/v2/event-types/{TYPE}", "", OLD),
    ask("PATCH", TYPE, "/v2/event-types/{TYPE}", r#"{"title":"X"}"#, OLD),
    ask("GET", "/v2/event-types/{id}/{eventSlug}/public", "/v2/event-types/{USERNAME}/{own SLUG}/public", "", OLD),
    ask("GET", "/v2/event-types/{id}/{eventSlug}/public", "/v2/event-types/{own USERNAME}/{SLUG}/public", "", OLD).alike(),
    ask("POST", LINKS, "/v2/event-types/{TYPE}/private-links", "{}", ""),
    ask("GET", LINKS, "/v2/event-types/{TYPE}/private-links", "", ""),
    ask("PATCH", LINK, "/v2/event-types/{own TYPE}/private-links/{LINK}", r#"{"maxUsageCount":2}"#, ""),
    ask("PATCH", LINK, "/v2/event-types/{TYPE}/private-links/{LINK}", r#"{"maxUsageCount":2}"#, ""),
    // Calendars: nothing is connected, so nothing is anybody's.
    ask("GET", "/v2/calendars/{calendar}/event/{eventUid}", "/v2/calendars/google/event/{BOOKING}", "", "").alike(),
    ask("PATCH", "/v2/calendars/{calendar}/events/{eventUid}", "/v2/calendars/google/events/{BOOKING}", "{}", "").alike(),
    ask("DELETE", "/v2/selected-calendars",
        "/v2/selected-calendars?integration=google_calendar&externalId={BOOKING}&credentialId={USER}&delegationCredentialId={KEY}", "", "").alike(),
    // Webhooks.
    nothing("GET", "/v2/webhooks"),
    nothing("POST", "/v2/webhooks"),
    ask("GET", "/v2/webhooks/{id}", "/v2/webhooks/{WEBHOOK}", "", ""),
    ask("PATCH", "/v2/webhooks/{id}", "/v2/webhooks/{WEBHOOK}", r#"{"active":false}"#, ""),
    ask("GET", "/v2/webhooks/{id}", "/v2/webhooks/{TYPE_WEBHOOK}", "", "").alike(),
    ask("POST", HOOKS, "/v2/event-types/{TYPE}/webhooks", r#"{"subscriberUrl":"https://hooks.example.org/x","triggers":[],"active":true}"#, ""),
    ask("GET", HOOKS, "/v2/event-types/{TYPE}/webhooks", "", ""),
    ask("GET", HOOK, "/v2/event-types/{TYPE}/webhooks/{own TYPE_WEBHOOK}", "", ""),
    ask("GET", HOOK, "/v2/event-types/{own TYPE}/webhooks/{TYPE_WEBHOOK}", "", ""),
    ask("PATCH", HOOK, "/v2/event-types/{TYPE}/webhooks/{own TYPE_WEBHOOK}", r#"{"active":false}"#, ""),
    ask("PATCH", HOOK, "/v2/event-types/{own TYPE}/webhooks/{TYPE_WEBHOOK}", r#"{"active":false}"#, ""),
    // Out of office.
    ask("GET", "/v2/organizations/{orgId}/ooo", "/v2/organizations/{ORG_ID}/ooo", "", ""),
    ask("GET", AWAYS, "/v2/organizations/{ORG_ID}/users/{own USER}/ooo", "", ""),
    ask("GET", AWAYS, "/v2/organizations/{own ORG_ID}/users/{USER}/ooo", "", ""),
    ask("POST", AWAYS, "/v2/organizations/{ORG_ID}/users/{own USER}/ooo", r#"{"start":"2031-08-01T00:00:00Z","end":"2031-08-01T00:00:00Z"}"#, ""),
    ask("POST", AWAYS, "/v2/organizations/{own ORG_ID}/users/{USER}/ooo", r#"{"start":"2031-08-02T00:00:00Z","end":"2031-08-02T00:00:00Z"}"#, ""),
    ask("POST", AWAYS, "/v2/organizations/{own ORG_ID}/users/{own USER}/ooo", r#"{"start":"2031-08-03T00:00:00Z","end":"2031-08-03T00:00:00Z","toUserId":{USER}}"#, ""),
    ask("PATCH", AWAY, "/v2/organizations/{ORG_ID}/users/{own USER}/ooo/{own AWAY}", r#"{"notes":"x"}"#, ""),
    ask("PATCH", AWAY, "/v2/organizations/{own ORG_ID}/users/{USER}/ooo/{own AWAY}", r#"{"notes":"x"}"#, ""),
    ask("PATCH", AWAY, "/v2/organizations/{own ORG_ID}/users/{own USER}/ooo/{AWAY}", r#"{"notes":"x"}"#, ""),
    // Schedules, profile, providers, keys.
    ask("GET", "/v2/schedules", "/v2/schedules?ownerId={USER}", "", S),
    ask("GET", "/v2/schedules/default", "/v2/schedules/default?ownerId={USER}", "", S),
    ask("POST", "/v2/schedules", "/v2/schedules", r#"{"name":"X","timeZone":"UTC","isDefault":false,"ownerId":{USER}}"#, S),
    ask("GET", SCHEDULE, "/v2/schedules/{SCHEDULE}", "", S),
    ask("PATCH", SCHEDULE, "/v2/schedules/{SCHEDULE}", r#"{"name":"X"}"#, S),
    ask("GET", SCHEDULE, "/v2/schedules/{SCHEDULE}", "", OLD),
    ask("PATCH", SCHEDULE, "/v2/schedules/{SCHEDULE}", r#"{"name":"X"}"#, OLD),
    ask("PATCH", "/v2/me", "/v2/me", r#"{"defaultScheduleId":{SPARE_SCHEDULE}}"#, "").by_provider(),
    ask("GET", PROVIDER, "/v2/providers/{PROVIDER}", "", ""),
    ask("GET", PROVIDER, "/v2/providers/{USER}", "", ""),
    ask("PATCH", PROVIDER, "/v2/providers/{PROVIDER}", r#"{"name":"X"}"#, ""),
    ask("POST", "/v2/api-keys", "/v2/api-keys", r#"{"label":"X","role":"provider","provider":"{PROVIDER}"}"#, ""),
    ask("POST", "/v2/api-keys", "/v2/api-keys", r#"{"label":"X","role":"provider","provider":{USER}}"#, ""),
    // Composite bookings.
    ask("POST", WHOLES, WHOLES, r#"{"segments":[{"eventTypeId":{TYPE},"start":"START"}],"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, ""),
    ask("POST", WHOLES, WHOLES, r#"{"segments":[{"providerId":{USER},"start":"START"}],"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, ""),
    ask("POST", WHOLES, WHOLES, r#"{"segments":[{"teamId":{TEAM},"start":"START"}],"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, ""),
    ask("GET", WHOLES, "/v2/composite-bookings?providerId={USER}", "", ""),
    ask("GET", WHOLES, "/v2/composite-bookings?attendeeEmail={EMAIL}", "", ""),
    ask("GET", "/v2/composite-bookings/{uid}", "/v2/composite-bookings/{COMPOSITE}", "", ""),
    ask("GET", "/v2/composite-bookings/{uid}", "/v2/composite-bookings/{COMPOSITE}", "", "").by_provider(),
    ask("POST", "/v2/composite-bookings/{uid}/confirm", "/v2/composite-bookings/{COMPOSITE}/confirm", "", ""),
    ask("POST", "/v2/composite-bookings/{uid}/decline", "/v2/composite-bookings/{COMPOSITE}/decline", "{}", ""),
    ask("POST", "/v2/composite-bookings/{uid}/retry", "/v2/composite-bookings/{COMPOSITE}/retry", "", ""),
    ask("POST", "/v2/composite-bookings/{uid}/abandon", "/v2/composite-bookings/{COMPOSITE}/abandon", "", ""),
    ask("POST", "/v2/composite-bookings/{uid}/reschedule", "/v2/composite-bookings/{COMPOSITE}/reschedule", r#"{"start":"AT60"}"#, ""),
    // What ends something comes last: of the caller's own, the others still need it.
    ask("POST", CANCEL, "/v2/bookings/{own SEATED}/cancel", r#"{"seatUid":"{SEAT}"}"#, B),
    ask("POST", CANCEL, "/v2/bookings/{BOOKING}/cancel", "{}", B),
    ask("POST", "/v2/composite-bookings/{uid}/cancel", "/v2/composite-bookings/{COMPOSITE}/cancel", "{}", ""),
    ask("DELETE", "/v2/slots/reserve/{id}", "/v2/slots/reserve/{HOLD}", "", B).alike(),
    ask("DELETE", "/v2/slots/selected-slot", "/v2/slots/selected-slot?uid={HOLD}", "", B).alike(),
    ask("DELETE", "/v2/bookings/{uid}", "/v2/bookings/{BOOKING}", "", B),
    ask("DELETE", HOLD, "/v2/slots/reservations/{HOLD}", "", A).alike(),
    ask("DELETE", SCHEDULE, "/v2/schedules/{SCHEDULE}", "", S),
    ask("DELETE", LINK, "/v2/event-types/{TYPE}/private-links/{LINK}", "", ""),
    ask("DELETE", "/v2/webhooks/{id}", "/v2/webhooks/{WEBHOOK}", "", ""),
    ask("DELETE", AWAY, "/v2/organizations/{ORG_ID}/users/{USER}/ooo/{AWAY}", "", ""),
    ask("DELETE", HOOK, "/v2/event-types/{TYPE}/webhooks/{TYPE_WEBHOOK}", "", ""),
    ask("DELETE", HOOKS, "/v2/event-types/{TYPE}/webhooks", "", ""),
    ask("DELETE", TYPE, "/v2/event-types/{SPARE_TYPE}", "", E),
    ask("DELETE", TEAM_TYPE, "/v2/teams/{own TEAM}/event-types/{SPARE_TEAM_TYPE}", "", ""),
    ask("DELETE", TEAM_TYPE, "/v2/teams/{TEAM}/event-types/{own TEAM_TYPE}", "", ""),
    ask("DELETE", "/v2/api-keys/{id}", "/v2/api-keys/{KEY}", "", ""),
];
