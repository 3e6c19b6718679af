//! `kmsim call`: an operation, really performed on the keys of a state.

use std::io::IsTerminal as _;
use std::path::Path;

use clap::{ArgMatches, ColorChoice, Command};
use kmsim_kms::model;
use kmsim_types::Operation;
use serde_json::{Map, Value, json};

use crate::diagnostics::Messages;
use crate::exception::{self, Exception};
use crate::files;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::simulation::Simulation;

mod parameters;
mod shorthand;

use parameters::Given;

/// Perform an operation of KMS on the keys of a state, if it is allowed
#[derive(Debug)]
pub(crate) struct Arguments {
    operation: Operation,
    parameters: Vec<Given>,
    common: Common,
}

/// What every operation takes besides its parameters.
#[derive(Debug, clap::Args)]
struct Common {
    /// The form of exceptions and their explanations
    #[arg(long, value_enum, default_value_t = exception::Format::Human)]
    format: exception::Format,
    /// The parameters as one JSON object: itself, a file, or `-` for standard input, which is read
    /// too if no parameter is given in another way. Single parameters replace what stands in it
    #[arg(long, value_name = "JSON|FILE", help_heading = PARAMETERS)]
    input: Option<String>,
    #[command(flatten)]
    simulation: Simulation,
}

/// The heading of the parameters in help.
const PARAMETERS: &str = "Parameters";

const HELP: &str = "Examples:
  kmsim call CreateKey --as arn:aws:iam::111122223333:root --state my.kms
  kmsim call Encrypt --as arn:aws:iam::111122223333:role/App --state my.kms --world world.yaml
    --key-id alias/app --plaintext fileb://secret.txt --encryption-context Department=IT
  echo '{\"KeyId\": \"alias/app\", \"Policy\": \"…\"}' | kmsim call PutKeyPolicy --as … --state my.kms

Parameters are written as the AWS CLI takes them; kmsim call OPERATION --help lists them. The answer
is the API's: blobs in base64, times in seconds since 1970. Exit code 1 is an exception of KMS.";

/// The operations as subcommands, each with its own parameters. They are made only when `call` is.
impl clap::Args for Arguments {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| {
            command
                .after_help(HELP)
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand_value_name("OPERATION")
                .subcommand_help_heading("Operations")
                .disable_help_subcommand(true)
                .subcommands(Operation::ALL.map(subcommand))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn subcommand(operation: Operation) -> Command {
    let command = Command::new(operation.name()).alias(parameters::kebab(operation.name()));
    let command = command.args(parameters::arguments(operation));
    <Common as clap::Args>::augment_args(command).about(format!("Perform {operation}"))
}

impl clap::FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, own) = matches.subcommand().ok_or_else(missing)?;
        let operation = Operation::from_name(name).ok_or_else(missing)?;
        Ok(Self {
            operation,
            parameters: parameters::given(operation, own),
            common: Common::from_arg_matches(own)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(crate) fn run(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let (operation, common) = (arguments.operation, &arguments.common);
    let input = Value::Object(arguments.input()?);
    check_names(operation, &input)?;
    let mut client = common.simulation.client(operation, messages)?;
    match client.call(operation, &input)? {
        Ok(answer) => {
            let answer = if answer.is_null() { json!({}) } else { answer };
            output::print(&output::json(&answer)?)?;
            Ok(Exit::Success)
        }
        Err(error) => {
            let exception = Exception {
                operation,
                error: &error,
                hint: client.hint,
            };
            exception.print(common.format, color)?;
            Ok(Exit::Failure)
        }
    }
}

impl Arguments {
    /// The parameters from all places.
    fn input(&self) -> Result<Map<String, Value>, Failure> {
        let mut input = match self.common.input.as_deref() {
            Some(text) if text.trim_start().starts_with('{') => object(text, "--input")?,
            Some(path) => {
                let path = path.strip_prefix("file://").unwrap_or(path);
                let read = files::read(Path::new(path))?;
                object(&read.text, &read.name)?
            }
            None if self.parameters.is_empty() && !std::io::stdin().is_terminal() => {
                let read = files::read(Path::new("-"))?;
                if read.text.trim().is_empty() {
                    Map::new()
                } else {
                    object(&read.text, &read.name)?
                }
            }
            None => Map::new(),
        };
        for given in &self.parameters {
            input.insert(given.member.name.to_owned(), given.value()?);
        }
        Ok(input)
    }
}

fn object(text: &str, name: &str) -> Result<Map<String, Value>, Failure> {
    serde_json::from_str(text).map_err(|why| {
        Failure::new(format!("`{name}` is no JSON object: {why}"))
            .hint("parameters have the API's names: {\"KeyId\": \"alias/app\"}")
    })
}

/// KMS ignores parameters that it does not have; here they are mistakes.
fn check_names(operation: Operation, input: &Value) -> Result<(), Failure> {
    let unknown = model::unknown_members(operation, input);
    let Some((name, nearest)) = unknown.into_iter().next() else {
        return Ok(());
    };
    let failure = Failure::new(format!("{operation} has no parameter `{name}`"));
    Err(match nearest {
        Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
        None => failure.hint(format!("kmsim call {operation} --help lists them")),
    })
}
