//! Other spellings of a path that Cal.com accepts: rewritten before routing.

use axum::extract::Request;
use axum::http::{Uri, uri::PathAndQuery};

/// Rewrites `/api/v2/*` and `/v2/ee/*` to `/v2/*`, and Cal.com's own misspelling `reccuring`.
pub fn rewrite(mut request: Request) -> Request {
    if let Some(path) = rewritten(request.uri().path()) {
        let text = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        if let Ok(path_and_query) = text.parse::<PathAndQuery>() {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path_and_query);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

/// The path as the router knows it; `None` when it is spelled that way already.
fn rewritten(path: &str) -> Option<String> {
    let mut now = path.to_owned();
    if now.starts_with("/api/v2/") {
        now.drain(..4);
    }
    if now.starts_with("/v2/ee/") {
        now.replace_range(..7, "/v2/");
    }
    if now.contains("/reccuring") {
        now = now.replace("/reccuring", "/recurring");
    }
    if 1 < now.len() && now.ends_with('/') && now.starts_with("/v2/") {
        now.truncate(now.trim_end_matches('/').len());
    }
    (now != path).then_some(now)
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn old_prefixes_lead_to_the_same_routes() {
        assert_eq!(rewritten("/api/v2/slots").as_deref(), Some("/v2/slots"));
        assert_eq!(rewritten("/v2/ee/me").as_deref(), Some("/v2/me"));
        assert_eq!(rewritten("/api/v2/ee/me").as_deref(), Some("/v2/me"));
        assert_eq!(rewritten("/v2/me/").as_deref(), Some("/v2/me"));
        assert_eq!(rewritten("/v2/me"), None);
        assert_eq!(rewritten("/api/v20/me"), None);
    }
}
