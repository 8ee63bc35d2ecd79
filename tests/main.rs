//! The promises of the README, each a file, run on both databases against the real program.
//!
//! One binary: it links once, and its tests share one private Postgres cluster (see [`harness`]). Counts are small by
//! default and large with `FULL=1`.

// `cfg(test)` tells the lints that panics and prints are those of tests.
#[cfg(test)]
#[macro_use]
mod harness;

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod booking;
#[cfg(test)]
mod attendees;
#[cfg(test)]
mod seats;
#[cfg(test)]
mod transcript;
#[cfg(test)]
mod race;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod out_of_office;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod rivals;
#[cfg(test)]
mod freeze;
#[cfg(test)]
mod commit_unknown;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod shutdown;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod log;
#[cfg(test)]
mod history;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod throttling;
#[cfg(test)]
mod program;
#[cfg(test)]
mod frameworks;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod evolution;
#[cfg(test)]
mod long_history;
#[cfg(test)]
mod lapsing;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod composites;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sagas;
