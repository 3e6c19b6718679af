//! `--update`: what was observed takes the place of what was expected.
//!
//! Nothing else of a file changes: the values of `expect` and `because` are replaced where they stand.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use kmsim_authz::case::{Expectation, Outcome};
use kmsim_authz::decision::Verdict;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::{SourceId, Span};

use crate::files::Text;
use crate::outcome::Failure;
use crate::target::Target;

/// What one test expected and what came out.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) name: String,
    pub(crate) expected: Expectation,
    pub(crate) verdict: Verdict,
    /// What a test could name as reasons.
    pub(crate) reasons: Vec<String>,
    /// Whether it failed and is one of those that were asked for.
    pub(crate) to_update: bool,
}

/// A piece of a text that is replaced.
#[derive(Debug, PartialEq, Eq)]
struct Edit {
    at: Range<usize>,
    text: String,
}

/// Rewrites a file. Gives the number of expectations that changed; those that one value cannot
/// express are reported.
pub(crate) fn file(
    path: &Path,
    input: &Text,
    observed: &[Observed],
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<usize, Failure> {
    let mut edits = Vec::new();
    let mut count = 0;
    for tests in by_expectation(observed).into_values() {
        match of_one(&tests, &input.text) {
            Ok(own) => {
                count += usize::from(!own.is_empty());
                edits.extend(own);
            }
            Err(found) => diagnostics.push(*found),
        }
    }
    if edits.is_empty() {
        return Ok(0);
    }
    let text = apply(&input.text, edits);
    check(&input.name, &text)?;
    let mut target = Target::open(path, false)?;
    let written = target.write_all(text.as_bytes());
    written.map_err(|error| Failure::new(format!("cannot write `{}`: {error}", input.name)))?;
    target.finish()?;
    Ok(count)
}

/// The tests of each expectation: all combinations of a row share theirs, and so may cases by an
/// alias of YAML.
fn by_expectation(observed: &[Observed]) -> BTreeMap<Span, Vec<&Observed>> {
    let mut groups: BTreeMap<Span, Vec<&Observed>> = BTreeMap::new();
    for test in observed {
        groups.entry(test.expected.span).or_default().push(test);
    }
    groups.retain(|_, tests| tests.iter().any(|test| test.to_update));
    groups
}

/// What has to be replaced for the tests of one expectation.
fn of_one(tests: &[&Observed], text: &str) -> Result<Vec<Edit>, Box<Diagnostic>> {
    let Some(first) = tests.first() else {
        return Ok(Vec::new());
    };
    let expected = &first.expected;
    let mut edits = Vec::new();
    let met = |test: &&Observed| expected.outcome.is_met_by(test.verdict);
    if !tests.iter().all(met) {
        let outcome = common_outcome(tests).ok_or_else(|| not_one(tests))?;
        edits.extend(edit(text, expected.span, |old| scalar(old, outcome.name())));
    }
    for test in tests {
        let Some(span) = test.expected.because_span else {
            continue;
        };
        // Tests that share an outcome by an alias may have reasons of their own.
        let of_same = || {
            let same = |other: &&&Observed| other.expected.because_span == Some(span);
            tests.iter().filter(same)
        };
        let given =
            |reason: &str| of_same().all(|other| other.reasons.iter().any(|own| own == reason));
        if test.expected.because.iter().all(|name| given(name)) {
            continue;
        }
        let reasons = test.reasons.iter().map(|reason| &**reason);
        let reasons: Vec<&str> = reasons.filter(|reason| given(reason)).collect();
        let new = edit_list(text, span, &reasons);
        edits.extend(new.filter(|new| !edits.contains(new)));
    }
    Ok(edits)
}

/// The outcome that all tests have. Those of every request stay such.
fn common_outcome(tests: &[&Observed]) -> Option<Outcome> {
    let first = tests.first()?;
    let may_be = if first.expected.outcome.is_of_every_request() {
        [Outcome::Never, Outcome::Always]
    } else {
        [Outcome::Verdict(first.verdict), Outcome::Denied]
    };
    may_be
        .into_iter()
        .find(|outcome| tests.iter().all(|test| outcome.is_met_by(test.verdict)))
}

/// No outcome fits: one value stands for tests that come out differently, or for requests that do.
fn not_one(tests: &[&Observed]) -> Box<Diagnostic> {
    let span = tests
        .first()
        .map_or_else(Span::default, |test| test.expected.span);
    let depends = |test: &&Observed| test.verdict == Verdict::Depends;
    if tests
        .iter()
        .all(|test| test.expected.outcome.is_of_every_request() && depends(test))
    {
        let message =
            "what comes out depends on the request, so that it is neither `never` nor `always`";
        let found = Diagnostic::error("not-updated", span, message);
        return Box::new(
            found.help("state what the request brings along, and what comes out then"),
        );
    }
    let message = format!(
        "this `expect` is that of {} combinations, which come out differently",
        tests.len()
    );
    let found = Diagnostic::error("not-updated", span, message);
    let mut seen = Vec::new();
    let told = tests.iter().fold(found, |found, test| {
        if seen.contains(&test.verdict) {
            return found;
        }
        seen.push(test.verdict);
        found.note(None, format!("{}: {}", test.verdict, test.name))
    });
    Box::new(told.help("give them cases or rows of their own"))
}

fn edit(text: &str, span: Span, new: impl FnOnce(&str) -> String) -> Option<Edit> {
    let at = span.start as usize..span.end as usize;
    let text = new(text.get(at.clone())?);
    Some(Edit { at, text })
}

/// A word in the quotes of the one that it replaces.
fn scalar(old: &str, new: &str) -> String {
    match old.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ => new.to_owned(),
    }
}

/// Names in the form of those that they replace: one text, a list in brackets, or a list of lines.
fn edit_list(text: &str, span: Span, reasons: &[&str]) -> Option<Edit> {
    let quoted: Vec<String> = reasons
        .iter()
        .map(|reason| serde_json::Value::from(*reason).to_string())
        .collect();
    let before = text.get(..span.start as usize)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    // The first line of a list may be given without its dash.
    let within = line.trim() == "-";
    let dash = if within {
        line.find('-')
    } else {
        Some(line.len())
    }?;
    let start = before.len() - line.len() + dash;
    let at = start..span.end as usize;
    let old = text.get(at.clone())?;
    if !old.starts_with('-') {
        return edit(text, span, |old| match &quoted[..] {
            [one] if !old.starts_with('[') => one.clone(),
            _ => format!("[{}]", quoted.join(", ")),
        });
    }
    if quoted.is_empty() {
        // An empty list has no lines: it stands beside its name.
        let at = text.get(..start)?.trim_end().len()..at.end;
        let text = " []".to_owned();
        return Some(Edit { at, text });
    }
    let indent = line.chars().take(dash);
    let indent: String = indent.map(|c| if c == '\t' { c } else { ' ' }).collect();
    let lines: Vec<String> = quoted.iter().map(|reason| format!("- {reason}")).collect();
    let text = lines.join(&format!("\n{indent}"));
    Some(Edit { at, text })
}

fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.at.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.at, &edit.text);
    }
    text
}

/// A file is only replaced by one that can be read.
fn check(name: &str, text: &str) -> Result<(), Failure> {
    let mut found = Vec::new();
    let node = parse_any(text, SourceId::default(), name, &mut found);
    let broken = found.iter().any(|found| found.severity == Severity::Error);
    if node.is_none() || broken {
        return Err(Failure::new(format!(
            "`{name}` is not updated: its notation is too unusual"
        ))
        .hint("write `expect` and `because` as plain values"));
    }
    Ok(())
}
