//! The command line as a whole.

use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use crate::command::{
    call, can, check, completions, cost, diff, envelope, explain, import, lint, parse, playground,
    rule, run, schema, state, test, who_can,
};

/// Answers whether an AWS KMS call would be allowed, by which policy, and what would have to change
#[derive(Debug, Parser)]
#[command(
    name = "kmsim",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Results go to standard output, messages to standard error. `-` is standard input.
Exit codes: 0 allowed or passed, 1 denied or failed, 2 error."
)]
pub(crate) struct Args {
    /// When to use colours; by default on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto, hide_possible_values = false)]
    pub(crate) color: ColorChoice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Box<check::Arguments>),
    Test(test::Arguments),
    Import(import::Arguments),
    Explain(Box<explain::Arguments>),
    WhoCan(Box<who_can::Arguments>),
    Can(Box<can::Arguments>),
    Diff(Box<diff::Arguments>),
    /// Perform an operation of KMS on the keys of a state, if it is allowed
    Call(Box<call::Arguments>),
    Encrypt(Box<envelope::Encrypt>),
    Decrypt(Box<envelope::Decrypt>),
    State(state::Arguments),
    Cost(cost::Arguments),
    Run(run::Arguments),
    Lint(lint::Arguments),
    Rule(rule::Arguments),
    Parse(parse::Arguments),
    Playground(Box<playground::Arguments>),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
}

/// Reads the command line. Help, version and mistakes are printed here; they give the exit code.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        // Nobody is left to tell if this cannot be printed.
        let _ = error.print();
        if error.use_stderr() {
            ExitCode::from(2)
        } else {
            ExitCode::SUCCESS
        }
    })
}
