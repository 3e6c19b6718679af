//! `kmsim check`: one decision, explained.

use std::path::PathBuf;

use clap::{ColorChoice, ValueEnum};
use kmsim_authz::case::Case;
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::Style;
use kmsim_authz::reader::Reader;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;

use crate::answer;
use crate::arguments::RequestArguments;
use crate::diagnostics::{Messages, is_warning, styled};
use crate::document::{self, Kind};
use crate::files::{self, Disk};
use crate::mend;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;

/// Decide whether a request is allowed, and explain the decision
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim check case.json
  kmsim check cases.yaml --case \"partner may decrypt\"
  kmsim check case.json --caller arn:aws:iam::111122223333:user/alice --context aws:SourceVpc=vpc-1
  kmsim check case.json --unknown aws:SourceIp --format json
  kmsim check --batch cases.ndjson > decisions.ndjson

A batch is not a verdict: its exit code is 2 if a line cannot be read, else 0.")]
pub(crate) struct Arguments {
    /// A case, in JSON or YAML; `-` for standard input
    #[arg(value_name = "CASE", required_unless_present = "batch")]
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
    let node = node.map(|node| choose(node, arguments.case.as_deref(), &input.name));
    let mut node = node.transpose()?;
    let case = node.as_mut().and_then(|node| {
        arguments
            .request
            .put_into_case(node, &mut sources, &mut found);
        let mut reader = Reader::new(&mut sources, &Disk);
        let case = reader.case(node);
        found.append(&mut reader.diagnostics);
        case
    });
    let lenient = arguments.lenient;
    messages.findings(&found, &sources, lenient);
    let readable = found.iter().all(|found| is_warning(found, lenient));
    if let Some(case) = case.filter(|_| readable) {
        return print(&case, &sources, arguments, color);
    }
    if let Some(node) = node {
        mend::offer(&node, &found, &sources, lenient);
    }
    Err(Stop::Reported)
}

fn print(
    case: &Case,
    sources: &Sources<'_>,
    arguments: &Arguments,
    color: ColorChoice,
) -> Result<Exit, Stop> {
    let (decision, explanation) = answer::answer(case, sources);
    let text = match arguments.format {
        Format::Human => explanation.human(Style {
            colour: styled(color, &std::io::stdout()),
            all_statements: arguments.all_statements,
        }),
        Format::Json => output::json(&explanation)?,
    };
    output::print(&text)?;
    Ok(match decision.verdict {
        Verdict::Allowed => Exit::Success,
        Verdict::ImplicitDeny | Verdict::ExplicitDeny | Verdict::Depends => Exit::Failure,
    })
}

/// The case that is meant.
fn choose<'a>(document: Node<'a>, wanted: Option<&str>, name: &str) -> Result<Node<'a>, Failure> {
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
        // Reading anything else as a case tells what it lacks.
        Kind::Case | Kind::World | Kind::Other => return Ok(document),
    }
    let mut cases = document::into_cases(document);
    let Some(wanted) = wanted else {
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
