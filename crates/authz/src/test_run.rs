//! Running tests: what was expected, against what comes out.

use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources, Span};
use serde::Serialize;

use crate::answer::Answer;
use crate::call::Unresolved;
use crate::case::Expectation;
use crate::document::{Kind, kind};
use crate::reader::Reader;
use crate::test_file::{Setting, Subject, Test};
use crate::world::Gap;

/// Version of the JSON shape of results (docs/json.md).
pub const VERSION: u32 = 1;

/// What came out of one case.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Line of the case.
    pub line: u32,
    /// Column of the case, in characters.
    pub column: u32,
    /// How it came out.
    #[serde(flatten)]
    pub status: Status,
}

/// How a case came out.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum Status {
    /// It came out as expected.
    Passed,
    /// It did not.
    Failed(Mismatch),
    /// The case could not be read.
    Error {
        /// Why.
        message: String,
    },
}

/// Why a case failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mismatch {
    /// The outcome that was expected.
    pub expected: &'static str,
    /// Whether the outcome is the expected one, and only its reason is not.
    #[serde(skip)]
    pub met: bool,
    /// The decision.
    pub found: &'static str,
    /// What decided, in one sentence.
    pub summary: String,
    /// What decided.
    pub because: Vec<String>,
    /// What was expected to decide and did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl TestResult {
    /// What is wrong with a file outside of its cases, so that every form of the results has it.
    pub fn of_file(message: String) -> Self {
        Self {
            name: "the file as a whole".to_owned(),
            line: 1,
            column: 1,
            status: Status::Error { message },
        }
    }
}

/// What came out of a file.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Of each case with an expectation.
    pub results: Vec<TestResult>,
    /// What the worlds lack that were asked.
    pub gaps: Vec<Gap>,
}

/// A test that was run.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'t> {
    /// The test.
    pub test: &'t Test,
    /// What it expects.
    pub expected: &'t Expectation,
    /// How it came out.
    pub status: &'t Status,
    /// Whether it is one of those that were asked for.
    pub is_wanted: bool,
}

/// Which tests of a file are run, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'c> {
    /// A text that the names of cases must contain; nothing for all.
    pub filter: Option<&'c str>,
    /// Whether documents are evaluated that AWS would refuse to save.
    pub lenient: bool,
    /// Whether tests that are not wanted are run all the same, for [`run`]'s last argument.
    pub run_all: bool,
}

/// Whether a file with cases is lenient: only files with a world, which say what is deployed, are not.
pub fn is_lenient(document: &Node<'_>) -> bool {
    kind(document) != Kind::Tests
}

/// Runs the tests of a document, whose text is `text`. `setting` is what holds for cases that say
/// nothing of their own. Each test that was run is shown to `ran`.
pub fn run(
    reader: &mut Reader<'_, '_, '_>,
    document: &Node<'_>,
    text: &str,
    setting: &Setting,
    choice: Choice<'_>,
    mut ran: impl FnMut(Ran<'_>, &Sources<'_>),
) -> Outcomes {
    let (own, nodes) = reader.setting(document);
    let setting = Setting {
        world: own.world.or_else(|| setting.world.clone()),
        now: own.now.or_else(|| setting.now.clone()),
    };
    let mut outcomes = Outcomes::default();
    let outside = first_error(&reader.diagnostics, reader.sources, choice.lenient);
    outcomes.results.extend(outside.map(TestResult::of_file));
    let mut places = Places::new(text, document.span.source);
    let wanted = |name: &str| choice.filter.is_none_or(|filter| name.contains(filter));
    for (index, node) in nodes.iter().enumerate() {
        let before = reader.diagnostics.len();
        let tests = reader.tests_of_case(node, &setting, index);
        let new = reader.diagnostics.get(before..).unwrap_or_default();
        let error = first_error(new, reader.sources, choice.lenient);
        // A world that many cases share is read, and its mistakes are told, once.
        let nothing = || "what the case refers to cannot be read".to_owned();
        if let Some(message) = error.or_else(|| tests.is_empty().then(nothing)) {
            let name = name(node, index);
            if wanted(&name) {
                let status = Status::Error { message };
                outcomes
                    .results
                    .push(places.result(name, node.span, status));
            }
            continue;
        }
        for test in &tests {
            let is_wanted = wanted(&test.name);
            let Some(expected) = test.expectation.as_ref() else {
                continue;
            };
            if !is_wanted && !choice.run_all {
                continue;
            }
            let status = judged(reader, test, expected);
            let shown = Ran {
                test,
                expected,
                status: &status,
                is_wanted,
            };
            ran(shown, reader.sources);
            if is_wanted {
                if let Subject::Call { world, .. } = &test.subject {
                    add(&mut outcomes.gaps, &world.contents().gaps);
                }
                let name = test.name.to_string();
                let result = places.result(name, test.span, status);
                outcomes.results.push(result);
            }
        }
    }
    outcomes
}

fn judged(reader: &mut Reader<'_, '_, '_>, test: &Test, expected: &Expectation) -> Status {
    match judge(test, expected, reader.sources) {
        Ok(status) => status,
        Err(unresolved) => {
            let unresolved = unresolved.into_diagnostic();
            let message = unresolved.line(reader.sources);
            reader.diagnostics.push(unresolved);
            Status::Error { message }
        }
    }
}

fn judge(test: &Test, expected: &Expectation, sources: &Sources<'_>) -> Result<Status, Unresolved> {
    let met = |verdict| expected.outcome.is_met_by(verdict);
    if expected.because.is_empty() && met(test.verdict()?) {
        return Ok(Status::Passed);
    }
    let answer = Answer::to(&test.subject, sources)?;
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

/// Adds the gaps that are not known yet.
pub fn add(gaps: &mut Vec<Gap>, more: &[Gap]) {
    for gap in more {
        if !gaps.contains(gap) {
            gaps.push(gap.clone());
        }
    }
}

/// The first finding that is an obstacle, in one line.
pub fn first_error(found: &[Diagnostic], sources: &Sources<'_>, lenient: bool) -> Option<String> {
    let is_obstacle = |found: &&Diagnostic| match found.severity {
        Severity::Error => true,
        Severity::Refused => !lenient,
        Severity::Warning => false,
    };
    let error = found.iter().find(is_obstacle)?;
    Some(error.line(sources))
}

/// A case's name, or its place.
fn name(node: &Node<'_>, index: usize) -> String {
    let name = node.member("name").and_then(Node::as_str);
    name.map_or_else(|| format!("case {}", index + 1), str::to_owned)
}

/// How many cases came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// As expected.
    pub passed: usize,
    /// In another way.
    pub failed: usize,
    /// Cases that could not be read.
    pub errors: usize,
}

impl Tally {
    /// Counts.
    pub fn of<'r>(results: impl IntoIterator<Item = &'r TestResult>) -> Self {
        let mut tally = Self::default();
        for result in results {
            *match result.status {
                Status::Passed => &mut tally.passed,
                Status::Failed(_) => &mut tally.failed,
                Status::Error { .. } => &mut tally.errors,
            } += 1;
        }
        tally
    }

    /// All of them.
    pub fn all(self) -> usize {
        self.passed + self.failed + self.errors
    }
}

/// The results of several files: what `kmsim test --format json` prints.
#[derive(Debug, Default, Serialize)]
pub struct Report<'r> {
    version: u32,
    passed: usize,
    failed: usize,
    errors: usize,
    cases: Vec<CaseReport<'r>>,
    /// What the worlds lack that were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<Gap>,
}

#[derive(Debug, Serialize)]
struct CaseReport<'r> {
    file: &'r str,
    #[serde(flatten)]
    result: &'r TestResult,
}

impl<'r> Report<'r> {
    /// A report without files.
    pub fn new() -> Self {
        Self {
            version: VERSION,
            ..Self::default()
        }
    }

    /// Adds what came out of a file.
    pub fn add(&mut self, file: &'r str, results: &'r [TestResult], gaps: &[Gap]) {
        let tally = Tally::of(results);
        self.passed += tally.passed;
        self.failed += tally.failed;
        self.errors += tally.errors;
        let case = |result| CaseReport { file, result };
        self.cases.extend(results.iter().map(case));
        add(&mut self.gaps, gaps);
    }
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
