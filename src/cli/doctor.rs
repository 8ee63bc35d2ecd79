//! `daybook doctor`: settings, database, clock and locks; changes nothing.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;

use super::CliError;
use crate::config::Config;
use crate::ledger::open_sagas::OpenState;
use crate::ledger::safety;
use crate::sagas::Sagas;
use crate::service::Service;

/// Composite bookings that are listed.
const COMPOSITES_MAX: u32 = 20;

/// One line of the report.
struct Finding {
    grade: Grade,
    what: &'static str,
    detail: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Fine,
    Warning,
    Problem,
}

pub(super) async fn run(config: &Config, out: &mut impl Write) -> Result<(), CliError> {
    writeln!(out, "{config:#?}")?;
    let mut findings = files(config);
    if config
        .database
        .sqlite_path()
        .is_some_and(|path| !path.exists())
    {
        let detail = "is not there yet: the first start makes it".to_owned();
        findings.push(Finding::new(Grade::Warning, "database", detail));
    } else {
        findings.extend(opened(config).await);
    }
    for finding in &findings {
        let grade = match finding.grade {
            Grade::Fine => "ok",
            Grade::Warning => "warning",
            Grade::Problem => "PROBLEM",
        };
        writeln!(out, "{grade:8} {:10} {}", finding.what, finding.detail)?;
    }
    let is_problem = |finding: &&Finding| finding.grade == Grade::Problem;
    match findings.iter().filter(is_problem).count() {
        0 => Ok(()),
        problems => Err(CliError::Unhealthy { problems }),
    }
}

/// Whether the database opens, and what it says of itself.
async fn opened(config: &Config) -> Vec<Finding> {
    let service = match Service::open_unchanged(config).await {
        Ok(service) => service,
        Err(error) => return vec![Finding::failure(&error)],
    };
    let mut findings = vec![Finding::new(Grade::Fine, "database", "open".to_owned())];
    match database(&service).await {
        Ok(found) => findings.extend(found),
        // As where a migration is missing: a start applies it.
        Err(error) => findings.push(Finding::failure(&error)),
    }
    service.close().await;
    findings
}

impl Finding {
    fn failure(error: &dyn std::error::Error) -> Self {
        let causes = crate::causes(error).collect::<Vec<_>>().join(": ");
        Self::new(Grade::Problem, "database", causes)
    }

    const fn new(grade: Grade, what: &'static str, detail: String) -> Self {
        Self {
            grade,
            what,
            detail,
        }
    }
}

/// What lies beside an SQLite database.
fn files(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(path) = config.database.beside(".key")
        && let Ok(metadata) = fs::metadata(&path)
    {
        let open_to_others = metadata.permissions().mode() & 0o077 != 0;
        let grade = if open_to_others {
            Grade::Problem
        } else {
            Grade::Fine
        };
        let mode = metadata.permissions().mode() & 0o777;
        let detail = format!("{} has mode {mode:o}", path.display());
        findings.push(Finding::new(grade, "master key", detail));
    }
    if let Some(path) = config.database.beside(".lock") {
        let detail = match fs::File::open(&path).map(|file| file.try_lock()) {
            Ok(Err(fs::TryLockError::WouldBlock)) => "held: a server is running",
            Ok(Ok(()) | Err(fs::TryLockError::Error(_))) | Err(_) => "free: no server is running",
        };
        findings.push(Finding::new(Grade::Fine, "lock", detail.to_owned()));
    }
    findings
}

/// What the database says of itself.
async fn database(service: &Service) -> Result<Vec<Finding>, CliError> {
    let safety = safety::inspect(service.ledger.database(), &*service.clock).await?;
    let skew = format!("{} ms apart", safety.clock_skew.num_milliseconds().abs());
    let clock = if safety.clock_is_close() {
        Grade::Fine
    } else {
        Grade::Problem
    };
    let mut findings = vec![
        Finding::new(Grade::Fine, "version", safety.version),
        Finding::new(clock, "clock", skew),
    ];
    let found = |grade, details: Vec<String>| {
        details
            .into_iter()
            .map(move |detail| Finding::new(grade, "safety", detail))
    };
    findings.extend(found(Grade::Problem, safety.dangers));
    findings.extend(found(Grade::Warning, safety.warnings));
    findings.extend(composites(&service.sagas).await?);
    Ok(findings)
}

/// Composite bookings that a person must look at, the oldest first.
async fn composites(sagas: &Sagas) -> Result<Vec<Finding>, CliError> {
    const WHAT: &str = "composites";
    let open = sagas.open().await?;
    let unsettled: i64 = open.iter().map(|sagas| sagas.count).sum();
    let unsettled = format!("{unsettled} unsettled");
    let mut findings = vec![Finding::new(Grade::Fine, WHAT, unsettled)];
    findings.extend(sagas.unwell(COMPOSITES_MAX).await?.iter().map(|saga| {
        let (grade, state) = match saga.state {
            OpenState::Stuck => (Grade::Problem, "is stuck: retry or abandon it"),
            OpenState::Requested | OpenState::Pending | OpenState::Compensating => {
                (Grade::Warning, "is overdue: no server drives it")
            }
        };
        let detail = format!(
            "{} of tenant {}, requested at {}, {state}",
            saga.composite, saga.tenant, saga.since
        );
        Finding::new(grade, WHAT, detail)
    }));
    Ok(findings)
}
