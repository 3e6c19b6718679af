//! Running the cases of one file.

use std::sync::Arc;

use kmsim_authz::case::Expectation;
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::{Subject, Test};
use kmsim_authz::world::{Gap, World};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources, Span};
use serde::Serialize;

use super::update::{self, Observed};
use crate::answer::{answer, unresolved};
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

/// What came out of one case.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResult {
    pub(crate) name: String,
    /// Line of the case.
    pub(crate) line: u32,
    /// Column of the case, in characters.
    pub(crate) column: u32,
    #[serde(flatten)]
    pub(crate) status: Status,
}

/// How a case came out.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub(crate) enum Status {
    Passed,
    Failed(Mismatch),
    /// The case could not be read.
    Error {
        message: String,
    },
}

/// Why a case failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mismatch {
    pub(crate) expected: &'static str,
    /// Whether the outcome is the expected one, and only its reason is not.
    #[serde(skip)]
    pub(crate) met: bool,
    pub(crate) found: &'static str,
    /// What decided, in one sentence.
    pub(crate) summary: String,
    /// What decided.
    pub(crate) because: Vec<String>,
    /// What was expected to decide and did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) missing: Vec<String>,
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

impl TestResult {
    /// What is wrong with a file outside of its cases, so that every form of the results has it.
    fn of_file(message: String) -> Self {
        Self {
            name: "the file as a whole".to_owned(),
            line: 1,
            column: 1,
            status: Status::Error { message },
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
        let (mut setting, nodes) = reader.setting(node);
        setting.world = setting.world.or_else(|| self.settings.world.clone());
        let lenient = self.lenient;
        let outside = first_error(&reader.diagnostics, reader.sources, lenient);
        self.results.extend(outside.map(TestResult::of_file));
        let mut places = Places::new(&self.input.text, node.span.source);
        let settings = self.settings;
        let wanted = |name: &str| settings.filter.is_none_or(|filter| name.contains(filter));
        for (index, node) in nodes.iter().enumerate() {
            let before = reader.diagnostics.len();
            let tests = reader.tests_of_case(node, &setting, index);
            let new = reader.diagnostics.get(before..).unwrap_or_default();
            let error = first_error(new, reader.sources, lenient);
            // A world that many cases share is read, and its mistakes are told, once.
            let nothing = || "what the case refers to cannot be read".to_owned();
            if let Some(message) = error.or_else(|| tests.is_empty().then(nothing)) {
                let name = name(node, index);
                if wanted(&name) {
                    let status = Status::Error { message };
                    self.results.push(places.result(name, node.span, status));
                }
                continue;
            }
            for test in &tests {
                let is_wanted = wanted(&test.name);
                if !is_wanted && !settings.update {
                    continue;
                }
                let Some(status) = run(&mut reader, test) else {
                    continue;
                };
                if settings.update {
                    let to_update = is_wanted && matches!(status, Status::Failed(_));
                    self.observed
                        .extend(observe(test, to_update, reader.sources));
                }
                if is_wanted {
                    if let Subject::Call { world, .. } = &test.subject {
                        add(&mut self.gaps, &world.contents().gaps);
                    }
                    let name = test.name.to_string();
                    self.results.push(places.result(name, test.span, status));
                }
            }
        }
        self.diagnostics = reader.diagnostics;
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

/// Runs one test. `None` if it expects nothing.
fn run(reader: &mut Reader<'_, '_, '_>, test: &Test) -> Option<Status> {
    let expected = test.expectation.as_ref()?;
    match judge(test, expected, reader.sources) {
        Ok(status) => Some(status),
        Err(unresolved) => {
            let message = unresolved.line(reader.sources);
            reader.diagnostics.push(*unresolved);
            Some(Status::Error { message })
        }
    }
}

/// Adds the gaps that are not known yet.
pub(super) fn add(gaps: &mut Vec<Gap>, more: &[Gap]) {
    for gap in more {
        if !gaps.contains(gap) {
            gaps.push(gap.clone());
        }
    }
}

/// What a test expected and what came out. `None` if it expects nothing or cannot be asked.
fn observe(test: &Test, to_update: bool, sources: &Sources<'_>) -> Option<Observed> {
    let expected = test.expectation.clone()?;
    let (verdict, reasons) = if expected.because_span.is_some() {
        let answer = answer(&test.subject, sources).ok()?;
        (answer.verdict, answer.reasons())
    } else {
        (test.verdict().ok()?, Vec::new())
    };
    Some(Observed {
        name: test.name.to_string(),
        expected,
        verdict,
        reasons,
        to_update,
    })
}

/// The first finding that is an obstacle, in one line.
fn first_error(found: &[Diagnostic], sources: &Sources<'_>, lenient: bool) -> Option<String> {
    let error = found.iter().find(|found| !is_warning(found, lenient))?;
    Some(error.line(sources))
}

/// A case's name, or its place.
fn name(node: &Node<'_>, index: usize) -> String {
    let name = node.member("name").and_then(Node::as_str);
    name.map_or_else(|| format!("case {}", index + 1), str::to_owned)
}

fn judge(
    test: &Test,
    expected: &Expectation,
    sources: &Sources<'_>,
) -> Result<Status, Box<Diagnostic>> {
    let met = |verdict| expected.outcome.is_met_by(verdict);
    if expected.because.is_empty() && met(test.verdict().map_err(unresolved)?) {
        return Ok(Status::Passed);
    }
    let answer = answer(&test.subject, sources)?;
    let because = answer.reasons();
    let named = expected.because.iter().map(ToString::to_string);
    let missing: Vec<String> = named.filter(|name| !because.contains(name)).collect();
    let met = met(answer.verdict);
    if met && missing.is_empty() {
        return Ok(Status::Passed);
    }
    Ok(Status::Failed(Mismatch {
        expected: expected.outcome.name(),
        met,
        found: answer.verdict.name(),
        summary: answer.summary().to_owned(),
        because,
        missing,
    }))
}

/// Lines and columns of ascending places in a text, counted in one pass.
struct Places<'t> {
    text: &'t str,
    source: SourceId,
    at: usize,
    line: u32,
}

impl<'t> Places<'t> {
    fn new(text: &'t str, source: SourceId) -> Self {
        Self {
            text,
            source,
            at: 0,
            line: 1,
        }
    }

    /// A result with its place.
    fn result(&mut self, name: String, span: Span, status: Status) -> TestResult {
        let start = span.start as usize;
        let mut column = 1;
        if span.source == self.source && start >= self.at {
            let between = self.text.as_bytes().get(self.at..start).unwrap_or_default();
            let breaks = between.split(|byte| *byte == b'\n').count() - 1;
            self.line += u32::try_from(breaks).unwrap_or(0);
            self.at = start;
        }
        if span.source == self.source {
            let before = self.text.get(..start).unwrap_or("");
            let line = before.rsplit('\n').next().unwrap_or("");
            column += u32::try_from(line.chars().count()).unwrap_or(0);
        }
        TestResult {
            name,
            line: self.line,
            column,
            status,
        }
    }
}
