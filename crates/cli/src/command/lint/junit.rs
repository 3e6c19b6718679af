//! Findings as XML in the form of JUnit.

use kmsim_lint::Finding;

use super::Level;
use super::read::File;
use crate::junit::{Case, Fault, Outcome, Suite};

/// The findings of a file. Those below the class that counts are cases that pass; a file without
/// findings is one case that passes.
pub(super) fn suite(file: &File<'_>, fail_on: Level) -> String {
    let case = |finding: &Finding| {
        let help = finding.help.as_ref();
        let text = help.map_or_else(String::new, |help| format!("\n{help}"));
        let text = format!("{}{text}", finding.message);
        Case {
            name: format!("{} {}", finding.code, finding.path)
                .trim_end()
                .to_owned(),
            line: file.sources.locate_outside(finding.span).line,
            outcome: if fail_on.counts(finding.severity) {
                Outcome::Failed(Fault {
                    kind: finding.severity.name(),
                    message: finding.message.clone(),
                    text,
                })
            } else {
                Outcome::Remark(text)
            },
        }
    };
    let mut cases: Vec<Case> = file.findings().map(|(_, finding)| case(finding)).collect();
    if cases.is_empty() {
        cases.push(Case {
            name: "nothing found".to_owned(),
            line: 1,
            outcome: Outcome::Passed,
        });
    }
    let suite = Suite {
        file: &file.name,
        name: None,
        cases,
        remark: None,
    };
    let mut out = String::new();
    suite.write(&mut out);
    out
}

/// A file that could not be read.
pub(super) fn unread(name: &str, message: &str) -> String {
    let suite = Suite {
        file: name,
        name: None,
        cases: vec![Case {
            name: "it can be read".to_owned(),
            line: 1,
            outcome: Outcome::Error(Fault {
                kind: "input",
                message: "it could not be read".to_owned(),
                text: message.to_owned(),
            }),
        }],
        remark: None,
    };
    let mut out = String::new();
    suite.write(&mut out);
    out
}
