//! Reports for CI servers: XML in the form of JUnit, a suite a scenario, a case a step.

use std::fmt::Write as _;

use super::{Report, StepReport, StepStatus};

/// The reports as one document.
pub fn as_junit(reports: &[Report]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = reports.iter().flat_map(|report| &report.steps);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "<testsuites name=\"kmsim\" {}>", counts(all));
    for report in reports {
        let (name, counts) = (escape(&report.question), counts(&report.steps));
        let file = escape(&report.file);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" file=\"{file}\" {counts}>"
        );
        for step in &report.steps {
            write_step(&mut out, &file, step);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn counts<'r>(steps: impl IntoIterator<Item = &'r StepReport>) -> String {
    let (mut all, mut failed, mut errors) = (0, 0, 0);
    for step in steps {
        all += 1;
        match step.status {
            StepStatus::Passed => {}
            StepStatus::Failed(_) => failed += 1,
            StepStatus::Impossible(_) => errors += 1,
        }
    }
    format!("tests=\"{all}\" failures=\"{failed}\" errors=\"{errors}\"")
}

fn write_step(out: &mut String, file: &str, step: &StepReport) {
    let _ = write!(
        out,
        "    <testcase classname=\"{file}\" name=\"{}. {}\" file=\"{file}\" line=\"{}\"",
        step.number,
        escape(step.title()),
        step.place.line
    );
    let element = match &step.status {
        StepStatus::Passed => {
            out.push_str("/>\n");
            return;
        }
        StepStatus::Failed(_) => "failure",
        StepStatus::Impossible(_) => "error",
    };
    let mut text = step.problems();
    let message = text.first().cloned().unwrap_or_default();
    if let StepStatus::Failed(findings) = &step.status {
        text.extend(
            findings
                .iter()
                .filter_map(|found| found.explanation.clone()),
        );
    }
    let _ = write!(
        out,
        ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>\n",
        escape(&message),
        escape(&text.join("\n"))
    );
}

/// A text for XML. Characters that XML cannot hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
