//! Stop 6 of 6 on the path of a booking: bookings over HTTP, and what is answered.

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use super::Api;
use super::needs::Need;

/// What the routes of this module need.
pub const NEEDS: &[Need] = &[];

/// The routes of this module.
pub fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
}
