//! Parses the command line, runs the command, turns its end into an exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use daybook::cli::{self, Cli, CliError};

/// Frees memory of many small, short-lived allocations across threads faster than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut message = String::new();
            for cause in daybook::causes(&error) {
                message.push_str(&cause);
                message.push('\n');
            }
            // Nothing is left to tell when stderr is closed, too.
            drop(io::stderr().write_all(message.as_bytes()));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let names = std::env::vars_os().map(|(name, _value)| name);
    let ran = runtime.block_on(cli::run(cli, names, &mut io::stdout()));
    // A second signal waits for nobody: neither for requests nor for blocking calls.
    runtime.shutdown_background();
    ran
}
