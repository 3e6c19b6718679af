//! Findings for people.

use clap::ColorChoice;
use kmsim_lint::{Finding, Severity};
use kmsim_policy::diagnostic::Note;

use super::Linted;
use crate::diagnostics::{Messages, counted};

/// The findings of all policies, each with its place in the source, and a summary.
pub(super) fn text(linted: &[Linted], color: ColorChoice) -> String {
    let messages = Messages::on_stdout(color);
    let mut out = String::new();
    for policy in linted {
        for finding in &policy.findings {
            out.push_str(&messages.finding(&placed(finding, policy), &policy.sources));
        }
    }
    out + &counts(linted) + "\n"
}

/// The finding with the name of what its policy belongs to, where a file holds several.
fn placed(finding: &Finding, policy: &Linted) -> Finding {
    let mut finding = finding.clone();
    let place = policy.place.as_ref();
    finding.notes.extend(place.map(|place| Note {
        span: None,
        text: format!("in the policy of {place}"),
    }));
    finding
}

/// How many findings there are of each class.
pub(super) fn counts(linted: &[Linted]) -> String {
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
