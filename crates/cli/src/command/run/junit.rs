//! Scenarios as XML in the form of JUnit: a suite a scenario, a case a step.

use kmsim_scenario::{Report, StepReport, StepStatus};

use crate::junit::{self, Case, Counts, Fault, Outcome, Suite};

/// The reports as one document.
pub(super) fn document(reports: &[Report]) -> String {
    let steps = || reports.iter().flat_map(|report| &report.steps);
    let count = |is: fn(&StepStatus) -> bool| steps().filter(|step| is(&step.status)).count();
    let mut out = junit::head(Some(Counts {
        all: steps().count(),
        failed: count(|status| matches!(status, StepStatus::Failed(_))),
        errors: count(|status| matches!(status, StepStatus::Impossible(_))),
    }));
    for report in reports {
        let suite = Suite {
            file: &report.file,
            name: Some(&report.question),
            cases: report.steps.iter().map(case).collect(),
            remark: None,
        };
        suite.write(&mut out);
    }
    out + junit::TAIL
}

fn case(step: &StepReport) -> Case {
    Case {
        name: format!("{}. {}", step.number, step.title()),
        line: step.place.line,
        outcome: match &step.status {
            StepStatus::Passed => Outcome::Passed,
            StepStatus::Failed(_) => Outcome::Failed(fault("expectation", step)),
            StepStatus::Impossible(_) => Outcome::Error(fault("impossible", step)),
        },
    }
}

/// What is wrong with a step; denials are explained.
fn fault(kind: &'static str, step: &StepReport) -> Fault {
    let mut text = step.problems();
    let message = text.first().cloned().unwrap_or_default();
    if let StepStatus::Failed(findings) = &step.status {
        let explanations = findings
            .iter()
            .filter_map(|found| found.explanation.clone());
        text.extend(explanations);
    }
    Fault {
        kind,
        message,
        text: text.join("\n"),
    }
}
