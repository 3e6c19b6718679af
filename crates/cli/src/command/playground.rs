//! `kmsim playground`: the page, served on this machine.

use std::io::Write as _;
use std::path::PathBuf;

use crate::diagnostics::{self, Messages};
use crate::outcome::{Exit, Failure, Stop};
use crate::world_input::FromArguments;

mod opened;
mod page;
mod server;

use page::Page;
use server::Server;

/// Serve the playground to the browsers of this machine, with a world from disk
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim playground
  kmsim playground --world world.yaml --open
  kmsim playground --from exports/ --caller arn:aws:iam::111122223333:role/App --key alias/app

The address has a secret in it: nobody else on this machine finds the page, and no other page in the
browser can read it. What the page opens stays there; the files are only read.
Exit codes: 2 the world cannot be read, or the page cannot be served; else it runs until Ctrl-C.")]
pub(crate) struct Arguments {
    /// The world to open
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    world: Option<PathBuf>,
    #[command(flatten)]
    from: FromArguments,
    /// Who calls, to begin with
    #[arg(long, value_name = "ARN")]
    caller: Option<String>,
    /// The operation that is called, to begin with
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The key that is called, to begin with
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A pair of the encryption context, to begin with; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    encryption_context: Vec<String>,
    /// The port; by default one that is free
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 0,
        hide_default_value = true
    )]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// The folder of the built page, in place of the one that belongs to this program
    #[arg(long, value_name = "FOLDER")]
    page: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let mut page = Page::find(arguments.page.as_deref())?;
    if let Some(opened) = opened::read(arguments, messages)? {
        page.open(&opened.json()?)?;
    }
    let server = Server::bind(arguments.port)?;
    let address = server.address();
    say(&address)?;
    if arguments.open
        && let Err(error) = opener::open_browser(&address)
    {
        diagnostics::write(&format!("note: the browser could not be opened: {error}\n"));
    }
    server.serve(page)?;
    Ok(Exit::Success)
}

fn say(address: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "The playground is at {address}")
        .and_then(|()| writeln!(out, "Ctrl-C ends it."))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::new(format!("cannot write the result: {error}")))
}
