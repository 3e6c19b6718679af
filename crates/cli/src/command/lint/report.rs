//! Findings as JSON.

use std::fmt::Write as _;

use kmsim_lint::{Finding, Severity, rules};
use kmsim_policy::source::{Location, Sources};
use serde::Serialize;

use super::read::{self, File};
use super::totals::Totals;
use crate::outcome::Failure;
use crate::output;

/// What stands before the policies.
pub(super) const HEAD: &str = "{\n  \"version\": 1,\n  \"policies\": [";

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

/// The policies of a file, which follow those of others.
pub(super) fn file(file: &File<'_>, first: bool) -> Result<String, Failure> {
    let mut out = String::new();
    for (index, policy) in file.policies.iter().enumerate() {
        let comma = if first && index == 0 { "" } else { "," };
        let text = output::json(&self::policy(file, policy))?;
        // A string has no line breaks in JSON.
        let text = text.trim_end().replace('\n', "\n    ");
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}\n    {text}");
    }
    Ok(out)
}

/// What stands behind the policies.
pub(super) fn tail(totals: &Totals) -> String {
    let mut out = String::from(if totals.policies == 0 { "]" } else { "\n  ]" });
    let _ = write!(
        out,
        ",\n  \"summary\": {{\n    \"policies\": {}",
        totals.policies
    );
    for severity in Severity::ALL {
        let _ = write!(
            out,
            ",\n    \"{}\": {}",
            severity.name(),
            totals.of(severity)
        );
    }
    let (changes, _) = totals.fixed;
    let _ = write!(
        out,
        ",\n    \"ignored\": {},\n    \"fixed\": {changes},\n    \"passedOver\": {}\n  }}\n}}\n",
        totals.ignored, totals.passed_over
    );
    out
}

fn policy<'r>(file: &'r File<'_>, policy: &'r read::Policy) -> Policy<'r> {
    let findings = policy.findings.iter();
    Policy {
        name: &file.name,
        place: policy.place.as_deref(),
        kind: policy.kind.name(),
        findings: findings
            .map(|finding| one(finding, &file.sources))
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
