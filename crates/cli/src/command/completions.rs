//! `kmsim completions`: scripts that complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args;
use crate::outcome::{Exit, Failure};
use crate::output;

/// Print a script that completes the command line in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim completions bash > ~/.local/share/bash-completion/completions/kmsim
  kmsim completions zsh > ~/.zfunc/_kmsim")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut args::Args::command(),
        "kmsim",
        &mut script,
    );
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Success)
}
