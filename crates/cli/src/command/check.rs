//! `kmsim check`: one decision, explained.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{ColorChoice, ValueEnum};
use kmsim_analysis::fix::{Mended, Remedies, Undecided, for_subject};
use kmsim_authz::answer::Answer;
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::Style;
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::{Setting, Subject, Test};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::print::node_to_yaml;
use kmsim_policy::source::Sources;

use crate::answer::answer;
use crate::arguments::RequestArguments;
use crate::diagnostics::{Messages, counted, is_warning, styled};
use crate::document::{self, Kind};
use crate::files::{self, Disk, Text};
use crate::mend;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::page::{self, put_in};
use crate::patch;
use crate::world_input::{FromArguments, WorldInput};

/// Decide whether a request is allowed, and explain the decision
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
#[command(after_help = "Examples:
  kmsim check case.json
  kmsim check cases.yaml --case \"partner may decrypt\"
  kmsim check case.json --caller arn:aws:iam::111122223333:user/alice --context aws:SourceVpc=vpc-1
  kmsim check case.json --unknown aws:SourceIp --format json
  kmsim check world.yaml --caller arn:aws:iam::111122223333:role/App --operation Decrypt
    --key alias/app --encryption-context Department=IT
  kmsim check case.json --fixes
  kmsim check case.json --patch 1 | git apply -p0
  kmsim check case.json --link
  kmsim check --batch cases.ndjson > decisions.ndjson
  kmsim check --batch calls.ndjson --world world.yaml

A batch is not a verdict: its exit code is 2 if a line cannot be read, else 0.")]
pub(crate) struct Arguments {
    /// A case, or a world that is called with the arguments below; `-` for standard input
    #[arg(value_name = "CASE|WORLD", required_unless_present_any = ["batch", "from"])]
    input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) from: FromArguments,
    /// Which case of a file with several, by its name or its place (from 1)
    #[arg(long, value_name = "NAME|INDEX", conflicts_with = "batch")]
    case: Option<String>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Human, conflicts_with = "batch")]
    format: Format,
    /// Also show the statements that are about other actions
    #[arg(long, conflicts_with = "batch")]
    all_statements: bool,
    /// Also show the smallest changes that would allow what is denied, and what carries what is
    /// allowed
    #[arg(long, conflicts_with = "batch")]
    fixes: bool,
    /// Print nothing but that one of the changes, as a patch of the files
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["batch", "format"])]
    patch: Option<usize>,
    /// Print nothing but a link that opens the question in the playground; --link=BASE says where that is
    #[arg(long, value_name = "BASE", num_args = 0..=1, require_equals = true, default_missing_value = page::HOME, conflicts_with_all = ["batch", "format", "from", "patch", "fixes"])]
    link: Option<String>,
    /// Evaluate documents whose meaning is clear though AWS would refuse to save them
    #[arg(long, conflicts_with = "batch")]
    lenient: bool,
    /// Answer many cases: one in JSON on each line in, one answer on each line out
    #[arg(long, value_name = "FILE", conflicts_with_all = REQUEST)]
    pub(crate) batch: Option<PathBuf>,
    /// The world that the lines of a batch are calls against
    #[arg(long, value_name = "FILE", requires = "batch", conflicts_with = "from")]
    pub(crate) world: Option<PathBuf>,
    /// In a batch, do not evaluate documents that AWS would refuse to save
    #[arg(long, requires = "batch")]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) request: RequestArguments,
}

/// What describes one request: a batch has its requests in its lines.
const REQUEST: [&str; 16] = [
    "input",
    "caller",
    "action",
    "operation",
    "key",
    "resource",
    "encryption_context",
    "parameter",
    "grant_token",
    "region",
    "via",
    "vpc_endpoint",
    "source_ip",
    "context",
    "unknown",
    "now",
];

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
    if !arguments.from.from.is_empty() {
        return against_exports(arguments, color, messages);
    }
    let path = arguments.input.as_deref().unwrap_or_else(|| "-".as_ref());
    let input = files::read(path)?;
    let mut sources = Sources::new();
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut found = Vec::new();
    let node = parse_any(&input.text, source, &input.name, &mut found);
    let node = node.map(|node| choose(node, arguments, &input.name));
    let mut node = node.transpose()?;
    let tests = node.as_mut().map_or_else(Vec::new, |node| {
        read(node, arguments, &mut sources, &mut found)
    });
    let lenient = arguments.lenient;
    messages.findings(&found, &sources, lenient);
    let readable = found.iter().all(|found| is_warning(found, lenient));
    if !readable || tests.is_empty() {
        if readable {
            return Err(Failure::new(format!("`{}` holds no cases", input.name)).into());
        }
        if let Some(node) = node {
            mend::offer(&node, &found, &sources, lenient);
        }
        return Err(Stop::Reported);
    }
    if let (Some(base), Some(node)) = (&arguments.link, &mut node) {
        let link = link(base, node, &input, arguments, &mut sources)?;
        output::print(&format!("{link}\n"))?;
        return Ok(Exit::Success);
    }
    let test = match tests.as_slice() {
        [test] => test,
        tests => {
            let names: Vec<&str> = tests.iter().map(|test| &*test.name).collect();
            let at = pick(&names, arguments.case.as_deref(), &input.name)?;
            tests.get(at).ok_or(Stop::Reported)?
        }
    };
    decide(&test.subject, &sources, arguments, color, messages)
}

/// Decides and prints the answer.
fn decide(
    subject: &Subject,
    sources: &Sources<'_>,
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    match answer(subject, sources) {
        Ok(answer) => {
            if let Some(number) = arguments.patch {
                output::print(&patch::of(Some(&for_subject(subject, sources)), number)?)?;
                return Ok(Exit::Success);
            }
            let fixes = arguments.fixes.then(|| for_subject(subject, sources));
            print(&answer, fixes.as_ref(), arguments, color)
        }
        Err(unresolved) => {
            messages.findings(&[*unresolved], sources, arguments.lenient);
            if arguments.fixes {
                let fixes = for_subject(subject, sources);
                output::print(&match arguments.format {
                    Format::Human => fixes.human(),
                    Format::Json => output::json(&Undecided { fixes })?,
                })?;
            }
            Err(Stop::Reported)
        }
    }
}

/// A link to the question in the playground. Files that it refers to are put into it.
fn link<'a>(
    base: &str,
    node: &mut Node<'a>,
    input: &'a Text,
    arguments: &'a Arguments,
    sources: &mut Sources<'a>,
) -> Result<String, Failure> {
    let mut found = Vec::new();
    let refers = put_in(node, &input.name, sources, &mut found, 0) > 0;
    let page = if document::kind(node) == Kind::World {
        let call = arguments.request.to_call(sources, &mut found);
        let world = if refers {
            node_to_yaml(node)
        } else {
            input.text.clone()
        };
        page::of_call(&input.name, world, &call)
    } else {
        page::of_case(&input.name, node)?
    };
    page.link(base)
}

/// Answers the call of the arguments against a world that is made of exports.
fn against_exports(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    if !arguments.request.make_a_call() {
        return Err(a_call_is_needed("the exports make a world").into());
    }
    let input = WorldInput::read(None, &arguments.from)?;
    let mut sources = Sources::new();
    let mut found = Vec::new();
    let world = input.load(&mut sources, messages)?;
    let call = arguments.request.to_call(&mut sources, &mut found);
    let mut reader = Reader::new(&mut sources, &Disk);
    let call = reader.call(&call).map(Box::new);
    found.append(&mut reader.diagnostics);
    messages.findings(&found, &sources, arguments.lenient);
    let call = call.ok_or(Stop::Reported)?;
    let subject = Subject::Call { world, call };
    decide(&subject, &sources, arguments, color, messages)
}

fn a_call_is_needed(what: &str) -> Failure {
    Failure::new(format!("{what}: a call has to be made"))
        .hint("add --caller, --action or --operation, and --key")
}

/// Reads what is asked: a case, with what the arguments replace in it; a world, to which the
/// arguments are a call; or all that a test file asks.
fn read<'a>(
    node: &mut Node<'a>,
    arguments: &'a Arguments,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Test> {
    let request = &arguments.request;
    let kind = document::kind(node);
    let call = (kind == Kind::World).then(|| request.to_call(sources, found));
    if node.member("world").is_some() {
        request.put_into_world_case(node, sources, found);
    } else if kind != Kind::World {
        request.put_into_case(node, sources, found);
    }
    let mut reader = Reader::new(sources, &Disk);
    let tests = match call {
        Some(call) => called(&mut reader, node, &call).into_iter().collect(),
        None if kind == Kind::Tests => reader.tests(node),
        None => reader.tests_of_case(node, &Setting::default(), 0),
    };
    found.append(&mut reader.diagnostics);
    tests
}

/// Reads a world and a call against it.
fn called(reader: &mut Reader<'_, '_, '_>, world: &Node<'_>, call: &Node<'_>) -> Option<Test> {
    let read = reader.world(world).map(Arc::new);
    let call = reader.call(call).map(Box::new);
    let (world, call) = (read?, call?);
    Some(Test {
        name: Box::default(),
        span: call.span,
        subject: Subject::Call { world, call },
        expectation: None,
    })
}

fn print(
    answer: &Answer,
    fixes: Option<&Remedies>,
    arguments: &Arguments,
    color: ColorChoice,
) -> Result<Exit, Stop> {
    let text = match arguments.format {
        Format::Human => {
            let explained = answer.human(Style {
                colour: styled(color, &std::io::stdout()),
                all_statements: arguments.all_statements,
            });
            match fixes {
                Some(fixes) => format!("{explained}\n{}", fixes.human()),
                None => explained,
            }
        }
        Format::Json => output::json(&Mended { answer, fixes })?,
    };
    output::print(&text)?;
    Ok(match answer.verdict {
        Verdict::Allowed => Exit::Success,
        Verdict::ImplicitDeny | Verdict::ExplicitDeny | Verdict::Depends => Exit::Failure,
    })
}

/// The document, or that one of its cases that is meant.
fn choose<'a>(document: Node<'a>, arguments: &Arguments, name: &str) -> Result<Node<'a>, Failure> {
    match document::kind(&document) {
        Kind::Cases => {
            let mut cases = document::into_cases(document);
            let names: Vec<&str> = cases.iter().map(document::name_of).collect();
            let at = pick(&names, arguments.case.as_deref(), name)?;
            Ok(cases.swap_remove(at))
        }
        Kind::Tests if !arguments.request.is_empty() => Err(Failure::new(
            "a call of a test file is asked as it stands there",
        )
        .hint("to ask with arguments, check its world")),
        Kind::Policy => Err(Failure::new(format!("`{name}` is a policy, not a case"))
            .hint("a case names the request too; kmsim schema case prints the format")
            .hint(format!("to check the policy itself: kmsim parse {name}"))),
        Kind::Scenario => Err(Failure::new(format!("`{name}` is a scenario, not a case"))
            .hint(format!("to run it: kmsim run {name}"))),
        Kind::World if !arguments.request.make_a_call() => {
            Err(a_call_is_needed(&format!("`{name}` is a world")))
        }
        // Reading anything else as a case tells what it lacks.
        Kind::Case | Kind::Tests | Kind::World | Kind::Other => Ok(document),
    }
}

/// Which of several cases is wanted, by its name or its place.
fn pick(names: &[&str], wanted: Option<&str>, file: &str) -> Result<usize, Failure> {
    let Some(wanted) = wanted else {
        return match names.len() {
            1 => Ok(0),
            count => Err(Failure::new(format!("`{file}` holds {count} cases"))
                .hint("choose one: --case NAME or --case INDEX")
                .hint(format!(
                    "check all against what they expect: kmsim test {file}"
                ))),
        };
    };
    document::position(names, wanted).ok_or_else(|| {
        let failure = Failure::new(format!("`{file}` has no case `{wanted}`"));
        match kmsim_types::nearest(wanted, names.iter().copied()) {
            Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
            None => failure.hint(format!("it has {}", counted(names.len(), "case"))),
        }
    })
}
