//! `kmsim schema`: the JSON Schemas of the formats.

use crate::outcome::{Exit, Failure};
use crate::output;

/// Print the JSON Schema of a format, for editors and validators
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim schema case > case.schema.json
  kmsim schema policy-test > policy-test.schema.json")]
pub(crate) struct Arguments {
    /// The format
    format: Format,
}

/// The formats that have a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// One decision over explicit policies and grants
    Case,
    /// Accounts, organization and keys
    World,
    /// Tables of calls against a world
    PolicyTest,
    /// Steps of calls that are really made
    Scenario,
    /// The settings of a project: kmsim.toml
    Config,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    output::print(match arguments.format {
        Format::Case => include_str!("../../schemas/case.json"),
        Format::World => include_str!("../../schemas/world.json"),
        Format::PolicyTest => include_str!("../../schemas/policy-test.json"),
        Format::Scenario => include_str!("../../schemas/scenario.json"),
        Format::Config => include_str!("../../schemas/config.json"),
    })?;
    Ok(Exit::Success)
}
