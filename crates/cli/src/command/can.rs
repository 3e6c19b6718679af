//! `kmsim can`: what a principal can do on which keys.

use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::human::{self, By};
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::principal::Principal;
use kmsim_policy::source::Sources;

use super::analysis::{self, Format, WorldArguments};
use crate::arguments::Stated;
use crate::diagnostics::Messages;
use crate::outcome::{Exit, Failure, Stop};

/// Tell what a principal can do on which keys, why, and under which conditions
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim can arn:aws:iam::111122223333:role/App --world world.yaml
  kmsim can arn:aws:iam::111122223333:role/App --action 'kms:Decrypt,kms:Generate*' --world world.yaml
  kmsim can cloudtrail.amazonaws.com --world world.yaml --format json

Whatever a request could bring along and is not stated here is not known; an answer that turns on it
says \"only if\". The exit code is 0 if the question was answered, and 2 if it was not.")]
pub(crate) struct Arguments {
    /// The principal: a user, a role or one of its sessions, a root user, or a service principal
    #[arg(value_name = "PRINCIPAL")]
    principal: String,
    /// Actions or operations, with commas between them; wildcards stand for all that fit
    #[arg(long, value_name = "ACTION", default_value = "*")]
    action: String,
    /// Only this key; may be repeated
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    #[command(flatten)]
    world: WorldArguments,
    /// The form of the answers
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    stated: Stated,
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let about = analysis::about(&arguments.key);
    let actions = analysis::actions(&arguments.action, about)?;
    let principal = Principal::parse(&arguments.principal)
        .map_err(|error| Failure::new(error.to_string()).hint(error.hint))?;
    let request = arguments.stated.request();
    let region = analysis::region(&arguments.stated)?;
    let input = arguments.world.read()?;
    let mut sources = Sources::new();
    let world = input.load_quietly(&mut sources, messages)?;
    let asks = analysis::asks(&actions, &request, &mut sources, messages)?;
    let keys = if arguments.key.is_empty() {
        can::keys(&world)
    } else {
        let named = arguments.key.iter();
        let named = named.map(|name| analysis::key(&world, name, region.as_ref()));
        named.collect::<Result<_, _>>()?
    };
    let analysis = Analysis::new(&world);
    let subject = analysis.subject(principal);
    let found = analysis
        .can(&subject, &asks, &keys, Extent::Possible)
        .map_err(analysis::unresolved)?;
    let names = actions.iter().map(|action| action.name()).collect();
    let mut view = AnswersView::new(&world, names);
    view.principal = Some(subject.id());
    for (key, answer) in &found {
        view.push(answer, *key, &sources);
    }
    analysis::print(&view, arguments.format, || {
        format!("What {subject} can do\n{}", human::answers(&view, By::Key))
    })?;
    Ok(Exit::Success)
}
