//! Every operation of the API document, with a request that is good and everything that is wrong with it.
//!
//! In paths, queries and bodies `UID` is a booking's, `TYPE` an event type's number, `SCHEDULE` a schedule's, `USER` a
//! provider's, `HOLD` a reservation's, `START` a free slot and `END` its end.

mod wrong;

use wrong::{
    AWAY, AWAY_LIST, COMPOSITE, EVENT_TYPE, OLD_EVENT_TYPE, OLD_SCHEDULE, PARTS, PROVIDER,
    RESERVATION, SCHEDULE, TEAM_EVENT_TYPE, WEBHOOK, WEBHOOK_REQUIRED, WEBHOOK_WRONG,
};

/// Members or parameters with values (JSON, or text of a query) that are wrong each.
type Wrong = &'static [(&'static str, &'static str)];

/// One operation.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    /// As in the API document.
    pub(super) route: &'static str,
    pub(super) path: &'static str,
    pub(super) version: &'static str,
    /// A body that is good; empty where none is read.
    pub(super) good: &'static str,
    /// Wrong members of the body, or, where none is read, wrong parameters of the query.
    pub(super) wrong: Wrong,
    /// Members that must be there.
    pub(super) required: &'static [&'static str],
    /// Whether a member that is not known is refused (else it is dropped).
    pub(super) is_strict: bool,
}

const fn reads(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    version: &'static str,
    wrong: Wrong,
) -> Endpoint {
    Endpoint {
        method,
        route,
        path,
        version,
        good: "",
        wrong,
        required: &[],
        is_strict: false,
    }
}

const fn takes(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    version: &'static str,
    good: &'static str,
    required: &'static [&'static str],
    wrong: Wrong,
) -> Endpoint {
    Endpoint {
        method,
        route,
        path,
        version,
        good,
        wrong,
        required,
        is_strict: false,
    }
}

impl Endpoint {
    const fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// Whether its failures are problem documents, as DESIGN § 10 lists the paths.
    pub(super) fn is_own(&self) -> bool {
        let own = [
            "/v2/providers",
            "/v2/api-keys",
            "/v2/bookings/batch",
            "/v2/composite-bookings",
        ];
        let is_refresh = self.route == "/v2/api-keys/refresh";
        !is_refresh && own.iter().any(|own| self.route.starts_with(own))
            || self.route.ends_with("/history")
    }

    /// Whether it reads a body.
    pub(super) const fn reads_a_body(&self) -> bool {
        !self.good.is_empty()
    }
}

const B: &str = "2024-08-13";
const L: &str = "2024-04-15";
const E: &str = "2024-06-14";
const S: &str = "2024-06-11";
const A: &str = "2024-09-04";
const OLD: &str = "2024-04-15";

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("GET", "/", "/", "", &[]),
    reads("GET", "/livez", "/livez", "", &[]),
    reads("GET", "/readyz", "/readyz", "", &[]),
    reads("GET", "/metrics", "/metrics", "", &[]),
    reads("GET", "/openapi.json", "/openapi.json", "", &[]),
    reads("GET", "/openapi/{version}", "/openapi/2024-04-15.json", "", &[]),
    reads("GET", "/problems/{slug}", "/problems/not-found", "", &[]),
    // Bookings.
    takes("POST", "/v2/bookings", "/v2/bookings", B,
        r#"{"eventTypeId":TYPE,"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#,
        &["start", "attendee", "eventTypeId"],
        &[
            ("start", r#""tomorrow""#),
            ("start", "12"),
            ("start", r#""2001-01-01T09:00:00Z""#),
            ("start", r#""9999-12-31T23:59:59Z""#),
            ("start", r#""+99999-01-01T00:00:00Z""#),
            ("eventTypeId", r#""x""#),
            ("eventTypeId", "-1.5"),
            ("eventTypeId", "99999999999999999999999"),
            ("attendee", r#""Ilze""#),
            ("attendee", r#"{"name":"I","email":"i@example.org","timeZone":"Mars/Olympus"}"#),
            ("attendee", r#"{"name":"I","email":"nobody","timeZone":"UTC"}"#),
            ("attendee", r#"{"name":"I","timeZone":"UTC"}"#),
            ("attendee", r#"{"name":"I","email":"i@example.org","timeZone":"UTC","surprise":1}"#),
            ("attendee", r#"{"name":"I\u0000","email":"i@example.org","timeZone":"UTC"}"#),
            ("lengthInMinutes", "-30"),
            ("lengthInMinutes", "45"),
            ("lengthInMinutes", "44641"),
            ("guests", r#""g@example.org""#),
            ("metadata", r#""crm""#),
            ("metadata", r#"{"crm":{"deep":1}}"#),
            ("recurrenceCount", "-1"),
        ]).strict(),
    takes("POST", "/v2/bookings/batch", "/v2/bookings/batch", "",
        r#"{"atomic":true,"bookings":[{"eventTypeId":TYPE,"start":"START","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}]}"#,
        &["bookings"],
        &[
            ("bookings", "[]"),
            ("bookings", "7"),
            ("bookings", "{}"),
            ("bookings", "[1]"),
            ("bookings", "[{}]"),
            ("bookings", r#"[{"eventTypeId":TYPE,"start":"soon","attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}]"#),
            ("bookings", r#"[{"eventTypeId":TYPE,"start":"START","attendee":{"name":"I","timeZone":"UTC"}}]"#),
            ("bookings", r#"[{"eventTypeId":TYPE,"start":"START","surprise":1,"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}]"#),
            ("atomic", r#""yes""#),
            ("atomic", "1"),
        ]).strict(),
    takes("POST", "/v2/composite-bookings", "/v2/composite-bookings", "",
        r#"{"segments":[{"eventTypeId":TYPE,"start":"START"}],"attendee":{"name":"I","email":"i@example.org","timeZone":"UTC"}}"#,
        &["segments", "attendee"], COMPOSITE).strict(),
    reads("GET", "/v2/composite-bookings", "/v2/composite-bookings", "",
        &[("status", "gone"), ("from", "noon"), ("to", "2031"), ("attendeeEmail", "x"), ("limit", "0"),
            ("limit", "251"), ("afterCreatedAt", "x"), ("beforeCreatedAt", "-1"), ("cursor", "abc"), ("who", "me")]),
    reads("GET", "/v2/composite-bookings/{uid}", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000", "", &[]),
    takes("POST", "/v2/composite-bookings/{uid}/cancel", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/cancel", "",
        r#"{"cancellationReason":"ill"}"#, &[], &[("cancellationReason", "7")]).strict(),
    takes("POST", "/v2/composite-bookings/{uid}/reschedule", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/reschedule", "",
        r#"{"start":"START"}"#, &["start"],
        &[("start", r#""tomorrow""#), ("start", "12"), ("start", r#""2031-03-04T07:00:30Z""#), ("start", "null"),
            ("segments", "[]"), ("reschedulingReason", "7")]).strict(),
    reads("POST", "/v2/composite-bookings/{uid}/confirm", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/confirm", "", &[]),
    takes("POST", "/v2/composite-bookings/{uid}/decline", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/decline", "",
        r#"{"reason":"ill"}"#, &[], &[("reason", "7")]).strict(),
    reads("POST", "/v2/composite-bookings/{uid}/retry", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/retry", "", &[]),
    reads("POST", "/v2/composite-bookings/{uid}/abandon", "/v2/composite-bookings/00000000-0000-4000-8000-000000000000/abandon", "", &[]),
    takes("POST", "/v2/composite-bookings/search", "/v2/composite-bookings/search", "",
        r#"{"segments":[{"eventTypeId":TYPE},{"providerId":USER,"gapMinutes":10,"windowMinutes":30}],"from":"START","to":"END"}"#,
        &["segments", "from", "to"],
        &[
            ("segments", "[]"),
            ("segments", "{}"),
            ("segments", "[7]"),
            ("segments", "[{}]"),
            ("segments", r#"[{"eventTypeId":"x"}]"#),
            ("segments", r#"[{"eventTypeId":TYPE,"start":"START"}]"#),
            ("segments", r#"[{"eventTypeId":TYPE,"gapMinutes":5}]"#),
            ("segments", r#"[{"eventTypeId":TYPE,"providerId":USER}]"#),
            ("segments", r#"[{"eventTypeId":TYPE,"eventTypeSlug":"intro"}]"#),
            ("segments", r#"[{"eventTypeId":TYPE,"lengthInMinutes":7}]"#),
            ("segments", r#"[{"eventTypeId":TYPE},{"eventTypeId":TYPE,"gapMinutes":-1}]"#),
            ("segments", r#"[{"eventTypeId":TYPE},{"eventTypeId":TYPE,"windowMinutes":10081}]"#),
            ("from", r#""tomorrow""#),
            ("to", r#""2001-01-01T09:00:00Z""#),
            ("to", r#""9999-01-01T09:00:00Z""#),
            ("limit", "0"),
            ("limit", "51"),
            ("timeZone", r#""Mars/Olympus""#),
        ]).strict(),
    reads("GET", "/v2/bookings", "/v2/bookings", B, &[
        ("take", "0"), ("take", "251"), ("skip", "-1"), ("skip", "99999999999999999999"), ("status", "unheard"),
        ("eventTypeId", "x"), ("teamId", "x"), ("teamsIds", "1,x"), ("status[]", "unheard"), ("eventTypeIds[]", "x"),
        ("afterStart", "x"), ("beforeEnd", "2031-02-30"), ("sortStart", "up"),
        ("bookingUid", "%00"),
            ("attendeeEmail", "%00"),
            ("attendeeName", "a%00"),
    ]),
    reads("GET", "/v2/bookings/{uid}", "/v2/bookings/UID", B, &[]),
    reads("GET", "/v2/bookings/by-seat/{seatUid}", "/v2/bookings/by-seat/UID", B, &[]),
    reads("GET", "/v2/bookings/{uid}/history", "/v2/bookings/UID/history", "", &[
        ("limit", "0"), ("limit", "251"), ("limit", "x"), ("cursor", "x"), ("surprise", "1"),
    ]),
    takes("POST", "/v2/bookings/{uid}/reschedule", "/v2/bookings/UID/reschedule", B, r#"{"start":"START"}"#, &["start"],
        &[("start", r#""later""#), ("start", "null"), ("start", r#""2001-01-01T09:00:00Z""#), ("reschedulingReason", "7"),
            ("rescheduledBy", r#""nobody""#), ("seatUid", "7")]).strict(),
    takes("POST", "/v2/bookings/{uid}/cancel", "/v2/bookings/UID/cancel", B, "{}", &[],
        &[("cancellationReason", "7"), ("cancelSubsequentBookings", r#""maybe""#), ("seatUid", "7")]).strict(),
    reads("POST", "/v2/bookings/{uid}/confirm", "/v2/bookings/UID/confirm", B, &[]),
    takes("POST", "/v2/bookings/{uid}/decline", "/v2/bookings/UID/decline", B, "{}", &[], &[("reason", "7")]),
    takes("POST", "/v2/bookings/{uid}/mark-absent", "/v2/bookings/UID/mark-absent", B, r#"{"host":true}"#, &["host"],
        &[("host", r#""yes""#), ("attendees", r#""I""#), ("attendees", "[7]"),
            ("attendees", r#"[{"email":"nobody","absent":true}]"#)]),
    takes("POST", "/v2/bookings/{uid}/guests", "/v2/bookings/UID/guests", B,
        r#"{"guests":[{"email":"g@example.org"}]}"#, &["guests"],
        &[("guests", "[]"), ("guests", r#""g@example.org""#), ("guests", "[7]"), ("guests", r#"[{"name":"G"}]"#),
            ("guests", r#"[{"email":"nobody"}]"#), ("guests", r#"[{"email":"g@example.org","timeZone":"Mars/Olympus"}]"#),
            ("guests", r#"[{"email":"g@example.org"},{"email":"g@example.org"}]"#)]),
    reads("GET", "/v2/bookings/{uid}/attendees", "/v2/bookings/UID/attendees", B, &[]),
    takes("POST", "/v2/bookings/{uid}/attendees", "/v2/bookings/UID/attendees", B,
        r#"{"name":"G","email":"g2@example.org","timeZone":"UTC"}"#, &["name", "email", "timeZone"],
        &[("name", "7"), ("email", r#""nobody""#), ("timeZone", r#""Mars/Olympus""#), ("phoneNumber", r#""call me""#),
            ("language", r#""tlh""#)]),
    reads("GET", "/v2/bookings/{uid}/attendees/{attendeeId}", "/v2/bookings/UID/attendees/1", B, &[]),
    reads("DELETE", "/v2/bookings/{uid}/attendees/{attendeeId}", "/v2/bookings/UID/attendees/1", B, &[]),
    takes("PATCH", "/v2/bookings/{uid}/location", "/v2/bookings/UID/location", B,
        r#"{"location":{"type":"address","address":"A"}}"#, &["location"],
        &[("location", r#""here""#), ("location", "{}"), ("location", r#"{"type":"moon"}"#),
            ("location", r#"{"type":"phone","phone":"x"}"#), ("location", r#"{"type":"link","link":"x"}"#)]),
    reads("GET", "/v2/bookings/{uid}/calendar-links", "/v2/bookings/UID/calendar-links", B, &[]),
    reads("GET", "/v2/bookings/{uid}/references", "/v2/bookings/UID/references", B, &[("type", "x")]),
    reads("GET", "/v2/bookings/{uid}/recordings", "/v2/bookings/UID/recordings", B, &[]),
    reads("GET", "/v2/bookings/{uid}/transcripts", "/v2/bookings/UID/transcripts", B, &[]),
    reads("GET", "/v2/bookings/{uid}/conferencing-sessions", "/v2/bookings/UID/conferencing-sessions", B, &[]),
    takes("POST", "/v2/bookings/{uid}/reassign/{userId}", "/v2/bookings/UID/reassign/USER", B, "{}", &[],
        &[("reason", "7"), ("reason", "[]")]),
    reads("POST", "/v2/bookings/{uid}/reassign", "/v2/bookings/UID/reassign", B, &[]),
    // Teams.
    takes("POST", "/v2/teams", "/v2/teams", "", r#"{"name":"T","slug":"t"}"#, &["name"],
        &[("name", "7"), ("slug", "[]"), ("members", "7"), ("members", r#"["x"]"#), ("members", "[2147483648]")]),
    reads("GET", "/v2/teams", "/v2/teams", "", &[]),
    reads("GET", "/v2/teams/{teamId}", "/v2/teams/TEAM", "", &[]),
    reads("GET", "/v2/teams/{teamId}/event-types", "/v2/teams/TEAM/event-types", "", &[]),
    takes("POST", "/v2/teams/{teamId}/event-types", "/v2/teams/TEAM/event-types", "",
        r#"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"collective"}"#,
        &["title", "slug", "lengthInMinutes", "schedulingType"], TEAM_EVENT_TYPE),
    reads("GET", "/v2/teams/{teamId}/event-types/{eventTypeId}", "/v2/teams/TEAM/event-types/OF_TEAM", "", &[]),
    takes("PATCH", "/v2/teams/{teamId}/event-types/{eventTypeId}", "/v2/teams/TEAM/event-types/OF_TEAM", "",
        r#"{"title":"T"}"#, &[], TEAM_EVENT_TYPE),
    reads("DELETE", "/v2/teams/{teamId}/event-types/{eventTypeId}", "/v2/teams/TEAM/event-types/OF_TEAM", "", &[]),
    reads("GET", "/v2/bookings/{uid}/reschedule", "/v2/bookings/UID/reschedule", L, &[]),
    takes("POST", "/v2/bookings/{uid}/mark-no-show", "/v2/bookings/UID/mark-no-show", L, r#"{"noShowHost":true}"#,
        &["noShowHost"], &[("noShowHost", r#""yes""#), ("attendees", r#""I""#), ("attendees", r#"[{"email":"nobody","noShow":true}]"#)]),
    takes("POST", "/v2/bookings/recurring", "/v2/bookings/recurring", L,
        r#"[{"eventTypeId":TYPE,"start":"START","timeZone":"UTC","language":"en","metadata":{},"responses":{"name":"I"}}]"#, &[], &[]),
    takes("POST", "/v2/bookings/instant", "/v2/bookings/instant", L,
        r#"{"eventTypeId":TYPE,"start":"START","timeZone":"UTC","language":"en","metadata":{},"responses":{"name":"I","email":"i@example.org"}}"#,
        &["start", "eventTypeId", "timeZone", "language", "metadata", "responses"],
        &[("start", r#""tomorrow""#), ("end", "7"), ("eventTypeId", r#""x""#), ("timeZone", r#""Mars/Olympus""#),
            ("metadata", r#""crm""#), ("responses", r#"{"name":"I"}"#), ("responses", r#"{"name":"I","email":"nobody"}"#)]),
    takes("PATCH", "/v2/bookings/{uid}", "/v2/bookings/UID", B, r#"{"start":"START"}"#, &["start"],
        &[("start", r#""later""#), ("start", "null"), ("reschedulingReason", "7"), ("seatUid", "7")]).strict(),
    takes("DELETE", "/v2/bookings/{uid}", "/v2/bookings/UID", B, "{}", &[],
        &[("cancellationReason", "7"), ("cancelSubsequentBookings", r#""maybe""#), ("seatUid", "7")]).strict(),
    // Slots and holds.
    reads("GET", "/v2/slots", "/v2/slots?eventTypeId=TYPE&start=2031-03-04&end=2031-03-05", A, &[
        ("start", "x"), ("end", "x"), ("end", "2031-03-03"), ("end", "2035-03-05"), ("timeZone", "Mars/Olympus"),
        ("eventTypeId", "x"), ("duration", "-1"), ("duration", "x"), ("format", "unheard"),
            ("bookingUidToReschedule", "%00"),
            ("username", "%00"), ("usernames", "ana"), ("surprise", "1"),
    ]),
    takes("POST", "/v2/slots/reservations", "/v2/slots/reservations", A,
        r#"{"eventTypeId":TYPE,"slotStart":"START"}"#, &["eventTypeId", "slotStart"], RESERVATION),
    reads("GET", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A, &[]),
    takes("PATCH", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A,
        r#"{"eventTypeId":TYPE,"slotStart":"START"}"#, &["eventTypeId", "slotStart"], RESERVATION),
    reads("DELETE", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A, &[]),
    reads("GET", "/v2/slots/available", "/v2/slots/available?eventTypeId=TYPE&startTime=2031-03-04&endTime=2031-03-05", B, &[
        ("startTime", "x"), ("endTime", "x"), ("endTime", "2031-03-03"), ("endTime", "2035-03-05"),
        ("timeZone", "Mars/Olympus"), ("eventTypeId", "x"), ("duration", "-1"), ("slotFormat", "unheard"),
        ("rescheduleUid", "%00"), ("orgSlug", "%00"), ("usernameList[]", "%00"),
    ]),
    takes("POST", "/v2/slots/reserve", "/v2/slots/reserve", B,
        r#"{"eventTypeId":TYPE,"slotUtcStartDate":"START","slotUtcEndDate":"END"}"#,
        &["eventTypeId", "slotUtcStartDate", "slotUtcEndDate"], &[
            ("eventTypeId", r#""x""#), ("slotUtcStartDate", r#""soon""#), ("slotUtcEndDate", "12"),
            ("slotUtcEndDate", r#""2001-01-01T09:00:00Z""#), ("slotUtcEndDate", r#""9999-12-31T23:59:59Z""#),
            ("bookingUid", "7"),
        ]),
    reads("DELETE", "/v2/slots/reserve/{id}", "/v2/slots/reserve/HOLD", B, &[]),
    reads("DELETE", "/v2/slots/selected-slot", "/v2/slots/selected-slot?uid=HOLD", B, &[("uid", "%00")]),
    // Event types.
    takes("POST", "/v2/event-types", "/v2/event-types", E, r#"{"title":"T","slug":"t","lengthInMinutes":30}"#,
        &["title", "slug", "lengthInMinutes"], EVENT_TYPE),
    reads("GET", "/v2/event-types", "/v2/event-types", E, &[("sortCreatedAt", "up"), ("username", "%00"), ("eventSlug", "%00"), ("orgSlug", "%00"), ("orgId", "x")]),
    reads("GET", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, &[]),
    takes("PATCH", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, r#"{"title":"T"}"#, &[], EVENT_TYPE),
    reads("DELETE", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, &[]),
    takes("POST", "/v2/event-types", "/v2/event-types", OLD, r#"{"title":"T","slug":"t","length":30}"#,
        &["title", "slug", "length"], OLD_EVENT_TYPE),
    takes("PATCH", "/v2/event-types/{id}", "/v2/event-types/TYPE", OLD, r#"{"title":"T"}"#, &[], OLD_EVENT_TYPE),
    reads("GET", "/v2/event-types/{id}/{eventSlug}/public", "/v2/event-types/ana/intro/public", OLD, &[]),
    takes("POST", "/v2/event-types/{id}/private-links", "/v2/event-types/TYPE/private-links", "", "{}", &[],
        &[("maxUsageCount", "0"), ("maxUsageCount", r#""x""#), ("expiresAt", r#""soon""#)]),
    reads("GET", "/v2/event-types/{id}/private-links", "/v2/event-types/TYPE/private-links", "", &[]),
    takes("PATCH", "/v2/event-types/{id}/private-links/{linkId}", "/v2/event-types/TYPE/private-links/UID", "", "{}", &[],
        &[("maxUsageCount", "1.5"), ("expiresAt", "12")]),
    reads("DELETE", "/v2/event-types/{id}/private-links/{linkId}", "/v2/event-types/TYPE/private-links/UID", "", &[]),
    // Calendars.
    reads("GET", "/v2/calendars", "/v2/calendars", "", &[]),
    reads("GET", "/v2/calendars/busy-times",
        "/v2/calendars/busy-times?dateFrom=2031-03-04&dateTo=2031-03-05&timeZone=UTC&calendarsToLoad[0][credentialId]=3&calendarsToLoad[0][externalId]=a",
        "", &[("dateFrom", "x"), ("dateTo", "2031-02-30"), ("dateTo", "2031-03-03"), ("timeZone", "Mars/Olympus"),
            ("calendarsToLoad[0][credentialId]", "x"), ("calendarsToLoad[0][externalId]", "")]),
    takes("POST", "/v2/calendars/ics-feed/save", "/v2/calendars/ics-feed/save", "", r#"{"urls":["https://example.org/a.ics"]}"#,
        &["urls"], &[("urls", "[]"), ("urls", r#"["here"]"#), ("readOnly", r#""yes""#)]),
    reads("GET", "/v2/calendars/ics-feed/check", "/v2/calendars/ics-feed/check", "", &[]),
    reads("GET", "/v2/calendars/{calendar}/connect", "/v2/calendars/google/connect?isDryRun=true", "", &[("isDryRun", "maybe")]),
    reads("GET", "/v2/calendars/{calendar}/save", "/v2/calendars/google/save?state=a&code=b", "", &[]),
    reads("GET", "/v2/calendars/{calendar}/check", "/v2/calendars/google/check", "", &[]),
    takes("POST", "/v2/calendars/{calendar}/credentials", "/v2/calendars/apple/credentials", "", r#"{"username":"a","password":"b"}"#,
        &["username", "password"], &[("username", "7"), ("password", "[]")]),
    takes("POST", "/v2/calendars/{calendar}/disconnect", "/v2/calendars/google/disconnect", "", r#"{"id":3}"#, &["id"],
        &[("id", r#""x""#), ("id", "0")]),
    reads("GET", "/v2/calendars/{calendar}/event/{eventUid}", "/v2/calendars/google/event/UID", "", &[]),
    takes("PATCH", "/v2/calendars/{calendar}/events/{eventUid}", "/v2/calendars/google/events/UID", "", "{}", &[], &[("title", "7")]),
    takes("PUT", "/v2/destination-calendars", "/v2/destination-calendars", "", r#"{"integration":"google_calendar","externalId":"a"}"#,
        &["integration", "externalId"], &[("integration", "7"), ("externalId", "[]")]),
    takes("POST", "/v2/selected-calendars", "/v2/selected-calendars", "",
        r#"{"integration":"google_calendar","externalId":"a","credentialId":3}"#, &["integration", "externalId", "credentialId"],
        &[("credentialId", "0"), ("externalId", "7")]),
    reads("DELETE", "/v2/selected-calendars", "/v2/selected-calendars?integration=google_calendar&externalId=a&credentialId=3", "",
        &[("credentialId", "x"), ("externalId", ""), ("integration", "")]),
    // Schedules.
    takes("POST", "/v2/schedules", "/v2/schedules", OLD, r#"{"name":"S","timeZone":"Europe/Riga","isDefault":false}"#,
        &["name", "timeZone", "isDefault"], OLD_SCHEDULE),
    takes("PATCH", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", OLD, r#"{"name":"S"}"#, &[], OLD_SCHEDULE),
    takes("POST", "/v2/schedules", "/v2/schedules", S, r#"{"name":"S","timeZone":"Europe/Riga","isDefault":false}"#,
        &["name", "timeZone", "isDefault"], SCHEDULE),
    reads("GET", "/v2/schedules", "/v2/schedules", S, &[("ownerId", "x"), ("ownerId", "-1")]),
    reads("GET", "/v2/schedules/default", "/v2/schedules/default", S, &[("ownerId", "x")]),
    reads("GET", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, &[]),
    takes("PATCH", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, r#"{"name":"S"}"#, &[], SCHEDULE),
    reads("DELETE", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, &[]),
    // Webhooks.
    takes("POST", "/v2/webhooks", "/v2/webhooks", "", WEBHOOK, WEBHOOK_REQUIRED, WEBHOOK_WRONG),
    reads("GET", "/v2/webhooks", "/v2/webhooks", "", PARTS),
    reads("GET", "/v2/webhooks/{id}", "/v2/webhooks/HOOK", "", &[]),
    takes("PATCH", "/v2/webhooks/{id}", "/v2/webhooks/HOOK", "", r#"{"active":false}"#, &[], WEBHOOK_WRONG),
    reads("DELETE", "/v2/webhooks/{id}", "/v2/webhooks/HOOK", "", &[]),
    takes("POST", "/v2/event-types/{id}/webhooks", "/v2/event-types/TYPE/webhooks", "", WEBHOOK, WEBHOOK_REQUIRED,
        WEBHOOK_WRONG),
    reads("GET", "/v2/event-types/{id}/webhooks", "/v2/event-types/TYPE/webhooks", "", PARTS),
    reads("DELETE", "/v2/event-types/{id}/webhooks", "/v2/event-types/TYPE/webhooks", "", &[]),
    reads("GET", "/v2/event-types/{id}/webhooks/{webhookId}", "/v2/event-types/TYPE/webhooks/LATCH", "", &[]),
    takes("PATCH", "/v2/event-types/{id}/webhooks/{webhookId}", "/v2/event-types/TYPE/webhooks/LATCH", "",
        r#"{"active":false}"#, &[], WEBHOOK_WRONG),
    reads("DELETE", "/v2/event-types/{id}/webhooks/{webhookId}", "/v2/event-types/TYPE/webhooks/LATCH", "", &[]),
    // Out of office.
    reads("GET", "/v2/organizations/{orgId}/ooo", "/v2/organizations/TENANT/ooo", "", AWAY_LIST),
    reads("GET", "/v2/organizations/{orgId}/users/{userId}/ooo", "/v2/organizations/TENANT/users/USER/ooo", "", AWAY_LIST),
    takes("POST", "/v2/organizations/{orgId}/users/{userId}/ooo", "/v2/organizations/TENANT/users/USER/ooo", "",
        r#"{"start":"2031-07-01T00:00:00.000Z","end":"2031-07-14T23:59:59.999Z"}"#, &["start", "end"], AWAY),
    takes("PATCH", "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}", "/v2/organizations/TENANT/users/USER/ooo/AWAY", "",
        r#"{"start":"2031-07-01T00:00:00.000Z","end":"2031-07-14T23:59:59.999Z"}"#, &["start", "end"], AWAY),
    reads("DELETE", "/v2/organizations/{orgId}/users/{userId}/ooo/{oooId}", "/v2/organizations/TENANT/users/USER/ooo/AWAY", "", &[]),
    // The caller, providers, keys.
    reads("GET", "/v2/me", "/v2/me", "", &[]),
    takes("PATCH", "/v2/me", "/v2/me", "", r#"{"name":"N"}"#, &[], &[
        ("timeZone", r#""Mars/Olympus""#), ("email", r#""nobody""#), ("name", "7"), ("timeFormat", "13"),
        ("weekStart", r#""Noday""#), ("avatarUrl", "7"), ("defaultScheduleId", r#""x""#),
    ]),
    takes("POST", "/v2/providers", "/v2/providers", "",
        r#"{"name":"N","email":"n@example.org","username":"n","timeZone":"UTC"}"#, &["name", "email", "timeZone"],
        PROVIDER).strict(),
    reads("GET", "/v2/providers", "/v2/providers", "", &[("limit", "0"), ("limit", "251"), ("limit", "x"), ("cursor", "x")]),
    reads("GET", "/v2/providers/{id}", "/v2/providers/USER", "", &[]),
    takes("PATCH", "/v2/providers/{id}", "/v2/providers/USER", "", r#"{"name":"N"}"#, &[], PROVIDER).strict(),
    takes("POST", "/v2/api-keys", "/v2/api-keys", "", r#"{"label":"L","role":"agent"}"#, &["label", "role"], &[
        ("label", "7"), ("role", r#""king""#), ("role", r#""provider""#), ("provider", "[]"),
        ("expiresAt", r#""never""#),
    ]).strict(),
    reads("GET", "/v2/api-keys", "/v2/api-keys", "", &[]),
    takes("POST", "/v2/api-keys/refresh", "/v2/api-keys/refresh", "", "{}", &[],
        &[("apiKeyDaysValid", "0"), ("apiKeyDaysValid", r#""x""#), ("apiKeyNeverExpires", r#""yes""#)]),
    reads("DELETE", "/v2/api-keys/{id}", "/v2/api-keys/UID", "", &[]),
];
