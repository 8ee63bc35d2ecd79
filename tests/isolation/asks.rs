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
        let is_asked = |text: &str| NAMES.iter().any(|name| text == format!("{{{name}}}"));
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
const PLACE: &str = "/v2/bookings";
const LIST: &str = "/v2/bookings";
const RESCHEDULE: &str = "/v2/bookings/{uid}/reschedule";
const CANCEL: &str = "/v2/bookings/{uid}/cancel";
const REASSIGN: &str = "/v2/bookings/{uid}/reassign/{userId}";
const ATTENDEES: &str = "/v2/bookings/{uid}/attendees";
const ATTENDEE: &str = "/v2/bookings/{uid}/attendees/{attendeeId}";
const SLOTS: &str = "/v2/slots";
const HOLDS: &str = "/v2/slots/reservations";
const HOLD: &str = "/v2/slots/reservations/{uid}";
const TYPES: &str = "/v2/event-types";
const TYPE: &str = "/v2/event-types/{id}";
const SCHEDULE: &str = "/v2/schedules/{id}";
const PROVIDER: &str = "/v2/providers/{id}";

pub(super) const ASKS: &[Ask] = &[
    nothing("GET", "/"),
    nothing("GET", "/livez"),
    nothing("GET", "/readyz"),
    nothing("GET", "/openapi.json"),
    nothing("GET", "/problems/{slug}"),
    nothing("GET", "/v2/api-keys"),
    nothing("GET", "/v2/me"),
    nothing("GET", "/v2/providers"),
    nothing("POST", "/v2/providers"),
    // Bookings.
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{TYPE},"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"{SLUG}","username":"ana","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"intro","username":"{USERNAME}","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeSlug":"intro","username":"ana","organizationSlug":"{ORG}","start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{own TYPE},"start":"AT52","metadata":{"reservationUid":"{HOLD_52}"},"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B),
    ask("POST", PLACE, PLACE, r#"{"eventTypeId":{own TYPE},"start":"AT54","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#, B).header("X-Daybook-Hold: {HOLD_54}"),
    ask("GET", LIST, "/v2/bookings?eventTypeId={TYPE}", "", B),
    ask("GET", LIST, "/v2/bookings?eventTypeIds={TYPE}", "", B),
    ask("GET", LIST, "/v2/bookings?bookingUid={BOOKING}", "", B),
    ask("GET", LIST, "/v2/bookings?attendeeEmail={EMAIL}", "", B),
    ask("GET", "/v2/bookings/{uid}", "/v2/bookings/{BOOKING}", "", B),
    ask("GET", "/v2/bookings/by-seat/{seatUid}", "/v2/bookings/by-seat/{SEAT}", "", B),
    ask("GET", "/v2/bookings/{uid}/history", "/v2/bookings/{BOOKING}/history", "", ""),
    ask("POST", RESCHEDULE, "/v2/bookings/{BOOKING}/reschedule", r#"{"start":"START"}"#, B),
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
    ask("POST", HOLDS, HOLDS, r#"{"eventTypeId":{TYPE},"slotStart":"START"}"#, A),
    ask("GET", HOLD, "/v2/slots/reservations/{HOLD}", "", A),
    ask("PATCH", HOLD, "/v2/slots/reservations/{own HOLD}", r#"{"eventTypeId":{TYPE},"slotStart":"START"}"#, A),
    ask("PATCH", HOLD, "/v2/slots/reservations/{HOLD}", r#"{"eventTypeId":{own TYPE},"slotStart":"START"}"#, A),
    // Event types.
    ask("GET", TYPES, "/v2/event-types?username={USERNAME}", "", E),
    ask("GET", TYPES, "/v2/event-types?usernames={USERNAME}", "", E),
    ask("GET", TYPES, "/v2/event-types?username=ana&eventSlug={SLUG}", "", E),
    ask("GET", TYPES, "/v2/event-types?username=ana&orgSlug={ORG}", "", E),
    ask("POST", TYPES, TYPES, r#"{"title":"T","slug":"t","lengthInMinutes":30,"scheduleId":{SCHEDULE}}"#, E).by_provider(),
    ask("GET", TYPE, "/v2/event-types/{TYPE}", "", E),
    ask("PATCH", TYPE, "/v2/event-types/{TYPE}", r#"{"title":"X"}"#, E),
    ask("PATCH", TYPE, "/v2/event-types/{own TYPE}", r#"{"scheduleId":{SCHEDULE}}"#, E),
    // Schedules, profile, providers, keys.
    ask("GET", "/v2/schedules", "/v2/schedules?ownerId={USER}", "", S),
    ask("GET", "/v2/schedules/default", "/v2/schedules/default?ownerId={USER}", "", S),
    ask("POST", "/v2/schedules", "/v2/schedules", r#"{"name":"X","timeZone":"UTC","isDefault":false,"ownerId":{USER}}"#, S),
    ask("GET", SCHEDULE, "/v2/schedules/{SCHEDULE}", "", S),
    ask("PATCH", SCHEDULE, "/v2/schedules/{SCHEDULE}", r#"{"name":"X"}"#, S),
    ask("PATCH", "/v2/me", "/v2/me", r#"{"defaultScheduleId":{SPARE_SCHEDULE}}"#, "").by_provider(),
    ask("GET", PROVIDER, "/v2/providers/{PROVIDER}", "", ""),
    ask("GET", PROVIDER, "/v2/providers/{USER}", "", ""),
    ask("PATCH", PROVIDER, "/v2/providers/{PROVIDER}", r#"{"name":"X"}"#, ""),
    ask("POST", "/v2/api-keys", "/v2/api-keys", r#"{"label":"X","role":"provider","provider":"{PROVIDER}"}"#, ""),
    ask("POST", "/v2/api-keys", "/v2/api-keys", r#"{"label":"X","role":"provider","provider":{USER}}"#, ""),
    // What ends something comes last: of the caller's own, the others still need it.
    ask("POST", CANCEL, "/v2/bookings/{own SEATED}/cancel", r#"{"seatUid":"{SEAT}"}"#, B),
    ask("POST", CANCEL, "/v2/bookings/{BOOKING}/cancel", "{}", B),
    ask("DELETE", "/v2/bookings/{uid}", "/v2/bookings/{BOOKING}", "", B),
    ask("DELETE", HOLD, "/v2/slots/reservations/{HOLD}", "", A).alike(),
    ask("DELETE", SCHEDULE, "/v2/schedules/{SCHEDULE}", "", S),
    ask("DELETE", TYPE, "/v2/event-types/{SPARE_TYPE}", "", E),
    ask("DELETE", "/v2/api-keys/{id}", "/v2/api-keys/{KEY}", "", ""),
];
