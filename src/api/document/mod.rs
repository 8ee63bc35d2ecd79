//! The API document, generated from the routes, and a page that shows it without reaching outside.

mod completion;
mod constraints;
mod links;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::api::Api;
use crate::api::needs::{Need, PUBLIC};

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[Need::get("/", PUBLIC), Need::get("/openapi.json", PUBLIC)];

/// What the document says before its paths.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Daybook",
        description = "An event-sourced booking ledger that speaks the Cal.com v2 API. Send `cal-api-version` as each operation says."
    ),
    tags(
        (name = "Slots"), (name = "Bookings"), (name = "Event types"), (name = "Schedules"), (name = "Me"),
        (name = "Providers"), (name = "API keys"), (name = "Operations")
    ),
    security(("bearer" = []), ()),
    modifiers(&Bearer)
)]
pub struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        document
            .components
            .get_or_insert_default()
            .add_security_scheme(
                "bearer",
                SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
            );
    }
}

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(root))
        .routes(routes!(openapi))
}

/// The page at `/docs`; its assets are in the program.
pub fn page() -> Router {
    Router::from(SwaggerUi::new("/docs").config(Config::from("/openapi.json")))
}

/// The document as it is served: written once, from the routes.
#[derive(Debug, Default)]
pub struct Served(OnceLock<serde_json::Value>);

impl Served {
    /// Sets the document; the first one stays.
    pub fn set(&self, document: &utoipa::openapi::OpenApi) {
        self.0.get_or_init(|| completed(document));
    }
}

/// The document as JSON, with what all operations have in common.
fn completed(document: &utoipa::openapi::OpenApi) -> serde_json::Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    completion::complete(&mut document);
    constraints::constrain(&mut document);
    links::link(&mut document);
    document
}

/// Leads a person to the page.
#[utoipa::path(get, path = "/", operation_id = "root", tag = "Operations", responses((status = 303, description = "To `/docs`")))]
async fn root() -> Redirect {
    Redirect::to("/docs/")
}

/// Answers with this document.
#[utoipa::path(get, path = "/openapi.json", operation_id = "document", tag = "Operations", responses((status = 200, description = "OpenAPI 3.1")))]
async fn openapi(State(api): State<Arc<Api>>) -> Response {
    Json(api.document.0.get()).into_response()
}
