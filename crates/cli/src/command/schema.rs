//! `kmsim schema`: the JSON Schemas of the formats.

use crate::outcome::{Exit, Failure};
use crate::output;

/// Print the JSON Schema of a format, for editors and validators
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim schema case > case.schema.json")]
pub(crate) struct Arguments {
    /// The format
    format: Format,
}

/// The formats that have a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// One decision over explicit policies and grants
    Case,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    output::print(match arguments.format {
        Format::Case => include_str!("../../schemas/case.json"),
    })?;
    Ok(Exit::Success)
}
