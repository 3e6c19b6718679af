//! From a file's text to what is found in its policies.

use kmsim_lint::fix::Round;
use kmsim_lint::{Finding, Subject, kind, lint};
use kmsim_policy::diagnostic::{Diagnostic, Fix, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use super::fixing::rewritten;
use crate::document::{self, Kind};
use crate::mend;

/// A file that was linted.
pub(super) struct File<'t> {
    pub(super) name: String,
    pub(super) policies: Vec<Policy>,
    pub(super) sources: Sources<'t>,
    /// Whether all of it could be read as what it is.
    pub(super) is_whole: bool,
}

/// A policy that was linted.
pub(super) struct Policy {
    pub(super) kind: PolicyKind,
    /// In the order of the text.
    pub(super) findings: Vec<Finding>,
    /// Where the policy stands; nothing where it could not be read.
    pub(super) span: Option<Span>,
    /// How much of it has no meaning that could be evaluated.
    pub(super) errors: usize,
}

/// How files are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'r> {
    pub(super) name: &'r str,
    /// The kind that the user says the policies are of.
    pub(super) told: Option<PolicyKind>,
    /// Whether the file was named, not found in a folder.
    pub(super) named: bool,
}

impl Reading<'_> {
    /// Lints a text; `None` for what was found in a folder and is no policy.
    pub(super) fn lint<'t>(&self, text: &'t str) -> Option<File<'t>> {
        let mut sources = Sources::new();
        let source = sources.add(self.name, text);
        let mut found = Vec::new();
        let node = parse_any(text, source, self.name, &mut found);
        let is_policy = |node: &Node<'_>| document::kind(node) == Kind::Policy;
        let looks_like_one = || {
            node.as_ref()
                .map_or_else(|| text.contains("\"Statement\""), is_policy)
        };
        if !self.named && !looks_like_one() {
            return None;
        }
        let guess = || node.as_ref().map_or_else(|| mend::guess(text), kind::guess);
        let kind = self.told.unwrap_or_else(guess);
        let subject = match &node {
            Some(node) => Subject::new(node, kind, found).with_text(text),
            None => Subject::unreadable(kind, found),
        };
        let errors = subject.diagnostics.iter().filter(|found| is_error(found));
        let errors = errors.count();
        let mut findings = Vec::new();
        lint(&subject, &mut |finding| findings.push(finding));
        findings.sort_by_key(|finding| finding.span.start);
        let policy = Policy {
            kind,
            findings,
            span: node.as_ref().map(|node| node.span),
            errors,
        };
        Some(File {
            name: self.name.to_owned(),
            policies: vec![policy],
            is_whole: node.is_some(),
            sources,
        })
    }

    /// What is to be changed in a text.
    pub(super) fn round(&self, text: &str, wanted: impl Fn(&Fix) -> bool) -> Round {
        let Some(file) = self.lint(text) else {
            return Round::default();
        };
        let fixes = file.findings().filter_map(|(_, finding)| {
            let fix = finding.fix.as_ref().filter(|fix| wanted(fix))?;
            Some((finding.code, file.outside(fix)?))
        });
        Round {
            fixes: fixes.collect(),
            readable: file.is_whole,
            rewritten: rewritten(text, &file),
        }
    }
}

fn is_error(found: &Diagnostic) -> bool {
    found.severity == Severity::Error
}

impl File<'_> {
    /// The file with a text of its own.
    pub(super) fn into_owned(self) -> File<'static> {
        let mut sources = Sources::new();
        if let Some(source) = self.sources.get(SourceId(0)) {
            sources.add(self.name.as_str(), source.text.to_string());
        }
        File {
            name: self.name,
            policies: self.policies,
            sources,
            is_whole: self.is_whole,
        }
    }

    /// The findings of all policies, each with its policy.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Policy, &Finding)> {
        let of = |policy| Policy::with_findings(policy);
        self.policies.iter().flat_map(of)
    }

    /// A change of the file's own text.
    fn outside(&self, fix: &Fix) -> Option<Fix> {
        let in_file = |span: Span| {
            self.sources
                .get(span.source)?
                .within
                .is_none()
                .then_some(())
        };
        for edit in &fix.edits {
            in_file(edit.span)?;
        }
        Some(fix.clone())
    }
}

impl Policy {
    fn with_findings(&self) -> impl Iterator<Item = (&Self, &Finding)> {
        self.findings.iter().map(move |finding| (self, finding))
    }
}
