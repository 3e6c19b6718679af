//! Findings for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::ColorChoice;

use kmsim_lint::Finding;
use kmsim_policy::diagnostic::Note;

use super::read::{File, Policy};
use super::totals::Totals;
use crate::diagnostics::{Messages, counted};

/// So many findings of one rule are shown; the others are counted.
const SHOWN: usize = 10;
/// From so many findings on they are counted by rule.
const MANY: usize = 20;

/// Where findings are shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    /// On standard output.
    Results,
    /// On standard error, beside another result.
    Messages,
}

/// Shows findings, each with its place in the source, until there are too many of a rule.
pub(super) struct Human {
    messages: Messages,
    all: bool,
    seen: BTreeMap<&'static str, usize>,
    /// Of each rule how many findings are not shown, and in which files.
    hidden: BTreeMap<&'static str, (usize, BTreeSet<u64>)>,
    files: u64,
}

impl Human {
    pub(super) fn new(color: ColorChoice, all: bool, stream: Stream) -> Self {
        Self {
            messages: match stream {
                Stream::Results => Messages::on_stdout(color),
                Stream::Messages => Messages::new(color),
            },
            all,
            seen: BTreeMap::new(),
            hidden: BTreeMap::new(),
            files: 0,
        }
    }

    pub(super) fn file(&mut self, file: &File<'_>) -> String {
        let mut out = String::new();
        self.files += 1;
        for (policy, finding) in file.findings() {
            let seen = self.seen.entry(finding.code).or_default();
            *seen += 1;
            if self.all || *seen <= SHOWN {
                let finding = placed(finding, policy);
                out.push_str(&self.messages.finding(&finding, &file.sources));
            } else {
                let (count, files) = self.hidden.entry(finding.code).or_default();
                *count += 1;
                files.insert(self.files);
            }
        }
        out
    }

    /// What was not shown, and how much was found.
    pub(super) fn end(&self, totals: &Totals) -> String {
        if totals.policies == 0 {
            return String::new();
        }
        let mut out = String::new();
        for (code, (count, files)) in &self.hidden {
            let files = counted(files.len(), "file");
            // Writing to a String cannot fail.
            let _ = writeln!(out, "… and {count} more of {code} in {files}");
        }
        if !self.hidden.is_empty() {
            out.push_str("--all shows every one\n\n");
        }
        if totals.findings() >= MANY {
            out.push_str(&totals.table());
            out.push('\n');
        }
        out + &totals.line() + "\n"
    }
}

/// The finding with the name of what its policy belongs to, where a file holds several.
fn placed(finding: &Finding, policy: &Policy) -> Finding {
    let mut finding = finding.clone();
    let place = policy.place.as_ref();
    finding.notes.extend(place.map(|place| Note {
        span: None,
        text: format!("in the policy of {place}"),
    }));
    finding
}
