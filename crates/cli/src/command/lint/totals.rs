//! How much was found, by rule and class.

use std::collections::BTreeMap;

use kmsim_lint::{Finding, Severity, rules};

use super::read::File;
use crate::diagnostics::counted;

/// What was found in all files.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) policies: usize,
    /// How many files that were found in folders hold no policies.
    pub(super) passed_over: usize,
    pub(super) ignored: usize,
    /// How many changes were made, and in how many files.
    pub(super) fixed: (usize, usize),
    rules: BTreeMap<(Severity, &'static str), Count>,
}

/// How often a rule found something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) findings: usize,
    pub(super) files: usize,
}

impl Totals {
    /// Adds what was found in a file.
    pub(super) fn add(&mut self, file: &File<'_>) {
        self.policies += file.policies.len();
        self.ignored += file.ignored;
        let mut own: BTreeMap<(Severity, &'static str), usize> = BTreeMap::new();
        for (_, finding) in file.findings() {
            *own.entry(key(finding)).or_default() += 1;
        }
        for (key, findings) in own {
            let count = self.rules.entry(key).or_default();
            count.findings += findings;
            count.files += 1;
        }
    }

    /// How many findings there are of a class.
    pub(super) fn of(&self, severity: Severity) -> usize {
        let own = self
            .rules
            .iter()
            .filter(|((class, _), _)| *class == severity);
        own.map(|(_, count)| count.findings).sum()
    }

    /// How many findings there are.
    pub(super) fn findings(&self) -> usize {
        self.rules.values().map(|count| count.findings).sum()
    }

    /// The rules that found something, by class and code.
    pub(super) fn rules(&self) -> impl Iterator<Item = (Severity, &'static str, Count)> {
        let rules = self.rules.iter();
        rules.map(|((severity, code), count)| (*severity, *code, *count))
    }

    /// How many findings there are of each class, in one line.
    pub(super) fn line(&self) -> String {
        let policies = match self.policies {
            1 => "1 policy".to_owned(),
            count => format!("{count} policies"),
        };
        let classes = Severity::ALL.into_iter().filter_map(|severity| {
            let what = match severity {
                Severity::Security => "security finding",
                other => other.name(),
            };
            let count = self.of(severity);
            (count > 0).then(|| counted(count, what))
        });
        let classes: Vec<String> = classes.collect();
        let found = match classes.as_slice() {
            [] => format!("{policies}, nothing found"),
            classes => {
                let left = if self.fixed.0 > 0 { " left" } else { "" };
                format!("{policies}: {}{left}", classes.join(", "))
            }
        };
        let found = match self.passed_over {
            0 => found,
            count => format!("{found}; {} without policies", counted(count, "file")),
        };
        let found = match self.ignored {
            0 => found,
            ignored => format!("{found}; {ignored} ignored"),
        };
        match self.fixed {
            (0, _) => found,
            (changes, files) => format!(
                "{} made in {}; {found}",
                counted(changes, "change"),
                counted(files, "file")
            ),
        }
    }

    /// A line for each rule: class, code, name, and how often.
    pub(super) fn table(&self) -> String {
        let mut rows: Vec<_> = self.rules().collect();
        rows.sort_by_key(|(severity, code, count)| {
            (*severity, std::cmp::Reverse(count.findings), *code)
        });
        let name = |code| rules::rule(code).map_or("", |rule| rule.name);
        let width = rows.iter().map(|(_, code, _)| name(code).len()).max();
        let width = width.unwrap_or(0);
        let row = |(severity, code, count): (Severity, &'static str, Count)| {
            format!(
                "  {:<10} {code} {:<width$}  {} in {}\n",
                severity.name(),
                name(code),
                count.findings,
                counted(count.files, "file")
            )
        };
        rows.into_iter().map(row).collect()
    }
}

fn key(finding: &Finding) -> (Severity, &'static str) {
    (finding.severity, finding.code)
}
