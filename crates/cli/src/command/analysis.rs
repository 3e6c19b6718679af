//! What the commands share that ask a whole world: who can, can, reach, diff.

use std::path::PathBuf;

use clap::ValueEnum;
use kmsim_analysis::actions::{self, About};
use kmsim_analysis::ask::Ask;
use kmsim_analysis::stated;
use kmsim_analysis::view::AnswersView;
use kmsim_authz::call::{self, Text, Unresolved};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::{Key, World};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{KmsAction, Region};

use crate::arguments::{RequestArguments, Stated};
use crate::diagnostics::{Messages, is_warning};
use crate::outcome::{Failure, Stop};
use crate::output;
use crate::world_input::{FromArguments, WorldInput};

pub(crate) mod csv;
pub(crate) mod ordered;
pub(crate) mod rows;

/// Where the world comes from.
#[derive(Debug, clap::Args)]
pub(crate) struct WorldArguments {
    /// The world
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    world: Option<PathBuf>,
    #[command(flatten)]
    from: FromArguments,
}

/// The form of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
    /// A table with a line for each answer
    Csv,
}

impl WorldArguments {
    /// Reads the texts.
    pub(crate) fn read(&self) -> Result<WorldInput, Failure> {
        WorldInput::read(self.world.as_deref(), &self.from)
    }
}

/// What a question is about whose keys these are: without any, all keys and what has none.
pub(crate) fn about(keys: &[String]) -> About {
    if keys.is_empty() {
        About::Anything
    } else {
        About::Keys
    }
}

/// The actions of an argument.
pub(crate) fn actions(text: &str, about: About) -> Result<Vec<KmsAction>, Failure> {
    actions::parse(text, about).map_err(|error| Failure::new(error.to_string()).hint(error.hint))
}

/// Asks for each action as it is stated.
pub(crate) fn asks<'a>(
    actions: &[KmsAction],
    request: &'a RequestArguments,
    sources: &mut Sources<'a>,
    messages: &Messages,
) -> Result<Vec<Ask>, Stop> {
    let mut found = Vec::new();
    let stated = request.to_call(sources, &mut found);
    let mut reader = Reader::new(sources, &NoFiles);
    let asks = stated::asks(actions, &stated, &mut reader);
    found.append(&mut reader.diagnostics);
    messages.findings(&found, sources, false);
    match asks {
        Some(asks) if found.iter().all(|found| is_warning(found, false)) => Ok(asks),
        _ => Err(Stop::Reported),
    }
}

/// The key that an argument names.
pub(crate) fn key<'w>(
    world: &'w World,
    name: &str,
    region: Option<&Region>,
) -> Result<&'w Key, Failure> {
    let name = Text {
        text: name.into(),
        span: Span::default(),
    };
    call::key_meant(world, &name, region).map_err(unresolved)
}

/// The Region that is stated.
pub(crate) fn region(stated: &Stated) -> Result<Option<Region>, Failure> {
    let region = stated.region().map(Region::new).transpose();
    region.map_err(|error| Failure::new(error.to_string()))
}

/// Something that the world does not have.
pub(crate) fn unresolved(unresolved: Unresolved) -> Failure {
    let failure = Failure::new(unresolved.message);
    match unresolved.help {
        Some(help) => failure.hint(help),
        None => failure,
    }
}

/// Prints answers.
pub(crate) fn print(
    view: &AnswersView,
    format: Format,
    human: impl FnOnce() -> String,
) -> Result<(), Failure> {
    let text = match format {
        Format::Human => human(),
        Format::Json => output::json(view)?,
        Format::Csv => csv::answers(&view.answers),
    };
    output::print(&text)
}
