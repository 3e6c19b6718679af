//! test
use clap::ColorChoice;

use crate::diagnostics::Messages;
use crate::outcome::{Exit, Stop};

/// Run policy unit tests
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, _: ColorChoice, _: &Messages) -> Result<Exit, Stop> {
    Ok(Exit::Success)
}
