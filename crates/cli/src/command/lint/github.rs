//! Findings for GitHub Actions.

use std::fmt::Write as _;

use kmsim_lint::{Finding, Severity};

use super::Linted;
use super::human::counts;
use crate::github::{Annotation, cell};

/// How many findings a summary lists: GitHub takes a megabyte.
const LISTED: usize = 200;

/// An annotation for every finding, and a line that counts all.
pub(super) fn annotations(linted: &[Linted]) -> String {
    let mut out = String::new();
    for (policy, finding) in findings(linted) {
        let place = policy.sources.locate(finding.span);
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        let annotation = Annotation {
            level: level(finding.severity),
            file: &policy.name,
            line: place.line,
            column: place.column,
            title: finding.code,
            message: &message,
        };
        // Writing to a String cannot fail.
        let _ = write!(out, "{annotation}");
    }
    out + &counts(linted) + "\n"
}

/// A table of the findings, in Markdown.
pub(super) fn summary(linted: &[Linted]) -> String {
    let mut out = format!("### kmsim lint: {}\n\n", counts(linted));
    let count = findings(linted).count();
    if count == 0 {
        return out;
    }
    out.push_str("| rule | class | finding | place |\n| --- | --- | --- | --- |\n");
    for (policy, finding) in findings(linted).take(LISTED) {
        let line = policy.sources.locate(finding.span).line;
        let (code, class) = (finding.code, finding.severity.name());
        let (message, place) = (cell(&finding.message), cell(&policy.name));
        let _ = writeln!(out, "| {code} | {class} | {message} | {place}:{line} |");
    }
    if let Some(more) = count.checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(out, "\nand {more} more");
    }
    out + "\n"
}

fn findings(linted: &[Linted]) -> impl Iterator<Item = (&Linted, &Finding)> {
    linted
        .iter()
        .flat_map(|policy| policy.findings.iter().map(move |finding| (policy, finding)))
}

/// GitHub knows three classes.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Security => "error",
        Severity::Warning => "warning",
        Severity::Suggestion => "notice",
    }
}
