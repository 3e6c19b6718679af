//! Reports for programs.

use serde_json::{Value, json};

use super::{Finding, Report, StepReport, StepStatus};

/// The version of the form. It changes when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// The reports as one JSON value.
pub fn as_json(reports: &[Report]) -> Value {
    let passed = reports.iter().filter(|report| report.passed()).count();
    json!({
        "version": VERSION,
        "passed": passed,
        "failed": reports.len() - passed,
        "scenarios": reports.iter().map(scenario).collect::<Vec<_>>(),
    })
}

fn scenario(report: &Report) -> Value {
    json!({
        "file": report.file,
        "question": report.question,
        "answer": report.answer,
        "passed": report.passed(),
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &StepReport) -> Value {
    let status = match &step.status {
        StepStatus::Passed => "passed",
        StepStatus::Failed(_) => "failed",
        StepStatus::Impossible(_) => "impossible",
    };
    let (findings, why) = match &step.status {
        StepStatus::Passed => (None, None),
        StepStatus::Failed(findings) => {
            let findings: Vec<Value> = findings.iter().map(finding).collect();
            (Some(findings), None)
        }
        StepStatus::Impossible(why) => (None, Some(why)),
    };
    json!({
        "number": step.number,
        "line": step.place.line,
        "name": step.name,
        "action": step.action,
        "advanced": step.advanced,
        "outcome": step.outcome,
        "status": status,
        "findings": findings,
        "why": why,
    })
}

fn finding(found: &Finding) -> Value {
    json!({
        "expected": found.expected,
        "found": found.found,
        "line": found.place.line,
        "column": found.place.column,
        "explanation": found.explanation,
    })
}
