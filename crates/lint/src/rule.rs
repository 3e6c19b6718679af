//! What a rule is: how it finds, and how it is documented.

use std::fmt::Write as _;

use kmsim_policy::diagnostic::{Diagnostic, Edit, Fix, Note, Safety};
use kmsim_policy::print::quoted;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;

use crate::check::Check;
use crate::finding::{Finding, Severity};
use crate::subject::Subject;
use crate::{fix, path};

mod view;

pub use view::RulesView;

/// A rule with its documentation.
#[derive(Debug)]
pub struct Rule {
    /// The code that findings carry and that never changes: `KMS001`.
    pub code: &'static str,
    /// A name for people, kebab-case.
    pub name: &'static str,
    /// How serious its findings are; one of them may be less.
    pub severity: Severity,
    /// The kinds of policies that it looks at.
    pub kinds: &'static [PolicyKind],
    /// What it finds, in a sentence or two.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What it finds something in.
    pub fires: Example,
    /// How to say it right.
    pub right: Example,
    /// Where AWS says so.
    pub source: &'static str,
    /// The checks of IAM Access Analyzer that find the same.
    pub access_analyzer: &'static [&'static str],
    /// Finds it; nothing if the parser does.
    pub(crate) find: Option<fn(&Check<'_>, &mut Report<'_>)>,
}

/// A policy in a rule's documentation.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The kind of policy.
    pub kind: PolicyKind,
    /// What is known of the key, as batches write it; empty if nothing is.
    pub key: &'static str,
    /// A whole policy, one statement, or a world.
    pub text: &'static str,
    /// Whether the text is a world whose keys are linted.
    pub is_world: bool,
}

impl Example {
    /// An example in a key policy.
    pub(crate) const fn key_policy(text: &'static str) -> Self {
        Self::of(PolicyKind::KeyPolicy, text)
    }

    /// An example in an identity-based policy.
    pub(crate) const fn identity(text: &'static str) -> Self {
        Self::of(PolicyKind::Identity, text)
    }

    /// An example in a policy of some kind.
    pub(crate) const fn of(kind: PolicyKind, text: &'static str) -> Self {
        Self {
            kind,
            key: "",
            text,
            is_world: false,
        }
    }

    /// An example in a world.
    pub(crate) const fn world(text: &'static str) -> Self {
        Self {
            is_world: true,
            ..Self::key_policy(text)
        }
    }

    /// The same for a key of which something is known.
    #[must_use]
    pub(crate) const fn for_key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    /// Whether the example is one statement and no whole policy.
    pub fn is_statement(&self) -> bool {
        !self.is_world
            && self.text.starts_with('{')
            && !self.text.contains("\"Version\"")
            && !self.text.contains("\"Statement\"")
    }

    /// The example as a whole policy: beside its statement, a key policy has the one of the account
    /// that every key policy should have.
    pub fn policy(&self) -> String {
        if self.is_statement() {
            document(self.kind, self.text)
        } else {
            self.text.to_owned()
        }
    }
}

/// A policy with one statement beside what every policy of its kind has.
pub fn document(kind: PolicyKind, statement: &str) -> String {
    let account = match kind {
        PolicyKind::KeyPolicy => {
            "\n{\"Sid\": \"Enable IAM policies\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:root\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"},"
        }
        _ => "",
    };
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{account}\n{statement}\n]}}")
}

impl Rule {
    /// The rule's documentation in Markdown, with a heading of this level.
    pub fn documentation(&self, heading: usize) -> String {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.name()).collect();
        let kinds = if kinds.len() == PolicyKind::ALL.len() {
            "all policies".to_owned()
        } else {
            kinds.join(", ")
        };
        let marks = "#".repeat(heading);
        let mut out = format!(
            "{marks} {} {}\n\n{} · {kinds}\n\n{}\n\n{}\n\nFinds something in",
            self.code,
            self.name,
            self.severity.name(),
            self.finds,
            self.why,
        );
        show(&mut out, &self.fires);
        out.push_str("Right");
        show(&mut out, &self.right);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "Source: {}.", self.source);
        if !self.access_analyzer.is_empty() {
            let names = self.access_analyzer.join(", ");
            let _ = writeln!(out, "\nIAM Access Analyzer: {names}.");
        }
        out
    }
}

fn show(out: &mut String, example: &Example) {
    if example.is_world {
        out.push_str(", a world");
    }
    if !example.key.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(out, ", for the key {}", example.key);
    }
    out.push_str(":\n\n");
    for line in example.text.lines() {
        let _ = writeln!(out, "    {line}");
    }
    out.push('\n');
}

/// What a rule found, before it carries the rule's name.
#[derive(Debug)]
pub(crate) struct Found {
    severity: Option<Severity>,
    message: String,
    span: Span,
    help: Option<String>,
    notes: Vec<Note>,
    fix: Option<Fix>,
}

impl Found {
    /// Something at a place.
    pub(crate) fn at(span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: None,
            message: message.into(),
            span,
            help: None,
            notes: Vec::new(),
            fix: None,
        }
    }

    /// What to write instead.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Another place that has to do with it.
    pub(crate) fn note(mut self, span: Span, text: impl Into<String>) -> Self {
        self.notes.push(Note {
            span: Some(span),
            text: text.into(),
        });
        self
    }

    /// Less serious than the rule usually is.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Mends it by putting another string at the place. What a fix does to the meaning is a guess until
    /// something else is said.
    pub(crate) fn write(self, text: &str) -> Self {
        let span = self.span;
        self.replace(format!("write `{text}`"), span, quoted(text))
    }

    /// Mends it by a replacement.
    pub(crate) fn replace(
        self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        let text = text.into();
        self.edits(title, Some(vec![Edit { span, text }]))
    }

    /// Mends it by several replacements, if there are any.
    pub(crate) fn edits(mut self, title: impl Into<String>, edits: Option<Vec<Edit>>) -> Self {
        self.fix = edits.map(|edits| Fix {
            title: title.into(),
            safety: Safety::Guess,
            edits,
        });
        self
    }

    /// What the fix does to the meaning.
    pub(crate) fn safety(mut self, safety: Safety) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.safety = safety;
        }
        self
    }

    /// The fix leaves every decision as it is.
    pub(crate) fn keeps(self) -> Self {
        self.safety(Safety::Keeps)
    }

    /// The fix replaces what has no meaning, and what was meant is evident.
    pub(crate) fn mends(self) -> Self {
        self.safety(Safety::Mends)
    }
}

impl From<&Diagnostic> for Found {
    fn from(found: &Diagnostic) -> Self {
        Self {
            severity: None,
            message: found.message.clone(),
            span: found.span,
            help: found.help.clone(),
            notes: found.notes.clone(),
            fix: found.fix.clone(),
        }
    }
}

/// Takes what one rule finds.
pub(crate) struct Report<'r> {
    rule: &'static Rule,
    subject: &'r Subject<'r>,
    sink: &'r mut dyn FnMut(Finding),
}

impl<'r> Report<'r> {
    pub(crate) fn new(
        rule: &'static Rule,
        subject: &'r Subject<'r>,
        sink: &'r mut dyn FnMut(Finding),
    ) -> Self {
        Self {
            rule,
            subject,
            sink,
        }
    }

    /// Passes a finding on.
    pub(crate) fn add(&mut self, found: Found) {
        let subject = self.subject;
        let path = subject.node.map(|node| path::of(node, found.span));
        let fix = found.fix.filter(|fix| fix::is_possible(fix, subject));
        (self.sink)(Finding {
            code: self.rule.code,
            severity: found.severity.unwrap_or(self.rule.severity),
            message: found.message,
            span: found.span,
            path: path.unwrap_or_default(),
            sid: subject.node.and_then(|node| path::sid(node, found.span)),
            help: found.help,
            notes: found.notes,
            fix,
        });
    }
}
