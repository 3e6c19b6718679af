//! Running the cases of one file.

use kmsim_authz::case::Expectation;
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::Test;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources, Span};
use serde::Serialize;

use super::Found;
use crate::answer::{answer, unresolved};
use crate::diagnostics::{Messages, is_warning};
use crate::document::{self, Kind};
use crate::files::{Disk, Text};
use crate::outcome::{Exit, Failure};

/// What applies to every file.
#[derive(Debug)]
pub(crate) struct Settings<'s> {
    /// A text that the names of cases must contain.
    pub(crate) filter: Option<&'s str>,
    /// Whether what AWS would refuse to save is an error in case files too.
    pub(crate) strict: bool,
    pub(crate) messages: &'s Messages,
}

/// What came out of one file.
#[derive(Debug)]
pub(crate) struct FileReport {
    pub(crate) file: String,
    pub(crate) results: Vec<TestResult>,
    /// Findings, ready to be printed.
    pub(crate) messages: String,
}

/// What came out of one case.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResult {
    pub(crate) name: String,
    /// Line of the case.
    pub(crate) line: u32,
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
        }
    }
}

impl TestResult {
    /// What is wrong with a file outside of its cases, so that every form of the results has it.
    fn of_file(message: String) -> Self {
        Self {
            name: "the file as a whole".to_owned(),
            line: 1,
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
    let mut sources = Sources::new();
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
            Some(cases(
                &node,
                &input,
                sources,
                diagnostics,
                lenient,
                settings,
            ))
        }
        Kind::Tests => Some(cases(&node, &input, sources, diagnostics, false, settings)),
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

/// Runs the cases of a file.
fn cases<'a>(
    node: &'a Node<'a>,
    input: &'a Text,
    mut sources: Sources<'a>,
    diagnostics: Vec<Diagnostic>,
    lenient: bool,
    settings: &Settings<'_>,
) -> FileReport {
    let mut reader = Reader::new(&mut sources, &Disk);
    reader.diagnostics = diagnostics;
    let (setting, nodes) = reader.setting(node);
    let outside = first_error(&reader.diagnostics, reader.sources, lenient);
    let mut results: Vec<TestResult> = outside.map(TestResult::of_file).into_iter().collect();
    let mut lines = Lines::new(&input.text);
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
                let line = lines.line(node.span);
                let status = Status::Error { message };
                results.push(TestResult { name, line, status });
            }
            continue;
        }
        for test in tests.iter().filter(|test| wanted(&test.name)) {
            if let Some(status) = run(&mut reader, test) {
                results.push(TestResult {
                    name: test.name.to_string(),
                    line: lines.line(test.span),
                    status,
                });
            }
        }
    }
    let mut diagnostics = reader.diagnostics;
    // Warnings about what AWS would refuse are no news in files that ask what would happen.
    diagnostics.retain(|found| !is_warning(found, lenient));
    FileReport {
        file: input.name.clone(),
        results,
        messages: settings.messages.describe(&diagnostics, &sources, lenient),
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
    let because = answer.because();
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

/// Line numbers of ascending places in a text, counted in one pass.
struct Lines<'t> {
    text: &'t str,
    source: SourceId,
    at: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            source: SourceId::default(),
            at: 0,
            line: 1,
        }
    }

    fn line(&mut self, span: Span) -> u32 {
        let start = span.start as usize;
        if span.source == self.source && start >= self.at {
            let between = self.text.as_bytes().get(self.at..start).unwrap_or_default();
            let breaks = between.split(|byte| *byte == b'\n').count() - 1;
            self.line += u32::try_from(breaks).unwrap_or(0);
            self.at = start;
        }
        self.line
    }
}
