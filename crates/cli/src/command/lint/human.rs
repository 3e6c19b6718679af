//! Findings for people.

use clap::ColorChoice;
use kmsim_lint::Severity;

use super::Linted;
use crate::diagnostics::{Messages, counted};

/// The findings of all policies, each with its place in the source, and a summary.
pub(super) fn text(linted: &[Linted<'_>], color: ColorChoice) -> String {
    let messages = Messages::on_stdout(color);
    let mut out = String::new();
    for policy in linted {
        for finding in &policy.findings {
            out.push_str(&messages.finding(finding, &policy.sources));
        }
    }
    out + &counts(linted) + "\n"
}

/// How many findings there are of each class.
pub(super) fn counts(linted: &[Linted<'_>]) -> String {
    let count = |severity| {
        let all = linted.iter().flat_map(|policy| &policy.findings);
        all.filter(|finding| finding.severity == severity).count()
    };
    let policies = match linted.len() {
        1 => "1 policy".to_owned(),
        count => format!("{count} policies"),
    };
    let classes = Severity::ALL.into_iter().filter_map(|severity| {
        let what = match severity {
            Severity::Security => "security finding",
            other => other.name(),
        };
        Some(counted(count(severity), what)).filter(|_| count(severity) > 0)
    });
    let classes: Vec<String> = classes.collect();
    match classes.as_slice() {
        [] => format!("{policies}, nothing found"),
        classes => format!("{policies}: {}", classes.join(", ")),
    }
}
