//! `kmsim run`: scenarios, run against the simulated service.

use std::path::PathBuf;

use clap::{ColorChoice, ValueEnum};
use kmsim_authz::reader::Reader;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_scenario::{Report, as_json, read, run as run_scenario};
use rayon::prelude::*;

use crate::diagnostics::{self, Messages, styled};
use crate::discover;
use crate::document::{Kind, kind};
use crate::files::{self, Disk, Text};
use crate::outcome::{Exit, Failure, Stop};
use crate::output;

mod junit;

/// Run scenarios: really make their calls, and compare what comes out
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim run key-deletion.yaml
  kmsim run scenarios/ --brief
  kmsim run scenarios --format junit > kmsim.xml

In folders, *.json, *.yaml and *.yml files are run if they hold a scenario; others are passed over.
Exit codes: 0 all as expected, 1 some not, 2 a scenario could not be read, or nothing ran.")]
pub(crate) struct Arguments {
    /// Files and folders; `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The form of the results
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show only what is not as expected
    #[arg(long)]
    brief: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JUnit XML for CI servers
    Junit,
    /// JSON for programs
    Json,
}

/// A scenario that ran, or one that could not be read.
enum Outcome {
    Ran(Box<Report>),
    /// Its findings, ready to be printed.
    Unreadable(String),
}

pub(crate) fn run(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let found = discover::files(&arguments.paths)?;
    let outcomes: Vec<Outcome> = found
        .par_iter()
        .filter_map(|file| {
            let text = match files::read(&file.path) {
                Ok(text) => text,
                // A file in a folder that is no text is no scenario.
                Err(_) if !file.named => return None,
                Err(failure) => {
                    return Some(Outcome::Unreadable(messages.describe_failure(&failure)));
                }
            };
            outcome(&text, file.named, messages)
        })
        .collect();
    let mut reports = Vec::with_capacity(outcomes.len());
    let mut exit = Exit::Success;
    for outcome in outcomes {
        match outcome {
            Outcome::Ran(report) => reports.push(*report),
            Outcome::Unreadable(findings) => {
                diagnostics::write(&findings);
                exit = Exit::Error;
            }
        }
    }
    if reports.is_empty() {
        if exit == Exit::Error {
            return Err(Stop::Reported);
        }
        let failure = Failure::new("no scenario was found");
        return Err(failure
            .hint("kmsim schema scenario prints the format of scenarios")
            .into());
    }
    if !reports.iter().all(Report::passed) {
        exit = exit.max(Exit::Failure);
    }
    output::print(&match arguments.format {
        Format::Human => human(&reports, arguments.brief, styled(color, &std::io::stdout())),
        Format::Junit => junit::document(&reports),
        Format::Json => output::json(&as_json(&reports))?,
    })?;
    Ok(exit)
}

/// Reads and runs a scenario. `None` if the file was found in a folder and holds none.
fn outcome(input: &Text, named: bool, messages: &Messages) -> Option<Outcome> {
    let mut sources = Sources::new();
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut findings = Vec::new();
    let node = parse_any(&input.text, source, &input.name, &mut findings);
    let is_scenario = node
        .as_ref()
        .is_some_and(|node| kind(node) == Kind::Scenario);
    if !is_scenario && !named {
        // What has steps was meant to be run.
        let meant = node.is_none() && input.text.contains("steps");
        return meant.then(|| Outcome::Unreadable(messages.describe(&findings, &sources, false)));
    }
    let mut reader = Reader::new(&mut sources, &Disk);
    reader.diagnostics = findings;
    let scenario = node.and_then(|node| read(&mut reader, &node));
    let findings = reader.diagnostics;
    let described = messages.describe(&findings, &sources, false);
    let Some(scenario) = scenario else {
        return Some(Outcome::Unreadable(described));
    };
    diagnostics::write(&described);
    Some(Outcome::Ran(Box::new(run_scenario(&scenario, &sources))))
}

/// The reports one after the other, and a line that counts.
fn human(reports: &[Report], brief: bool, colour: bool) -> String {
    let texts = reports.iter().map(|report| report.human(colour, brief));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let passed = reports.iter().filter(|report| report.passed()).count();
    let failed = reports.len() - passed;
    let (mut steps, mut bad) = (0, 0);
    for report in reports {
        let (good, wrong) = report.counts();
        steps += good + wrong;
        bad += wrong;
    }
    let mut out = texts.join("\n");
    if !out.is_empty() {
        out.push('\n');
    }
    let scenarios = diagnostics::counted(reports.len(), "scenario");
    let tail = if failed == 0 {
        format!("all {steps} steps as expected")
    } else {
        format!("{failed} of them not as expected: {bad} of {steps} steps came out otherwise")
    };
    out + &format!("{scenarios}, {tail}\n")
}
