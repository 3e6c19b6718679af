//! Test results for GitHub Actions.

use std::fmt::Write as _;

use kmsim_authz::call::human_gaps;

use super::print::{counts, details, gaps, headline, tally};
use super::run::{FileReport, Status, TestResult};
use crate::github::{Annotation, cell};

/// How many cases a summary lists: GitHub takes a megabyte.
const LISTED: usize = 200;

/// An annotation for every case that did not pass, and a line that counts all.
pub(crate) fn annotations(reports: &[FileReport]) -> String {
    let mut out = String::new();
    for (file, result) in failures(reports) {
        let (what, message) = match &result.status {
            Status::Passed => continue,
            Status::Failed(mismatch) => ("failed", details(mismatch, "")),
            Status::Error { message } => ("unreadable", message.clone()),
        };
        let title = format!("kmsim test {what}: {}", result.name);
        let annotation = Annotation {
            level: "error",
            file,
            line: result.line,
            column: result.column,
            title: &title,
            message: &message,
        };
        // Writing to a String cannot fail.
        let _ = write!(out, "{annotation}");
    }
    out + &counts(tally(reports)) + "\n" + &human_gaps(&gaps(reports))
}

/// A table of the cases that did not pass, in Markdown.
pub(crate) fn summary(reports: &[FileReport]) -> String {
    let mut out = format!("### kmsim test: {}\n\n", counts(tally(reports)));
    let failures: Vec<_> = failures(reports).collect();
    if failures.is_empty() {
        return out;
    }
    out.push_str("| case | expected | found | place |\n| --- | --- | --- | --- |\n");
    for (file, result) in failures.iter().take(LISTED) {
        let (expected, found) = match &result.status {
            Status::Passed => continue,
            Status::Failed(mismatch) => {
                let found = format!("{}. {}", headline(mismatch), mismatch.summary);
                (mismatch.expected, cell(&found))
            }
            Status::Error { message } => ("", cell(message)),
        };
        let (name, place) = (cell(&result.name), cell(file));
        let _ = writeln!(
            out,
            "| {name} | {expected} | {found} | {place}:{} |",
            result.line
        );
    }
    if let Some(more) = failures.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(out, "\nand {more} more");
    }
    out + "\n"
}

fn failures(reports: &[FileReport]) -> impl Iterator<Item = (&str, &TestResult)> {
    let results = reports.iter().flat_map(|report| {
        let of_file = |result| (&*report.file, result);
        report.results.iter().map(of_file)
    });
    results.filter(|(_, result)| !matches!(result.status, Status::Passed))
}
