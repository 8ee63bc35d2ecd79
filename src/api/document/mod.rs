//! The API document, generated from the routes, and a page that shows it without reaching outside.

mod completion;
mod versions;
mod constraints;
mod links;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::api::Api;
use crate::api::failure::Failure;
use crate::api::needs::{Need, PUBLIC};
use crate::api::version::Version;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[
    Need::get("/", PUBLIC),
    Need::get("/openapi.json", PUBLIC),
    Need::get("/openapi/{version}", PUBLIC),
];

/// What the document says before its paths.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Daybook",
        description = "An event-sourced booking ledger that speaks the Cal.com v2 API. Send `cal-api-version` as each operation says."
    ),
    tags(
        (name = "Slots"), (name = "Bookings"), (name = "Composite bookings"), (name = "Event types"), (name = "Schedules"), (name = "Me"), (name = "Calendars"),
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
        .routes(routes!(openapi_of_version))
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

/// Answers with the document of one version of Cal.com's API, for example `/openapi/2024-04-15.json`.
#[utoipa::path(get, path = "/openapi/{version}", operation_id = "documentOfVersion", tag = "Operations",
    params(("version" = String, Path, description = "A version of Cal.com's API with `.json`", example = "2024-04-15.json")),
    responses((status = 200, description = "OpenAPI 3.1"), (status = 404, description = "No such version")))]
async fn openapi_of_version(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let version = Version::ALL
        .into_iter()
        .find(|version| name.strip_suffix(".json") == Some(version.as_str()));
    match (version, api.document.0.get()) {
        (Some(version), Some(whole)) => {
            Ok(Json(versions::document_of(version, whole)).into_response())
        }
        _ => Err(Failure::not_found(format!("Cannot GET /openapi/{name}"))),
    }
}
