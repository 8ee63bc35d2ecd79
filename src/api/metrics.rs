//! What the process and the ledger count, for Prometheus: `/metrics`, text format 0.0.4.
//!
//! Sums over all tenants and codes; no name, no id, nothing that a person typed.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;
use super::needs::{Need, PUBLIC};
use crate::domain::time::Timestamp;
use crate::ledger::Statistics;
use crate::ledger::open_sagas::{OpenSagas, OpenState};
use crate::sagas::SagaStatistics;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::get("/metrics", PUBLIC)];

/// The database must answer within this.
const COUNTED_WITHIN: Duration = Duration::from_secs(2);

/// Overdue and stuck composite bookings that are counted, at most.
const UNWELL_MAX: u32 = 10_000;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Counts for Prometheus. 503 when the database does not say how many composite bookings are unsettled.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "Operations",
    responses((status = 200, description = "Counts, in the text format of Prometheus", body = String, content_type = "text/plain"),
        (status = 503, description = "The database does not answer")))]
async fn metrics(State(api): State<Arc<Api>>) -> Response {
    let asked = async { tokio::try_join!(api.sagas.open(), api.sagas.unwell(UNWELL_MAX)) };
    let (open, unwell) = match tokio::time::timeout(COUNTED_WITHIN, asked).await {
        Ok(Ok(counted)) => counted,
        Ok(Err(error)) => {
            tracing::warn!(%error, "composite bookings cannot be counted");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Err(_elapsed) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let mut page = Page::default();
    let overdue = unwell
        .iter()
        .filter(|saga| saga.state != OpenState::Stuck)
        .count();
    page.composites(&open, overdue, api.clock.now());
    page.sagas(&api.sagas.statistics());
    page.ledger(&api.ledger.statistics());
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4");
    ([kind], page.text).into_response()
}

/// The answer as it grows.
#[derive(Debug, Default)]
struct Page {
    text: String,
    /// The metric whose samples come next.
    name: String,
}

impl Page {
    fn composites(&mut self, open: &[OpenSagas], overdue: usize, now: Timestamp) {
        let of = |state| open.iter().find(|sagas| sagas.state == state);
        self.family(
            "daybook_composites_unsettled",
            "gauge",
            "Composite bookings that have not settled, by state.",
        );
        for state in OpenState::ALL {
            let count = of(state).map_or(0, |sagas| sagas.count);
            self.line(&[("state", state.as_str())], count);
        }
        self.family(
            "daybook_composites_oldest_seconds",
            "gauge",
            "Age of the oldest composite booking that has not settled, by state.",
        );
        for state in OpenState::ALL {
            let age = of(state).map_or(0, |sagas| (now - sagas.oldest).num_seconds().max(0));
            self.line(&[("state", state.as_str())], age);
        }
        self.family(
            "daybook_composites_overdue",
            "gauge",
            "Composite bookings that should have settled long ago.",
        );
        self.line(&[], overdue);
    }

    fn sagas(&mut self, counted: &SagaStatistics) {
        self.family(
            "daybook_composite_steps_total",
            "counter",
            "Steps of segments, by what was asked and how it ended.",
        );
        for (action, outcome, count) in &counted.steps {
            self.line(&[("action", action), ("outcome", outcome)], *count);
        }
        self.family(
            "daybook_composites_ended_total",
            "counter",
            "Drives of composite bookings that came to an end, by state.",
        );
        for (state, count) in &counted.ended {
            self.line(&[("state", state)], *count);
        }
    }

    fn ledger(&mut self, counted: &Statistics) {
        let counts = [
            (
                "streams_loaded",
                counted.streams_loaded,
                "Streams that were not hot.",
            ),
            (
                "events_loaded",
                counted.events_loaded,
                "Events folded for them.",
            ),
            (
                "snapshots_loaded",
                counted.snapshots_loaded,
                "Snapshots used for them.",
            ),
            (
                "snapshots_ignored",
                counted.snapshots_ignored,
                "Snapshots that did not fit.",
            ),
            (
                "snapshots_written",
                counted.snapshots_written,
                "Snapshots written.",
            ),
            (
                "snapshots_dropped",
                counted.snapshots_dropped,
                "Snapshots not written.",
            ),
            (
                "facts_checked",
                counted.facts_checked,
                "Questions to the log about bookings that left the state.",
            ),
        ];
        for (name, count, help) in counts {
            self.family(&format!("daybook_ledger_{name}_total"), "counter", help);
            self.line(&[], count);
        }
    }

    /// Begins a metric; the lines after it are its samples.
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        name.clone_into(&mut self.name);
        self.push(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    /// A sample of the metric that was begun last. Labels are codes: nothing in them needs to be escaped.
    fn line(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<_> = labels
            .iter()
            .map(|(label, code)| format!("{label}=\"{code}\""))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let name = self.name.clone();
        self.push(format_args!("{name}{labels} {value}\n"));
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.text
            .write_fmt(text)
            .expect("writing to a String does not fail");
    }
}
