//! Test results as text, JSON, and XML in the form of JUnit.

use std::fmt::Write as _;

use kmsim_authz::call::human_gaps;
use kmsim_authz::test_run::{Report, Tally, add};
use kmsim_authz::world::Gap;

use super::run::{FileReport, Mismatch, Status, TestResult};
use crate::junit::{self, Counts, Fault, Outcome, Suite};
use crate::outcome::Failure;
use crate::output;

/// How many cases came out how, over all files.
pub(super) fn tally(reports: &[FileReport]) -> Tally {
    Tally::of(reports.iter().flat_map(|report| &report.results))
}

/// `3 passed, 1 failed`
pub(super) fn counts(tally: Tally) -> String {
    let errors = match tally.errors {
        0 => String::new(),
        errors => format!(", {errors} unreadable"),
    };
    format!("{} passed, {} failed{errors}", tally.passed, tally.failed)
}

/// The cases that did not pass, and a line that counts all.
pub(crate) fn human(reports: &[FileReport], colour: bool) -> String {
    let paint = |code: &str, text: &str| {
        if colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = String::new();
    for report in reports {
        for result in &report.results {
            let place = format!("{}:{}", report.file, result.line);
            let name: String = result.name.chars().map(printable).collect();
            // Writing to a String cannot fail.
            let _ = match &result.status {
                Status::Passed => Ok(()),
                Status::Failed(mismatch) => {
                    let mark = paint("1;31", "FAILED");
                    let details = details(mismatch, "  ");
                    writeln!(out, "{mark} {place}: {name}\n{details}\n")
                }
                Status::Error { .. } => {
                    let mark = paint("1;31", "UNREADABLE");
                    writeln!(out, "{mark} {place}: {name}\n")
                }
            };
        }
    }
    let tally = tally(reports);
    let good = tally.passed == tally.all();
    let counts = paint(if good { "1;32" } else { "1;31" }, &counts(tally));
    out + &counts + "\n" + &human_gaps(&gaps(reports))
}

/// What the worlds of all files lack.
pub(super) fn gaps(reports: &[FileReport]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for report in reports {
        add(&mut gaps, &report.gaps);
    }
    gaps
}

/// What a terminal would take for a command is shown as a blank.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// What was expected and what came out, a line each.
pub(super) fn details(mismatch: &Mismatch, indent: &str) -> String {
    let mut lines = vec![headline(mismatch), mismatch.summary.clone()];
    if !mismatch.missing.is_empty() {
        let because = if mismatch.because.is_empty() {
            "no statement".to_owned()
        } else {
            mismatch.because.join(", ")
        };
        lines.push(format!(
            "expected because of {}",
            mismatch.missing.join(", ")
        ));
        lines.push(format!("decided by {because}"));
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n")
}

pub(super) fn headline(mismatch: &Mismatch) -> String {
    if mismatch.met {
        return format!("{} for another reason than expected", mismatch.found);
    }
    format!("expected {}, found {}", mismatch.expected, mismatch.found)
}

/// XML in the form of JUnit.
pub(crate) fn junit(reports: &[FileReport]) -> String {
    let all = tally(reports);
    let mut out = junit::head(Some(Counts {
        all: all.all(),
        failed: all.failed,
        errors: all.errors,
    }));
    for report in reports {
        let gaps = || human_gaps(&report.gaps).trim().to_owned();
        let suite = Suite {
            file: &report.file,
            name: None,
            cases: report.results.iter().map(case).collect(),
            remark: (!report.gaps.is_empty()).then(gaps),
        };
        suite.write(&mut out);
    }
    out + junit::TAIL
}

fn case(result: &TestResult) -> junit::Case {
    junit::Case {
        name: result.name.clone(),
        line: result.line,
        outcome: match &result.status {
            Status::Passed => Outcome::Passed,
            Status::Failed(mismatch) => Outcome::Failed(Fault {
                kind: "decision",
                message: headline(mismatch),
                text: details(mismatch, ""),
            }),
            Status::Error { message } => Outcome::Error(Fault {
                kind: "input",
                message: "it could not be read".to_owned(),
                text: message.clone(),
            }),
        },
    }
}

pub(crate) fn json(reports: &[FileReport]) -> Result<String, Failure> {
    let mut all = Report::new();
    for report in reports {
        all.add(&report.file, &report.results, &report.gaps);
    }
    output::json(&all)
}
