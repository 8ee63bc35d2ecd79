//! What the server answered.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Text by which a taken slot is refused.
pub(crate) const NOT_AVAILABLE: &str =
    "User either already has booking at this time or is not available";

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub(crate) async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        Ok(Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `data` of the success envelope.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let body = self.json();
        assert_eq!(body["status"], "success", "{}", self.text);
        body["data"].clone()
    }

    /// `data.uid`.
    #[track_caller]
    pub(crate) fn uid(&self) -> String {
        self.data()["uid"]
            .as_str()
            .expect("data has a uid")
            .to_owned()
    }

    /// `error.message` of the error envelope.
    #[track_caller]
    pub(crate) fn message(&self) -> String {
        let body = self.json();
        assert_eq!(body["status"], "error", "{}", self.text);
        body["error"]["message"]
            .as_str()
            .expect("an error has a message")
            .to_owned()
    }

    /// Asserts that the slot was refused as Cal.com refuses it.
    #[track_caller]
    pub(crate) fn expect_taken(&self) {
        match self.status.as_u16() {
            400 => assert!(self.message().starts_with(NOT_AVAILABLE), "{}", self.text),
            409 => assert!(
                self.message().contains("booking_conflict_error")
                    || self.message().starts_with(NOT_AVAILABLE),
                "{}",
                self.text
            ),
            other => panic!("{other}: {}", self.text),
        }
    }
}
