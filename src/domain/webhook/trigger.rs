//! What a webhook waits for: the names of Cal.com's API (`reference` § 7.1), which subscribers and the log both keep.

use serde::{Deserialize, Serialize};

macro_rules! triggers {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a webhook waits for. Its text is permanent: it is recorded, and subscribers send it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Trigger {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Trigger {
            /// Every trigger, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The texts of [`Self::ALL`], in the same order.
            pub const TEXTS: &'static [&'static str] = &[$($text),*];

            /// The text on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

triggers! {
    /// A booking stands: placed, or confirmed.
    BookingCreated = "BOOKING_CREATED",
    /// A booking waits for a person.
    BookingRequested = "BOOKING_REQUESTED",
    /// A booking moved.
    BookingRescheduled = "BOOKING_RESCHEDULED",
    /// A booking was cancelled.
    BookingCancelled = "BOOKING_CANCELLED",
    /// A pending booking was declined.
    BookingRejected = "BOOKING_REJECTED",
    /// Somebody was marked absent, or not absent after all.
    BookingNoShowUpdated = "BOOKING_NO_SHOW_UPDATED",
    /// Accepted; never fires: Daybook takes no money.
    BookingPaymentInitiated = "BOOKING_PAYMENT_INITIATED",
    /// Accepted; never fires.
    BookingPaid = "BOOKING_PAID",
    /// The start of a booking has come.
    MeetingStarted = "MEETING_STARTED",
    /// The end of a booking has come.
    MeetingEnded = "MEETING_ENDED",
    /// Accepted; never fires: Daybook records no meeting.
    RecordingReady = "RECORDING_READY",
    /// Accepted; never fires.
    RecordingTranscriptionGenerated = "RECORDING_TRANSCRIPTION_GENERATED",
    /// Accepted; never fires.
    InstantMeeting = "INSTANT_MEETING",
    /// Somebody is out of office.
    OooCreated = "OOO_CREATED",
    /// Accepted; never fires: Daybook has no forms.
    FormSubmitted = "FORM_SUBMITTED",
    /// Accepted; never fires.
    FormSubmittedNoEvent = "FORM_SUBMITTED_NO_EVENT",
    /// Accepted; never fires.
    RoutingFormFallbackHit = "ROUTING_FORM_FALLBACK_HIT",
    /// Accepted; never fires.
    AfterHostsCalVideoNoShow = "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    /// Accepted; never fires.
    AfterGuestsCalVideoNoShow = "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    /// Accepted; never fires.
    DelegationCredentialError = "DELEGATION_CREDENTIAL_ERROR",
    /// Accepted; never fires.
    WrongAssignmentReport = "WRONG_ASSIGNMENT_REPORT",
}

impl Trigger {
    /// Reads the text of the wire.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|trigger| trigger.as_str() == text)
    }
}
