//! The Postgres of unit tests.

use std::io::Write as _;
use std::sync::Once;

/// The URL of a superuser's login, where `TEST_POSTGRES_URL` names a server (`tests/run.sh` does). Without it half of
/// the promises are not run: that is said aloud, past the capture of test output, and fails where `CI` is set.
///
/// # Panics
/// When `CI` is set and no server is named.
#[expect(clippy::disallowed_methods, reason = "a test has no Config")]
pub(crate) fn postgres_url() -> Option<String> {
    static SAID: Once = Once::new();
    let url = std::env::var("TEST_POSTGRES_URL")
        .ok()
        .filter(|url| !url.is_empty());
    let is_ci = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false");
    assert!(
        url.is_some() || !is_ci,
        "TEST_POSTGRES_URL is not set: run tests/run.sh, which starts a Postgres"
    );
    if url.is_none() {
        SAID.call_once(|| {
            let mut stderr = std::io::stderr().lock();
            let said = writeln!(
                stderr,
                "\nNOT RUN ON POSTGRES: TEST_POSTGRES_URL is not set. tests/run.sh runs the unit tests on both databases.\n"
            );
            said.expect("stderr takes a line");
        });
    }
    url
}
