//! Every operation of the API document, with a request that is good and everything that is wrong with it.
//!
//! In paths, queries and bodies `UID` is a booking's, `TYPE` an event type's number, `SCHEDULE` a schedule's, `USER` a
//! provider's, `HOLD` a reservation's, `START` a free slot.

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
        let own = ["/v2/providers", "/v2/api-keys"];
        own.iter().any(|own| self.route.starts_with(own)) || self.route.ends_with("/history")
    }

    /// Whether it reads a body.
    pub(super) const fn reads_a_body(&self) -> bool {
        !self.good.is_empty()
    }
}

const B: &str = "2024-08-13";
const E: &str = "2024-06-14";
const S: &str = "2024-06-11";
const A: &str = "2024-09-04";

const EVENT_TYPE: Wrong = &[
    ("title", "7"),
    ("slug", "[]"),
    ("lengthInMinutes", "0"),
    ("lengthInMinutes", "-30"),
    ("lengthInMinutes", "1e300"),
    ("lengthInMinutes", r#""x""#),
    ("lengthInMinutesOptions", "[30, 30]"),
    ("beforeEventBuffer", "-1"),
    ("minimumBookingNotice", "99999999999999999999"),
    ("scheduleId", "2147483648"),
    (
        "seats",
        r#"{"seatsPerTimeSlot":0,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
    ),
    ("locations", r#""here""#),
    ("bookingFields", r#"[{"type":"unheard"}]"#),
    ("metadata", r#"{"daybookHolds":"sometimes"}"#),
    ("hidden", r#""yes""#),
];
const SCHEDULE: Wrong = &[
    ("name", "7"),
    ("timeZone", r#""Mars/Olympus""#),
    ("isDefault", r#""yes""#),
    (
        "availability",
        r#"[{"days":["Noday"],"startTime":"09:00","endTime":"17:00"}]"#,
    ),
    (
        "availability",
        r#"[{"days":["Monday"],"startTime":"25:00","endTime":"17:00"}]"#,
    ),
    (
        "availability",
        r#"[{"days":["Monday"],"startTime":"17:00","endTime":"09:00"}]"#,
    ),
    (
        "overrides",
        r#"[{"date":"2031-02-30","startTime":"09:00","endTime":"17:00"}]"#,
    ),
];
const PROVIDER: Wrong = &[
    ("timeZone", r#""Mars/Olympus""#),
    ("email", r#""nobody""#),
    ("name", "7"),
    ("username", "[]"),
    ("timeFormat", "13"),
    ("weekStart", r#""Noday""#),
    ("reviews", "-1"),
];
const RESERVATION: Wrong = &[
    ("slotStart", r#""soon""#),
    ("slotStart", "12"),
    ("eventTypeId", r#""x""#),
    ("eventTypeId", "2147483648"),
    ("slotDuration", "-5"),
    // The one length there is: nothing to choose from.
    ("slotDuration", "30"),
    ("slotDuration", "1e9"),
    ("reservationDuration", "0"),
    ("reservationDuration", "1441"),
];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("GET", "/", "/", "", &[]),
    reads("GET", "/livez", "/livez", "", &[]),
    reads("GET", "/readyz", "/readyz", "", &[]),
    reads("GET", "/openapi.json", "/openapi.json", "", &[]),
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
    takes("POST", "/v2/bookings/{uid}/reassign/{userId}", "/v2/bookings/UID/reassign/USER", B, "{}", &[],
        &[("reason", "7"), ("reason", "[]")]),
    // Slots and holds.
    reads("GET", "/v2/slots", "/v2/slots?eventTypeId=TYPE&start=2031-03-04&end=2031-03-05", A, &[
        ("start", "x"), ("end", "x"), ("end", "2031-03-03"), ("end", "2035-03-05"), ("timeZone", "Mars/Olympus"),
        ("eventTypeId", "x"), ("duration", "-1"), ("duration", "x"), ("format", "unheard"),
            ("bookingUidToReschedule", "%00"),
            ("username", "%00"), ("surprise", "1"),
    ]),
    takes("POST", "/v2/slots/reservations", "/v2/slots/reservations", A,
        r#"{"eventTypeId":TYPE,"slotStart":"START"}"#, &["eventTypeId", "slotStart"], RESERVATION),
    reads("GET", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A, &[]),
    takes("PATCH", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A,
        r#"{"eventTypeId":TYPE,"slotStart":"START"}"#, &["eventTypeId", "slotStart"], RESERVATION),
    reads("DELETE", "/v2/slots/reservations/{uid}", "/v2/slots/reservations/HOLD", A, &[]),
    // Event types.
    takes("POST", "/v2/event-types", "/v2/event-types", E, r#"{"title":"T","slug":"t","lengthInMinutes":30}"#,
        &["title", "slug", "lengthInMinutes"], EVENT_TYPE),
    reads("GET", "/v2/event-types", "/v2/event-types", E, &[("sortCreatedAt", "up"), ("username", "%00"), ("eventSlug", "%00"), ("orgSlug", "%00")]),
    reads("GET", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, &[]),
    takes("PATCH", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, r#"{"title":"T"}"#, &[], EVENT_TYPE),
    reads("DELETE", "/v2/event-types/{id}", "/v2/event-types/TYPE", E, &[]),
    // Schedules.
    takes("POST", "/v2/schedules", "/v2/schedules", S, r#"{"name":"S","timeZone":"Europe/Riga","isDefault":false}"#,
        &["name", "timeZone", "isDefault"], SCHEDULE),
    reads("GET", "/v2/schedules", "/v2/schedules", S, &[("ownerId", "x"), ("ownerId", "-1")]),
    reads("GET", "/v2/schedules/default", "/v2/schedules/default", S, &[("ownerId", "x")]),
    reads("GET", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, &[]),
    takes("PATCH", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, r#"{"name":"S"}"#, &[], SCHEDULE),
    reads("DELETE", "/v2/schedules/{id}", "/v2/schedules/SCHEDULE", S, &[]),
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
    reads("DELETE", "/v2/api-keys/{id}", "/v2/api-keys/UID", "", &[]),
];
