//! Findings as JSON.

use kmsim_lint::{Finding, rules};
use kmsim_policy::source::{Location, Sources};
use serde::Serialize;

use super::Linted;
use crate::outcome::Failure;
use crate::output;

/// The output of `--format json`.
#[derive(Debug, Serialize)]
struct Report<'r> {
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

pub(super) fn json(linted: &[Linted]) -> Result<String, Failure> {
    output::json(&Report {
        version: 1,
        policies: linted.iter().map(policy).collect(),
    })
}

fn policy(linted: &Linted) -> Policy<'_> {
    let findings = linted.findings.iter();
    Policy {
        name: &linted.name,
        place: linted.place.as_deref(),
        kind: linted.kind.name(),
        findings: findings
            .map(|finding| one(finding, &linted.sources))
            .collect(),
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
