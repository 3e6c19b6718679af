//! Findings as JSON, as `kmsim lint --format json` prints them (docs/json.md).

use kmsim_policy::source::{Location, Sources};
use kmsim_policy::syntax::PolicyKind;
use serde::Serialize;

use crate::finding::Finding;
use crate::rules;

/// Version of the JSON shape. It changes when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// The findings about some policies.
#[derive(Debug, Serialize)]
pub struct Report<'r> {
    version: u32,
    policies: Vec<Policy<'r>>,
}

#[derive(Debug, Serialize)]
struct Policy<'r> {
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
    help: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'r>>,
}

/// A change that mends a finding.
#[derive(Debug, Serialize)]
struct Fix<'r> {
    title: &'r str,
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

impl Default for Report<'_> {
    fn default() -> Self {
        Self {
            version: VERSION,
            policies: Vec::new(),
        }
    }
}

impl<'r> Report<'r> {
    /// Adds the findings about one policy.
    pub fn add(
        &mut self,
        name: &'r str,
        place: Option<&'r str>,
        kind: PolicyKind,
        findings: &'r [Finding],
        sources: &Sources<'_>,
    ) {
        let findings = findings.iter();
        self.policies.push(Policy {
            name,
            place,
            kind: kind.name(),
            findings: findings.map(|finding| one(finding, sources)).collect(),
        });
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
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
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
