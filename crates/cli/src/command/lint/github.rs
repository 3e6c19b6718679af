//! Findings for GitHub Actions.

use std::fmt::Write as _;

use kmsim_lint::Severity;

use super::read::File;
use super::totals::Totals;
use crate::github::{Annotation, cell};

/// How many findings a summary lists: GitHub takes a megabyte.
const LISTED: usize = 200;

/// An annotation for every finding, and rows for the summary of the step.
#[derive(Debug, Default)]
pub(super) struct Github {
    rows: String,
    listed: usize,
}

impl Github {
    pub(super) fn file(&mut self, file: &File<'_>) -> String {
        let mut out = String::new();
        for (_, finding) in file.findings() {
            let place = file.sources.locate_outside(finding.span);
            let message = match &finding.help {
                Some(help) => format!("{}\n{help}", finding.message),
                None => finding.message.clone(),
            };
            let annotation = Annotation {
                level: level(finding.severity),
                file: &file.name,
                line: place.line,
                column: place.column,
                title: finding.code,
                message: &message,
            };
            // Writing to a String cannot fail.
            let _ = write!(out, "{annotation}");
            if self.listed < LISTED {
                self.listed += 1;
                let (code, class) = (finding.code, finding.severity.name());
                let (message, name) = (cell(&finding.message), cell(&file.name));
                let line = place.line;
                let _ = writeln!(
                    self.rows,
                    "| {code} | {class} | {message} | {name}:{line} |"
                );
            }
        }
        out
    }

    /// A table of the findings, in Markdown.
    pub(super) fn summary(&self, totals: &Totals) -> String {
        let mut out = format!("### kmsim lint: {}\n\n", totals.line());
        if self.listed == 0 {
            return out;
        }
        out.push_str("| rule | class | finding | place |\n| --- | --- | --- | --- |\n");
        out.push_str(&self.rows);
        let more = totals.findings() - self.listed.min(totals.findings());
        if more > 0 {
            let _ = writeln!(out, "\nand {more} more");
        }
        out + "\n"
    }
}

/// GitHub knows three classes.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Security => "error",
        Severity::Warning => "warning",
        Severity::Suggestion => "notice",
    }
}
