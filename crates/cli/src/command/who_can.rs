//! `kmsim who-can`: who can do something on a key.

use kmsim_analysis::actions::About;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::human::{self, By};
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::human_gaps;
use kmsim_authz::world::Key;
use kmsim_policy::source::Sources;

use super::analysis::{self, Format, WorldArguments, rows};
use crate::arguments::Stated;
use crate::diagnostics::{self, Messages};
use crate::outcome::{Exit, Failure, Stop};

/// Tell who can do something on a key, why, and under which conditions
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim who-can kms:Decrypt alias/orders --world world.yaml
  kmsim who-can Encrypt,Decrypt 1234abcd-12ab-34cd-56ef-1234567890ab --world world.yaml --via s3
  kmsim who-can 'kms:*' alias/orders --world world.yaml --format csv
  kmsim who-can kms:CreateKey --world world.yaml
  kmsim who-can kms:Decrypt alias/orders --from exports/

Whatever a request could bring along and is not stated here is not known: encryption context, service,
VPC, address, session tags, second factor. An answer that turns on it says \"only if\".
The exit code is 0 if the question was answered, whoever can, and 2 if it was not.")]
pub(crate) struct Arguments {
    /// Actions or operations, with commas between them; wildcards stand for all that fit
    #[arg(value_name = "ACTION", required_unless_present = "matrix")]
    action: Option<String>,
    /// The key: an id, an alias, or the ARN of either. Actions such as kms:CreateKey have none
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// Write principals x actions x keys: all actions and all keys, or those that are named. A table, or
    /// with --format json one object on each line; what is denied is left out
    #[arg(long)]
    matrix: bool,
    #[command(flatten)]
    world: WorldArguments,
    /// The form of the answers; human, or csv for a matrix, unless it is said
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    stated: Stated,
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let about = match arguments.key {
        Some(_) => About::Keys,
        None if arguments.matrix => About::Anything,
        None => About::Nothing,
    };
    let action = arguments.action.as_deref().unwrap_or("*");
    let actions = analysis::actions(action, about)?;
    let request = arguments.stated.request();
    let region = analysis::region(&arguments.stated)?;
    let input = arguments.world.read()?;
    let mut sources = Sources::new();
    let world = input.load(&mut sources, messages)?;
    let asks = analysis::asks(&actions, &request, &mut sources, messages)?;
    let key = match &arguments.key {
        Some(name) => Some(analysis::key(&world, name, region.as_ref())?),
        None => None,
    };
    if arguments.matrix {
        let as_csv = match arguments.format {
            None | Some(Format::Csv) => true,
            Some(Format::Json) => false,
            Some(Format::Human) => {
                let failure = Failure::new("a matrix is a table or JSON, not text for people");
                return Err(failure.hint("--format csv or --format json").into());
            }
        };
        diagnostics::write(human_gaps(&world.contents().gaps).trim_start());
        rows::write(&world, &asks, key, &sources, as_csv)?;
        return Ok(Exit::Success);
    }
    let found = Analysis::new(&world)
        .who_can(&asks, key, Extent::Possible)
        .map_err(analysis::unresolved)?;
    let names = actions.iter().map(|action| action.name()).collect();
    let mut view = AnswersView::new(&world, names);
    if let Some(key) = key {
        view.about_key(key);
    }
    for answer in &found.answers {
        view.push(answer, key, &sources);
    }
    let unknown = found
        .dangling
        .iter()
        .map(|unknown| unknown.principal.to_string());
    view.unknown_principals = unknown.collect();
    analysis::print(&view, arguments.format.unwrap_or(Format::Human), || {
        format!(
            "{}\n{}",
            title(&view, key),
            human::answers(&view, By::Principal)
        )
    })?;
    Ok(Exit::Success)
}

fn title(view: &AnswersView, key: Option<&Key>) -> String {
    let what = match view.actions.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{} actions", several.len()),
    };
    let Some(key) = key else {
        return format!("Who can {what}");
    };
    let aliases = if view.aliases.is_empty() {
        String::new()
    } else {
        format!(" ({})", view.aliases.join(", "))
    };
    format!("Who can {what} on {}{aliases}", key.arn)
}
