//! Running the cases of one file.

use std::sync::Arc;

use kmsim_authz::answer::Answer;
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::Setting;
use kmsim_authz::test_run::{self, Choice, Ran, first_error};
pub(crate) use kmsim_authz::test_run::{Mismatch, Status, TestResult};
use kmsim_authz::world::{Gap, World};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;

use super::update::{self, Observed};
use crate::diagnostics::{Messages, counted, is_warning};
use crate::discover::Found;
use crate::document::{self, Kind};
use crate::files::{Disk, Text};
use crate::outcome::{Exit, Failure};

/// What applies to every file.
#[derive(Clone, Debug)]
pub(crate) struct Settings<'s> {
    /// The texts that the world was made of.
    pub(crate) sources: &'s Sources<'s>,
    /// The world of files that have none.
    pub(crate) world: Option<Arc<World>>,
    /// A text that the names of cases must contain.
    pub(crate) filter: Option<&'s str>,
    /// Whether what AWS would refuse to save is an error in case files too.
    pub(crate) strict: bool,
    /// Whether files are rewritten to expect what is observed.
    pub(crate) update: bool,
    pub(crate) messages: &'s Messages,
}

/// What came out of one file.
#[derive(Debug)]
pub(crate) struct FileReport {
    pub(crate) file: String,
    pub(crate) results: Vec<TestResult>,
    /// Findings, ready to be printed.
    pub(crate) messages: String,
    /// What the worlds lack that were asked.
    pub(crate) gaps: Vec<Gap>,
}

impl FileReport {
    pub(crate) fn exit(&self) -> Exit {
        let results = self.results.iter().map(|result| match result.status {
            Status::Passed => Exit::Success,
            Status::Failed(_) => Exit::Failure,
            Status::Error { .. } => Exit::Error,
        });
        results.max().unwrap_or(Exit::Success)
    }

    fn unreadable(file: String, why: String, messages: String) -> Self {
        Self {
            file,
            results: vec![TestResult::of_file(why)],
            messages,
            gaps: Vec::new(),
        }
    }
}

/// Runs a file. `None` if it was found in a folder and holds no cases.
pub(crate) fn file(found: &Found, settings: &Settings<'_>) -> Option<FileReport> {
    let input = match found.read() {
        Ok(input) => input,
        // A file in a folder that is no text is no case file.
        Err(_) if !found.named => return None,
        Err(failure) => return Some(refuse(found.path.display().to_string(), &failure, settings)),
    };
    let mut sources: Sources<'_> = settings.sources.clone();
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut diagnostics = Vec::new();
    let Some(node) = parse_any(&input.text, source, &input.name, &mut diagnostics) else {
        // What expects something was meant to be run.
        let meant = found.named || input.text.contains("expect");
        let messages = settings.messages.describe(&diagnostics, &sources, true);
        let why = first_error(&diagnostics, &sources, true);
        return meant
            .then(|| FileReport::unreadable(input.name, why.unwrap_or_default(), messages));
    };
    let kind = document::kind(&node);
    match kind {
        Kind::Case | Kind::Cases => {
            let lenient = !settings.strict;
            Some(of_cases(
                found,
                &node,
                &input,
                sources,
                diagnostics,
                lenient,
                settings,
            ))
        }
        Kind::Tests => Some(of_cases(
            found,
            &node,
            &input,
            sources,
            diagnostics,
            false,
            settings,
        )),
        Kind::Scenario | Kind::World | Kind::Policy | Kind::Other if !found.named => None,
        Kind::Scenario | Kind::World | Kind::Policy | Kind::Other => {
            let failure = Failure::new(format!("`{}` holds no cases", input.name));
            let failure = failure.hint(if kind == Kind::Scenario {
                "kmsim run runs scenarios"
            } else {
                "a case file is a list of cases, or an object with `cases`"
            });
            Some(refuse(input.name, &failure, settings))
        }
    }
}

fn refuse(file: String, failure: &Failure, settings: &Settings<'_>) -> FileReport {
    let messages = settings.messages.describe_failure(failure);
    FileReport::unreadable(file, failure.message.clone(), messages)
}

/// Runs the cases of a file, and again if that rewrote it.
fn of_cases<'a>(
    found: &Found,
    node: &'a Node<'a>,
    input: &'a Text,
    sources: Sources<'a>,
    diagnostics: Vec<Diagnostic>,
    lenient: bool,
    settings: &Settings<'_>,
) -> FileReport {
    let mut run = Run {
        sources,
        diagnostics,
        failures: String::new(),
        input,
        lenient,
        settings,
        results: Vec::new(),
        observed: Vec::new(),
        gaps: Vec::new(),
    };
    run.cases(node);
    let updated = run.update(found);
    let report = run.report();
    let again = Settings {
        update: false,
        ..settings.clone()
    };
    match updated.map(|count| (count, file(found, &again))) {
        Some((count, Some(mut new))) => {
            let counted = counted(count, "expectation");
            let told = format!("updated {}: {counted}\n", new.file);
            new.messages = report.messages + &new.messages + &told;
            new
        }
        _ => report,
    }
}

/// The cases of one file, while they are run.
struct Run<'r, 'a> {
    sources: Sources<'a>,
    diagnostics: Vec<Diagnostic>,
    /// Why the file was not rewritten, ready to be printed.
    failures: String,
    input: &'a Text,
    lenient: bool,
    settings: &'r Settings<'r>,
    results: Vec<TestResult>,
    /// What came out, if files are updated.
    observed: Vec<Observed>,
    /// What the worlds lack that were asked.
    gaps: Vec<Gap>,
}

impl<'a> Run<'_, 'a> {
    /// Runs all cases.
    fn cases(&mut self, node: &'a Node<'a>) {
        let mut reader = Reader::new(&mut self.sources, &Disk);
        reader.diagnostics = std::mem::take(&mut self.diagnostics);
        let update = self.settings.update;
        let choice = Choice {
            filter: self.settings.filter,
            lenient: self.lenient,
            run_all: update,
        };
        let setting = Setting {
            world: self.settings.world.clone(),
            now: None,
        };
        let observed = &mut self.observed;
        let outcomes = test_run::run(
            &mut reader,
            node,
            &self.input.text,
            &setting,
            choice,
            |ran, sources| {
                if update {
                    observed.extend(observe(ran, sources));
                }
            },
        );
        self.diagnostics = reader.diagnostics;
        self.results = outcomes.results;
        self.gaps = outcomes.gaps;
    }

    /// Rewrites the file, if that is asked for and there is something to write. Gives the number of
    /// expectations that changed.
    fn update(&mut self, found: &Found) -> Option<usize> {
        if !self.observed.iter().any(|test| test.to_update) {
            return None;
        }
        let name = &self.input.name;
        let unreadable = |result: &TestResult| matches!(result.status, Status::Error { .. });
        let updated = if self.results.iter().any(unreadable) {
            let why = format!("`{name}` is not updated: not all of it can be read");
            Err(Failure::new(why))
        } else {
            let diagnostics = &mut self.diagnostics;
            update::file(&found.path, self.input, &self.observed, diagnostics)
        };
        match updated {
            Ok(count) => (count > 0).then_some(count),
            Err(failure) => {
                self.results
                    .push(TestResult::of_file(failure.message.clone()));
                self.failures += &self.settings.messages.describe_failure(&failure);
                None
            }
        }
    }

    fn report(self) -> FileReport {
        let lenient = self.lenient;
        let mut diagnostics = self.diagnostics;
        // Warnings about what AWS would refuse are no news in files that ask what would happen.
        diagnostics.retain(|found| !is_warning(found, lenient));
        let messages = self.settings.messages;
        FileReport {
            file: self.input.name.clone(),
            results: self.results,
            gaps: self.gaps,
            messages: messages.describe(&diagnostics, &self.sources, lenient) + &self.failures,
        }
    }
}

/// What a test expected and what came out. `None` if it cannot be asked.
fn observe(ran: Ran<'_>, sources: &Sources<'_>) -> Option<Observed> {
    let Ran { test, expected, .. } = ran;
    let (verdict, reasons) = if expected.because_span.is_some() {
        let answer = Answer::to(&test.subject, sources).ok()?;
        (answer.verdict, answer.reasons())
    } else {
        (test.verdict().ok()?, Vec::new())
    };
    Some(Observed {
        name: test.name.to_string(),
        expected: expected.clone(),
        verdict,
        reasons,
        to_update: ran.is_wanted && matches!(ran.status, Status::Failed(_)),
    })
}
