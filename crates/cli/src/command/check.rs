//! `kmsim check`: one decision, explained.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{ColorChoice, ValueEnum};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::Style;
use kmsim_authz::reader::Reader;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;

use crate::arguments::RequestArguments;
use crate::diagnostics::{Messages, is_warning, styled};
use crate::document::{self, Kind};
use crate::files::{self, Disk};
use crate::mend;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::question::{Answer, Asks, Question};

/// Decide whether a request is allowed, and explain the decision
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim check case.json
  kmsim check cases.yaml --case \"partner may decrypt\"
  kmsim check case.json --caller arn:aws:iam::111122223333:user/alice --context aws:SourceVpc=vpc-1
  kmsim check case.json --unknown aws:SourceIp --format json
  kmsim check world.yaml --caller arn:aws:iam::111122223333:role/App --operation Decrypt
    --key alias/app --encryption-context Department=IT
  kmsim check --batch cases.ndjson > decisions.ndjson
  kmsim check --batch calls.ndjson --world world.yaml

A batch is not a verdict: its exit code is 2 if a line cannot be read, else 0.")]
pub(crate) struct Arguments {
    /// A case, or a world that is called with the arguments below; `-` for standard input
    #[arg(value_name = "CASE|WORLD", required_unless_present = "batch")]
    input: Option<PathBuf>,
    /// Which case of a file with several, by its name or its place (from 1)
    #[arg(long, value_name = "NAME|INDEX", conflicts_with = "batch")]
    case: Option<String>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Human, conflicts_with = "batch")]
    format: Format,
    /// Also show the statements that are about other actions
    #[arg(long, conflicts_with = "batch")]
    all_statements: bool,
    /// Evaluate documents whose meaning is clear though AWS would refuse to save them
    #[arg(long, conflicts_with = "batch")]
    lenient: bool,
    /// Answer many cases: one in JSON on each line in, one answer on each line out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "RequestArguments"])]
    pub(crate) batch: Option<PathBuf>,
    /// The world that the lines of a batch are calls against
    #[arg(long, value_name = "FILE", requires = "batch")]
    pub(crate) world: Option<PathBuf>,
    /// In a batch, do not evaluate documents that AWS would refuse to save
    #[arg(long, requires = "batch")]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) request: RequestArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
}

pub(crate) fn run(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let path = arguments.input.as_deref().unwrap_or_else(|| "-".as_ref());
    let input = files::read(path)?;
    let mut sources = Sources::new();
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut found = Vec::new();
    let node = parse_any(&input.text, source, &input.name, &mut found);
    let node = node.map(|node| choose(node, arguments, &input.name));
    let mut node = node.transpose()?;
    let asks = node
        .as_mut()
        .and_then(|node| read(node, arguments, &mut sources, &mut found));
    let lenient = arguments.lenient;
    messages.findings(&found, &sources, lenient);
    let readable = found.iter().all(|found| is_warning(found, lenient));
    if let Some(asks) = asks.filter(|_| readable) {
        return match asks.answer(&sources) {
            Ok(answer) => print(&answer, arguments, color),
            Err(unresolved) => {
                messages.findings(&[*unresolved], &sources, lenient);
                Err(Stop::Reported)
            }
        };
    }
    if let Some(node) = node {
        mend::offer(&node, &found, &sources, lenient);
    }
    Err(Stop::Reported)
}

/// Reads the question: a case, with what the arguments replace in it, or a world, to which the
/// arguments are a call.
fn read<'a>(
    node: &mut Node<'a>,
    arguments: &'a Arguments,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) -> Option<Asks> {
    let request = &arguments.request;
    if document::kind(node) == Kind::World {
        let call = request.to_call(sources, found);
        let mut reader = Reader::new(sources, &Disk);
        let world = reader.world(node);
        let call = reader.call(&call);
        found.append(&mut reader.diagnostics);
        return Some(Asks::Call(Arc::new(world?), Box::new(call?)));
    }
    if node.member("world").is_some() {
        request.put_into_world_case(node, sources, found);
    } else {
        request.put_into_case(node, sources, found);
    }
    let mut reader = Reader::new(sources, &Disk);
    let question = Question::read(&mut reader, node);
    found.append(&mut reader.diagnostics);
    question.map(|question| question.asks)
}

fn print(answer: &Answer, arguments: &Arguments, color: ColorChoice) -> Result<Exit, Stop> {
    let text = match arguments.format {
        Format::Human => answer.human(Style {
            colour: styled(color, &std::io::stdout()),
            all_statements: arguments.all_statements,
        }),
        Format::Json => answer.json()?,
    };
    output::print(&text)?;
    Ok(match answer.verdict {
        Verdict::Allowed => Exit::Success,
        Verdict::ImplicitDeny | Verdict::ExplicitDeny | Verdict::Depends => Exit::Failure,
    })
}

/// The case that is meant.
fn choose<'a>(document: Node<'a>, arguments: &Arguments, name: &str) -> Result<Node<'a>, Failure> {
    match document::kind(&document) {
        Kind::Cases => {}
        Kind::Tests => {
            return Err(Failure::new(format!("`{name}` is a policy test file"))
                .hint(format!("run it: kmsim test {name}")));
        }
        Kind::Policy => {
            return Err(Failure::new(format!("`{name}` is a policy, not a case"))
                .hint("a case names the request too; kmsim schema case prints the format")
                .hint(format!("to check the policy itself: kmsim parse {name}")));
        }
        Kind::World if !arguments.request.make_a_call() => {
            return Err(
                Failure::new(format!("`{name}` is a world: a call has to be made"))
                    .hint("add --caller, --action or --operation, and --key"),
            );
        }
        // Reading anything else as a case tells what it lacks.
        Kind::Case | Kind::World | Kind::Other => return Ok(document),
    }
    let mut cases = document::into_cases(document);
    let Some(wanted) = arguments.case.as_deref() else {
        if cases.len() == 1 {
            return Ok(cases.swap_remove(0));
        }
        return Err(
            Failure::new(format!("`{name}` holds {} cases", cases.len()))
                .hint("choose one: --case NAME or --case INDEX")
                .hint(format!(
                    "check all against what they expect: kmsim test {name}"
                )),
        );
    };
    let named = |case: &Node<'_>| case.member("name").and_then(Node::as_str) == Some(wanted);
    let at = cases.iter().position(named).or_else(|| {
        let index: usize = wanted.parse().ok()?;
        index.checked_sub(1).filter(|index| *index < cases.len())
    });
    let Some(at) = at else {
        let candidates = cases
            .iter()
            .filter_map(|case| case.member("name")?.as_str());
        let failure = Failure::new(format!("`{name}` has no case `{wanted}`"));
        return Err(match kmsim_types::nearest(wanted, candidates) {
            Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
            None => failure.hint(format!("it has {} cases", cases.len())),
        });
    };
    Ok(cases.swap_remove(at))
}
