//! From a file's text to what is found in its policies.

use kmsim_lint::Finding;
use kmsim_lint::fix::Round;
use kmsim_lint::input::{Form, Input, read};
use kmsim_policy::diagnostic::{Diagnostic, Fix};
use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use super::fixing::rewritten;
use super::settings::Applied;
use crate::discover::Found;
use crate::files::{self, is_stdin};
use crate::outcome::Failure;

/// Longer files are not read.
const LONGEST: u64 = 64 << 20;

/// Whether a file is too long to be read. That is an error if it was named, or if it may hold policies.
pub(super) fn is_too_long(found: &Found) -> Option<Result<(), Failure>> {
    if is_stdin(&found.path) {
        return None;
    }
    let resembles = files::is_longer_than(&found.path, LONGEST, b"Statement")?;
    if !found.named && !resembles {
        return Some(Ok(()));
    }
    let (name, most) = (found.path.display(), LONGEST >> 20);
    let failure = Failure::new(format!(
        "cannot read `{name}`: it is longer than {most} MiB"
    ));
    Some(Err(failure.hint("no policy is, nor what holds policies")))
}

/// A file that was linted.
pub(super) struct File<'t> {
    pub(super) name: String,
    pub(super) policies: Vec<Policy>,
    pub(super) sources: Sources<'t>,
    /// Why the file, or a part of it, could not be read.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether all of it could be read as what it is.
    pub(super) is_whole: bool,
    /// Whether something of it could not be read at all.
    pub(super) is_unread: bool,
    /// Whether people write such files, so that changes of them make sense.
    pub(super) is_source: bool,
    /// How many findings the settings say to ignore.
    pub(super) ignored: usize,
}

/// A policy that was linted.
pub(super) struct Policy {
    /// What in the file the policy belongs to; nothing where the file is the policy.
    pub(super) place: Option<String>,
    pub(super) kind: PolicyKind,
    /// In the order of the text.
    pub(super) findings: Vec<Finding>,
    /// Where the policy stands; nothing where it could not be read.
    pub(super) span: Option<Span>,
    /// How much of it has no meaning that could be evaluated.
    pub(super) errors: usize,
}

/// How files are read.
#[derive(Debug)]
pub(super) struct Reading<'r> {
    pub(super) name: &'r str,
    /// The kind that the user says the policies are of.
    pub(super) told: Option<PolicyKind>,
    /// Whether the file was named, not found in a folder.
    pub(super) named: bool,
    /// Whether files of every form are meant, as where a pattern matches.
    pub(super) matched: bool,
    pub(super) settings: Applied<'r>,
}

impl Reading<'_> {
    /// Lints a text; `None` for what was found in a folder and holds no policy. What was named must hold
    /// some.
    pub(super) fn lint<'t>(&self, text: &'t str) -> Result<Option<File<'t>>, Failure> {
        let mut sources = Sources::new();
        let source = sources.add(self.name, text);
        let told = self.told.or_else(|| self.settings.kind());
        let input = read(text, source, told, &mut sources);
        let is_other = input.policies.is_empty()
            && (input.diagnostics.is_empty() || matches!(input.form, Form::Other(_)));
        let is_meant = self.matched || input.form.is_linted_unnamed();
        if !self.named && (is_other || !is_meant) {
            return Ok(None);
        }
        if input.policies.is_empty() && input.diagnostics.is_empty() {
            return Err(no_policy(self.name, &input));
        }
        let incomplete = input.policies.iter().any(|policy| policy.incomplete);
        // What is no JSON may have been read as it was meant.
        let (mut broken, mut ignored) = (false, 0);
        let policies = input.policies.iter().map(|policy| {
            let mut linted = policy.linted(&sources, None);
            broken |= linted
                .findings
                .iter()
                .any(|finding| finding.code == "IAM001");
            ignored += self.settings.apply(&mut linted.findings);
            Policy {
                place: policy.place.clone(),
                kind: policy.kind,
                findings: linted.findings,
                span: policy.node.as_ref().map(|node| node.span),
                errors: linted.errors,
            }
        });
        let policies: Vec<Policy> = policies.collect();
        let is_source = input.form.is_source();
        let diagnostics = input.diagnostics;
        Ok(Some(File {
            name: self.name.to_owned(),
            is_whole: !incomplete && !broken && diagnostics.is_empty(),
            is_unread: incomplete || !diagnostics.is_empty(),
            is_source,
            ignored,
            policies,
            sources,
            diagnostics,
        }))
    }

    /// What is to be changed in a text.
    pub(super) fn round(&self, text: &str, wanted: impl Fn(&Fix) -> bool) -> Round {
        let Ok(Some(file)) = self.lint(text) else {
            return Round::default();
        };
        let fixes = file.findings().filter_map(|(_, finding)| {
            let fix = finding.fix.as_ref().filter(|fix| wanted(fix))?;
            Some((finding.code, fix.clone()))
        });
        Round {
            fixes: fixes.collect(),
            readable: file.is_whole,
            rewritten: rewritten(text, &file),
        }
    }
}

fn no_policy(name: &str, input: &Input<'_>) -> Failure {
    let what = match input.form {
        Form::Other("no policy") => "it is none, and holds none".to_owned(),
        form => format!("it is {form}"),
    };
    Failure::new(format!("no policy was found in `{name}`: {what}"))
        .hint("a policy is an object with a `Statement`; docs/lint.md lists what else is read")
}

impl File<'_> {
    /// The file with texts of its own.
    pub(super) fn into_owned(self) -> File<'static> {
        File {
            name: self.name,
            policies: self.policies,
            sources: self.sources.into_owned(),
            diagnostics: self.diagnostics,
            is_whole: self.is_whole,
            is_unread: self.is_unread,
            is_source: self.is_source,
            ignored: self.ignored,
        }
    }

    /// The findings of all policies, each with its policy.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Policy, &Finding)> {
        let of = |policy| Policy::with_findings(policy);
        self.policies.iter().flat_map(of)
    }
}

impl Policy {
    fn with_findings(&self) -> impl Iterator<Item = (&Self, &Finding)> {
        self.findings.iter().map(move |finding| (self, finding))
    }
}
