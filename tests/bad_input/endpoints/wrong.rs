//! Members with values that are none of theirs, where a table is long or used twice.

use super::Wrong;

pub(super) const EVENT_TYPE: Wrong = &[
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
    ("title", r#"" ""#),
    ("slug", r#""!""#),
    ("beforeEventBuffer", "44641"),
    ("slotInterval", "0"),
    ("color", "{}"),
    (
        "color",
        r##"{"lightThemeHex":"red","darkThemeHex":"#000"}"##,
    ),
    (
        "bookerLayouts",
        r#"{"defaultLayout":"year","enabledLayouts":["month"]}"#,
    ),
    (
        "bookerLayouts",
        r#"{"defaultLayout":"month","enabledLayouts":["week"]}"#,
    ),
    (
        "destinationCalendar",
        r#"{"integration":"google_calendar"}"#,
    ),
    ("calVideoSettings", r#"{"enableAutomaticTranscription":1}"#),
    ("interfaceLanguage", r#""english!""#),
    ("successRedirectUrl", r#""nowhere""#),
    (
        "bookingFields",
        r#"[{"type":"text","slug":"a","label":"A","required":true,"hidden":false}]"#,
    ),
    (
        "bookingFields",
        r#"[{"type":"select","slug":"a","label":"A","required":true,"hidden":false,"placeholder":""}]"#,
    ),
    ("bookingLimitsCount", r#"{"day":5,"week":4}"#),
    ("bookingLimitsDuration", r#"{"day":20}"#),
    (
        "bookerActiveBookingsLimit",
        r#"{"maximumActiveBookings":0}"#,
    ),
    ("bookingWindow", r#"{"type":"sometimes","value":3}"#),
    ("confirmationPolicy", r#"{"type":"always"}"#),
    (
        "recurrence",
        r#"{"interval":1,"occurrences":2,"frequency":"daily"}"#,
    ),
];
pub(super) const OLD_EVENT_TYPE: Wrong = &[
    ("title", "7"),
    ("slug", "[]"),
    ("length", "0"),
    ("length", r#""x""#),
    ("locations", r#""here""#),
    ("locations", r#"[{"type":"unheard"}]"#),
    ("locations", r#"[{"type":"link"}]"#),
    ("hidden", r#""yes""#),
];
pub(super) const OLD_SCHEDULE: Wrong = &[
    ("name", "7"),
    ("timeZone", r#""Mars/Olympus""#),
    (
        "availabilities",
        r#"[{"days":[7],"startTime":"1970-01-01T09:00:00Z","endTime":"1970-01-01T17:00:00Z"}]"#,
    ),
    (
        "availabilities",
        r#"[{"days":[1],"startTime":"1970-01-01T17:00:00Z","endTime":"1970-01-01T09:00:00Z"}]"#,
    ),
    (
        "dateOverrides",
        r#"[{"start":"2031-03-06T09:00:00Z","end":"2031-03-07T10:00:00Z"}]"#,
    ),
];
pub(super) const WEBHOOK: &str = r#"{"subscriberUrl":"https://hooks.example.org/cal","triggers":["BOOKING_PAID"],"active":true}"#;
pub(super) const WEBHOOK_REQUIRED: &[&str] = &["subscriberUrl", "triggers", "active"];
pub(super) const WEBHOOK_WRONG: Wrong = &[
    ("subscriberUrl", "7"),
    ("subscriberUrl", r#""hooks.example.org""#),
    ("subscriberUrl", r#""ftp://hooks.example.org/""#),
    ("subscriberUrl", r#""http://127.0.0.1/""#),
    ("subscriberUrl", r#""http://[::ffff:10.0.0.1]/""#),
    ("subscriberUrl", r#""https://ana:secret@example.org/""#),
    ("triggers", r#""BOOKING_PAID""#),
    ("triggers", r#"["booking_paid"]"#),
    ("triggers", r#"["BOOKING_PAID","BOOKING_PAID"]"#),
    ("active", r#""yes""#),
    ("secret", "7"),
    ("payloadTemplate", "{}"),
    ("version", r#""1999-01-01""#),
];
pub(super) const PARTS: Wrong = &[
    ("take", "0"),
    ("take", "251"),
    ("skip", "-1"),
    ("skip", "x"),
];
pub(super) const AWAY: Wrong = &[
    ("start", r#""tomorrow""#),
    ("start", "7"),
    ("start", r#""2031-07-15T00:00:00.000Z""#),
    ("end", r#""2031-02-30T00:00:00.000Z""#),
    ("end", r#""+99999-01-01T00:00:00Z""#),
    ("reason", r#""bored""#),
    ("notes", "7"),
    ("toUserId", r#""ana""#),
    ("toUserId", "-1"),
    ("toUserId", "2147483000"),
    ("toUserId", "USER"),
];
pub(super) const AWAY_LIST: Wrong = &[
    ("take", "0"),
    ("take", "251"),
    ("skip", "-1"),
    ("sortStart", "up"),
    ("sortEnd", "7"),
];
pub(super) const SCHEDULE: Wrong = &[
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
pub(super) const PROVIDER: Wrong = &[
    ("timeZone", r#""Mars/Olympus""#),
    ("email", r#""nobody""#),
    ("name", "7"),
    ("username", "[]"),
    ("timeFormat", "13"),
    ("weekStart", r#""Noday""#),
    ("reviews", "-1"),
];
pub(super) const RESERVATION: Wrong = &[
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

pub(super) const TEAM_EVENT_TYPE: Wrong = &[
    ("title", "7"),
    ("lengthInMinutes", "0"),
    ("schedulingType", r#""managed""#),
    ("schedulingType", "7"),
    ("hosts", "7"),
    ("hosts", "[7]"),
    ("hosts", r#"[{"userId":"x"}]"#),
    ("hosts", r#"[{"userId":2147483648}]"#),
    ("hosts", r#"[{"userId":1,"priority":"urgent"}]"#),
    ("hosts", r#"[{"userId":1,"mandatory":"yes"}]"#),
    ("assignAllTeamMembers", r#""all""#),
];

pub(super) const COMPOSITE: Wrong = &[
    ("segments", "[]"),
    ("segments", "7"),
    ("segments", "[7]"),
    ("segments", r#"[{"eventTypeId":TYPE}]"#),
    ("segments", r#"[{"start":"START"}]"#),
    ("segments", r#"[{"eventTypeId":TYPE,"start":"tomorrow"}]"#),
    (
        "segments",
        r#"[{"eventTypeId":TYPE,"start":"START"},{"eventTypeId":TYPE,"gapMinutes":-1}]"#,
    ),
    (
        "segments",
        r#"[{"eventTypeId":TYPE,"start":"START"},{"eventTypeId":TYPE,"start":"START"}]"#,
    ),
    ("attendee", r#"{"name":"I","timeZone":"UTC"}"#),
    (
        "attendee",
        r#"{"name":"I","email":"i@example.org","timeZone":"Mars"}"#,
    ),
    ("guests", r#"["nobody"]"#),
    ("guests", "7"),
    ("metadata", "[]"),
];
