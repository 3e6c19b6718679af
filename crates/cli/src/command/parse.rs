//! `kmsim parse`: reads one policy and tells what is wrong with it.

use std::path::PathBuf;

use clap::ValueEnum;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::parse::parse_node;
use kmsim_policy::repair::{Repaired, repair};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;
use serde::Serialize;

use crate::diagnostics::{self, Messages, advice};
use crate::files;
use crate::mend;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;

/// Read one policy and tell what is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim parse key-policy.json
  kmsim parse scp.json --kind scp --format json
  pbpaste | kmsim parse - --repair > policy.json

Exit codes: 0 nothing found, 1 findings though the policy can be read, 2 it cannot be read.")]
pub(crate) struct Arguments {
    /// A policy, in JSON or YAML; `-` for standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// Where the policy is attached; by default a key policy if a statement has a Principal, else
    /// an identity-based policy
    #[arg(long, value_parser = kinds())]
    kind: Option<String>,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print the policy, mended if that is possible without changing what it means
    #[arg(long, conflicts_with = "format")]
    repair: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people, on standard error
    Human,
    /// JSON for programs
    Json,
}

/// The output of `--format json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'r> {
    version: u32,
    kind: &'static str,
    readable: bool,
    findings: Vec<Finding<'r>>,
}

/// One finding in JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'r> {
    code: &'static str,
    /// `error` (no meaning), `refused` (AWS does not save it) or `warning`.
    severity: &'static str,
    message: &'r str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    help: Vec<String>,
}

fn kinds() -> clap::builder::PossibleValuesParser {
    PolicyKind::ALL.map(PolicyKind::name).into()
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let input = files::read(&arguments.input)?;
    let mut sources = Sources::new();
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut found = Vec::new();
    let node = parse_any(&input.text, source, &input.name, &mut found);
    let guess = || {
        node.as_ref()
            .map_or_else(|| kmsim_lint::kind::guess_of_text(&input.text), guess)
    };
    let kind = arguments.kind.as_deref().and_then(PolicyKind::from_name);
    let kind = kind.unwrap_or_else(guess);
    let policy = node.and_then(|node| parse_node(&node, kind, &mut found));
    let unread = |found: &Diagnostic| found.severity == Severity::Error;
    let readable = policy.is_some() && !found.iter().any(unread);
    if arguments.repair
        && let Some(repaired) = repair(&input.text, kind)
    {
        return mended(&repaired, messages);
    }
    match arguments.format {
        Format::Human => {
            messages.findings(&found, &sources, false);
            offer_repair(arguments, &input.text, kind);
        }
        Format::Json => output::print(&json(&found, &sources, kind, readable)?)?,
    }
    if arguments.repair && !readable {
        return Err(Failure::new("the policy cannot be mended").into());
    }
    if arguments.repair {
        output::print(&input.text)?;
    }
    Ok(exit(readable, &found))
}

/// Says how to get a mended text, where there is one.
fn offer_repair(arguments: &Arguments, text: &str, kind: PolicyKind) {
    if !arguments.repair && repair(text, kind).is_some() {
        let name = arguments.input.display();
        diagnostics::write(&format!(
            "help: kmsim parse {name} --repair prints the policy as it was meant\n"
        ));
    }
}

fn exit(readable: bool, found: &[Diagnostic]) -> Exit {
    match (readable, found.is_empty()) {
        (false, _) => Exit::Error,
        (true, false) => Exit::Failure,
        (true, true) => Exit::Success,
    }
}

/// Prints a mended policy, what was changed, and what is still to be done by hand.
fn mended(repaired: &Repaired, messages: &Messages) -> Result<Exit, Stop> {
    diagnostics::write(&mend::description("the policy was mended", repaired));
    let mut sources = Sources::new();
    sources.add("<mended>", repaired.text.as_str());
    messages.findings(&repaired.remaining, &sources, false);
    output::print(&repaired.text)?;
    let unread = |found: &Diagnostic| found.severity == Severity::Error;
    Ok(exit(
        !repaired.remaining.iter().any(unread),
        &repaired.remaining,
    ))
}

/// A policy with a principal is taken for a key policy.
fn guess(node: &Node<'_>) -> PolicyKind {
    // Without `Statement` it may be a bare statement, or a list of them.
    let statements = node.member("Statement").unwrap_or(node).as_list();
    let has_principal = |statement: &Node<'_>| {
        ["Principal", "NotPrincipal"]
            .iter()
            .any(|name| statement.member(name).is_some())
    };
    if statements.iter().any(has_principal) {
        PolicyKind::KeyPolicy
    } else {
        PolicyKind::Identity
    }
}

fn json(
    found: &[Diagnostic],
    sources: &Sources<'_>,
    kind: PolicyKind,
    readable: bool,
) -> Result<String, Failure> {
    let finding = |found| finding(found, sources);
    output::json(&Report {
        version: 1,
        kind: kind.name(),
        readable,
        findings: found.iter().map(finding).collect(),
    })
}

fn finding<'r>(found: &'r Diagnostic, sources: &Sources<'_>) -> Finding<'r> {
    let place = sources.locate(found.span);
    Finding {
        code: found.code,
        severity: match found.severity {
            Severity::Error => "error",
            Severity::Refused => "refused",
            Severity::Warning => "warning",
        },
        message: &found.message,
        line: place.line,
        column: place.column,
        help: advice(found),
    }
}
