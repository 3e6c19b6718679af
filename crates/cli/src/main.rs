//! The `kmsim` command: would this AWS KMS call be allowed, by which policy, and what would have
//! to change.
//!
//! Arguments are read in [`args`]; each subcommand is one file in [`command`]. Results go to
//! standard output, messages to standard error. The exit code is 0 for allowed or passed, 1 for
//! denied or failed, 2 for an error.

use std::process::ExitCode;

mod answer;
mod args;
mod arguments;
mod command;
mod config;
mod diagnostics;
mod discover;
mod exception;
mod files;
mod github;
mod json;
mod junit;
mod mend;
mod outcome;
mod output;
mod page;
mod patch;
mod simulation;
mod target;
mod world_input;

use kmsim_authz::document;

/// Calls are full of short-lived allocations of some kilobytes, which the system's allocator is
/// slow with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match args::parse() {
        Ok(args) => command::run(&args).into(),
        Err(code) => code,
    }
}
