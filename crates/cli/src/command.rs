//! The subcommands, one file each.

use crate::args::{Args, Command};
use crate::diagnostics::Messages;
use crate::outcome::{Exit, Stop};

pub(crate) mod analysis;
pub(crate) mod batch;
pub(crate) mod call;
pub(crate) mod can;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod diff;
pub(crate) mod envelope;
pub(crate) mod explain;
pub(crate) mod import;
pub(crate) mod lint;
pub(crate) mod parse;
pub(crate) mod playground;
pub(crate) mod rule;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod state;
pub(crate) mod test;
pub(crate) mod who_can;

/// Runs a command and prints why it failed, if it did.
pub(crate) fn run(args: &Args) -> Exit {
    let messages = Messages::new(args.color);
    let result = match &args.command {
        Command::Check(arguments) => match &arguments.batch {
            Some(input) => batch::run(input, arguments, &messages),
            None => check::run(arguments, args.color, &messages),
        },
        Command::Test(arguments) => test::run(arguments, args.color, &messages),
        Command::Import(arguments) => import::run(arguments, &messages),
        Command::Explain(arguments) => explain::run(arguments, args.color, &messages),
        Command::WhoCan(arguments) => who_can::run(arguments, &messages),
        Command::Can(arguments) => can::run(arguments, &messages),
        Command::Diff(arguments) => diff::run(arguments, &messages),
        Command::Call(arguments) => call::run(arguments, args.color, &messages),
        Command::Encrypt(arguments) => envelope::encrypt(arguments, args.color, &messages),
        Command::Decrypt(arguments) => envelope::decrypt(arguments, args.color, &messages),
        Command::State(arguments) => state::run(arguments),
        Command::Cost(arguments) => cost::run(arguments),
        Command::Run(arguments) => run::run(arguments, args.color, &messages),
        Command::Lint(arguments) => lint::run(arguments, args.color, &messages),
        Command::Rule(arguments) => rule::run(arguments).map_err(Stop::from),
        Command::Parse(arguments) => parse::run(arguments, &messages),
        Command::Playground(arguments) => playground::run(arguments, &messages),
        Command::Schema(arguments) => schema::run(arguments).map_err(Stop::from),
        Command::Completions(arguments) => completions::run(arguments).map_err(Stop::from),
    };
    match result {
        Ok(exit) => exit,
        Err(Stop::Reported) => Exit::Error,
        Err(Stop::Failure(failure)) => {
            messages.failure(&failure);
            Exit::Error
        }
    }
}
