//! Test results as text, JSON, and XML in the form of JUnit.

use std::fmt::Write as _;
use std::path::Path;

use kmsim_authz::call::human_gaps;
use kmsim_authz::test_run::{Report, Tally, add};
use kmsim_authz::world::Gap;

use super::run::{FileReport, Mismatch, Status, TestResult};
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

/// XML in the form of JUnit, as GitLab, Jenkins and Azure DevOps read it.
pub(crate) fn junit(reports: &[FileReport]) -> String {
    let all = tally(reports);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = |tally: Tally| {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            tally.all(),
            tally.failed,
            tally.errors
        )
    };
    let _ = writeln!(out, "<testsuites name=\"kmsim\" {}>", counts(all));
    for report in reports {
        let file = escape(&report.file);
        let tally = counts(Tally::of(&report.results));
        let _ = writeln!(out, "  <testsuite name=\"{file}\" {tally}>");
        for result in &report.results {
            write_case(&mut out, &report.file, result);
        }
        if !report.gaps.is_empty() {
            let gaps = escape(human_gaps(&report.gaps).trim());
            let _ = writeln!(out, "    <system-out>{gaps}</system-out>");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn write_case(out: &mut String, file: &str, result: &TestResult) {
    let class = Path::new(file).with_extension("");
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
        escape(&class.to_string_lossy()),
        escape(&result.name),
        escape(file),
        result.line
    );
    let (element, kind, message, text) = match &result.status {
        Status::Passed => {
            out.push_str("/>\n");
            return;
        }
        Status::Failed(mismatch) => (
            "failure",
            "decision",
            headline(mismatch),
            details(mismatch, ""),
        ),
        Status::Error { message } => (
            "error",
            "input",
            "it could not be read".to_owned(),
            message.clone(),
        ),
    };
    let _ = write!(
        out,
        ">\n      <{element} type=\"{kind}\" message=\"{}\">{}</{element}>\n    </testcase>\n",
        escape(&message),
        escape(&text)
    );
}

/// A text for XML. Characters that XML cannot hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

pub(crate) fn json(reports: &[FileReport]) -> Result<String, Failure> {
    let mut all = Report::new();
    for report in reports {
        all.add(&report.file, &report.results, &report.gaps);
    }
    output::json(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(
            escape("a<b>&\"c\"\u{1}\n"),
            "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\n"
        );
    }
}
