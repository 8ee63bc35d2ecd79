//! The promises of the README, each a file, run on both databases against the real program.

mod golden;
