//! `kmsim test`: policy unit tests.

use std::path::PathBuf;

use clap::{ColorChoice, ValueEnum};
use kmsim_policy::source::Sources;
use rayon::prelude::*;

use crate::diagnostics::{self, Messages, styled};
use crate::discover;
use crate::files;
use crate::github::add_to_summary;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::world_input::{FromArguments, WorldInput};

mod github;
mod print;
mod run;
mod update;

use run::{FileReport, Settings};

/// Run policy unit tests: every case with an expectation
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim test tests/
  kmsim test tests/orders.yaml --filter decrypt
  kmsim test tests --format junit > kmsim.xml
  kmsim test tests --update
  kmsim test tests --from exports/ --from plan.json

In folders, *.json, *.yaml and *.yml files are run if they hold cases; others are passed over.
Exit codes: 0 all passed, 1 some failed, 2 a file or case could not be read, or nothing ran.")]
pub(crate) struct Arguments {
    /// Files and folders; `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The form of the results
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    from: FromArguments,
    /// Run only cases whose name contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Fail on documents that AWS would refuse to save, in case files too
    #[arg(long)]
    strict: bool,
    /// Rewrite the files: write what is observed into `expect` and `because`, and nothing else
    #[arg(long)]
    update: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JUnit XML for CI servers
    Junit,
    /// JSON for programs
    Json,
    /// Annotations for GitHub Actions, and the summary of the step
    Github,
}

pub(crate) fn run(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    if arguments.update && arguments.paths.iter().any(|path| files::is_stdin(path)) {
        let failure = Failure::new("standard input cannot be updated");
        return Err(failure.hint("name the file").into());
    }
    let found = discover::files(&arguments.paths)?;
    let exports = &arguments.from;
    let exports = (!exports.from.is_empty()).then(|| WorldInput::read(None, exports));
    let exports = exports.transpose()?;
    let mut sources = Sources::new();
    let world = exports
        .as_ref()
        .map(|input| input.load(&mut sources, messages));
    let world = world.transpose()?;
    let settings = Settings {
        sources: &sources,
        world,
        filter: arguments.filter.as_deref(),
        strict: arguments.strict,
        update: arguments.update,
        messages,
    };
    let reports: Vec<FileReport> = found
        .par_iter()
        .filter_map(|file| run::file(file, &settings))
        .collect();
    for report in &reports {
        diagnostics::write(&report.messages);
    }
    if reports.iter().all(|report| report.results.is_empty()) {
        return Err(nothing_ran(arguments, &reports).into());
    }
    output::print(&match arguments.format {
        Format::Human => print::human(&reports, styled(color, &std::io::stdout())),
        Format::Junit => print::junit(&reports),
        Format::Json => print::json(&reports)?,
        Format::Github => github::annotations(&reports),
    })?;
    if arguments.format == Format::Github
        && let Some(why) = add_to_summary(&github::summary(&reports))
    {
        diagnostics::write(&format!("warning: {why}\n"));
    }
    Ok(reports
        .iter()
        .map(FileReport::exit)
        .max()
        .unwrap_or(Exit::Error))
}

/// A run without a single case is an error: in CI it would pass for a success.
fn nothing_ran(arguments: &Arguments, reports: &[FileReport]) -> Failure {
    match &arguments.filter {
        Some(filter) if !reports.is_empty() => {
            Failure::new(format!("no case has `{filter}` in its name"))
        }
        _ if reports.is_empty() => Failure::new("no case file was found")
            .hint("kmsim schema case prints the format of cases"),
        _ => Failure::new("no case has an expectation")
            .hint("add for example \"expect\": \"allowed\""),
    }
}
