//! Findings as JSON, as `kmsim lint --format json` prints them (docs/json.md).

use kmsim_policy::source::{Location, Sources};
use kmsim_policy::syntax::PolicyKind;
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::rules;

/// Version of the JSON shapes. It changes when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// The findings about one policy.
#[derive(Debug, Serialize)]
pub struct Report<'r> {
    version: u32,
    policies: [PolicyView<'r>; 1],
    summary: Summary,
}

/// How many findings there are.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    policies: usize,
    error: usize,
    security: usize,
    warning: usize,
    suggestion: usize,
    ignored: usize,
    fixed: usize,
    passed_over: usize,
}

/// A policy with what was found.
#[derive(Debug, Serialize)]
pub struct PolicyView<'r> {
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'r str>,
    kind: &'static str,
    findings: Vec<One<'r>>,
}

/// One finding.
#[derive(Debug, Serialize)]
struct One<'r> {
    code: &'static str,
    rule: &'static str,
    severity: &'static str,
    message: &'r str,
    line: u32,
    column: u32,
    path: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'r>>,
}

/// A change that mends a finding.
#[derive(Debug, Serialize)]
struct Fix<'r> {
    title: &'r str,
    safety: &'static str,
    edits: Vec<Edit<'r>>,
}

/// A replacement of what stands from one place to another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'r> {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'r str,
}

impl<'r> PolicyView<'r> {
    /// A policy with what was found: its file, and what in the file it belongs to.
    pub fn new(
        name: &'r str,
        place: Option<&'r str>,
        kind: PolicyKind,
        findings: &'r [Finding],
        sources: &Sources<'_>,
    ) -> Self {
        Self {
            name,
            place,
            kind: kind.name(),
            findings: findings
                .iter()
                .map(|finding| one(finding, sources))
                .collect(),
        }
    }
}

impl<'r> Report<'r> {
    /// The findings about a policy that is a document of its own.
    pub fn new(
        name: &'r str,
        kind: PolicyKind,
        findings: &'r [Finding],
        sources: &Sources<'_>,
    ) -> Self {
        let count = |severity: Severity| {
            let same = findings.iter().filter(|one| one.severity == severity);
            same.count()
        };
        Self {
            version: VERSION,
            summary: Summary {
                policies: 1,
                error: count(Severity::Error),
                security: count(Severity::Security),
                warning: count(Severity::Warning),
                suggestion: count(Severity::Suggestion),
                ..Summary::default()
            },
            policies: [PolicyView::new(name, None, kind, findings, sources)],
        }
    }
}

fn one<'r>(finding: &'r Finding, sources: &Sources<'_>) -> One<'r> {
    let Location { line, column, .. } = sources.locate(finding.span);
    One {
        code: finding.code,
        rule: rules::rule(finding.code).map_or("", |rule| rule.name),
        severity: finding.severity.name(),
        message: &finding.message,
        line,
        column,
        path: &finding.path,
        sid: finding.sid.as_deref(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            safety: fix.safety.name(),
            edits: fix.edits.iter().map(|edit| edited(edit, sources)).collect(),
        }),
    }
}

fn edited<'r>(edit: &'r kmsim_policy::diagnostic::Edit, sources: &Sources<'_>) -> Edit<'r> {
    let (from, to) = (sources.locate(edit.span), sources.locate(edit.span.after()));
    Edit {
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        text: &edit.text,
    }
}
