//! `kmsim lint`: what is wrong with policies, what it means for KMS, what to write instead.

use std::path::PathBuf;
use std::rc::Rc;

use clap::ValueEnum;
use kmsim_lint::{Finding, Report, Severity};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;

use crate::diagnostics::{self, Messages};
use crate::discover;
use crate::github::add_to_summary;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;

mod batch;
mod github;
mod human;
mod inputs;

/// Find what is wrong with policies, what it means for KMS, and what to write instead
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim lint key-policy.json
  kmsim lint policies/ --format github
  kmsim lint scp.json --kind scp --format json
  kmsim lint --batch policies.ndjson

In folders, *.json, *.yaml and *.yml files are linted if they are policies; others are passed over.
Exit codes: 0 clean, 1 findings, 2 something could not be read, or there was no policy. What counts as a finding is told by
--fail-on. `kmsim rule CODE` explains a rule.")]
pub(crate) struct Arguments {
    /// Policies in JSON or YAML, and folders with them; `-` for standard input
    #[arg(value_name = "PATH", required_unless_present = "batch")]
    paths: Vec<PathBuf>,
    /// Where the policies are attached; by default guessed from what stands in each
    #[arg(long, value_parser = kinds())]
    kind: Option<String>,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t = Format::Human, conflicts_with = "batch")]
    format: Format,
    /// The least serious class that gives exit code 1
    #[arg(long, value_enum, default_value_t = Level::Warning, value_name = "CLASS")]
    fail_on: Level,
    /// Lint one policy a line, `{"name", "kind", "key", "policy"}`, and answer with one object a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "kind"])]
    batch: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
    /// Annotations for GitHub Actions, and the summary of the step
    Github,
}

/// The classes, and `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Error,
    Security,
    Warning,
    Suggestion,
    Never,
}

impl Level {
    /// Whether findings of a class make the command fail.
    fn counts(self, severity: Severity) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Security => Severity::Security,
            Self::Warning => Severity::Warning,
            Self::Suggestion => Severity::Suggestion,
            Self::Never => return false,
        };
        severity <= least
    }
}

fn kinds() -> clap::builder::PossibleValuesParser {
    PolicyKind::ALL.map(PolicyKind::name).into()
}

/// A policy that was linted.
struct Linted {
    /// The file.
    name: String,
    /// What in the file the policy belongs to; nothing where the file is the policy.
    place: Option<String>,
    kind: PolicyKind,
    findings: Vec<Finding>,
    sources: Rc<Sources<'static>>,
}

pub(crate) fn run(
    arguments: &Arguments,
    color: clap::ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    if let Some(input) = &arguments.batch {
        return batch::run(input, arguments.fail_on, messages);
    }
    let told = arguments.kind.as_deref().and_then(PolicyKind::from_name);
    let mut unread = false;
    let mut linted = Vec::new();
    for found in discover::files(&arguments.paths)? {
        let outcome = found.read();
        let lint = |text| inputs::lint(&text, told, found.named, messages);
        match outcome.and_then(lint) {
            Ok(mut outcome) => {
                linted.append(&mut outcome.linted);
                unread |= outcome.unread;
            }
            Err(failure) => {
                messages.failure(&failure);
                unread = true;
            }
        }
    }
    if linted.is_empty() && !unread {
        let failure = Failure::new("no policy was found");
        return Err(failure
            .hint("a policy is an object with a `Statement`")
            .into());
    }
    output::print(&match arguments.format {
        Format::Human => human::text(&linted, color),
        Format::Json => output::json(&report(&linted))?,
        Format::Github => github::annotations(&linted),
    })?;
    if arguments.format == Format::Github
        && let Some(why) = add_to_summary(&github::summary(&linted))
    {
        diagnostics::write(&format!("warning: {why}\n"));
    }
    let mut findings = linted.iter().flat_map(|linted| &linted.findings);
    let fails = findings.any(|finding| arguments.fail_on.counts(finding.severity));
    Ok(match (unread, fails) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Failure,
        (false, false) => Exit::Success,
    })
}

fn report(linted: &[Linted]) -> Report<'_> {
    let mut report = Report::default();
    for one in linted {
        let place = one.place.as_deref();
        report.add(&one.name, place, one.kind, &one.findings, &one.sources);
    }
    report
}
