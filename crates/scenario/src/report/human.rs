//! A report as text for people.

use std::fmt::Write as _;

use super::{Report, StepReport, StepStatus};

impl Report {
    /// The question, each step with what came out, and the answer. With `brief` the steps that
    /// came out as expected are left out, and a scenario without any other gives nothing.
    pub fn human(&self, colour: bool, brief: bool) -> String {
        if brief && self.passed() {
            return String::new();
        }
        let paint = Paint(colour);
        let mut out = format!("{}\n{}\n\n", paint.bold(&self.question), self.file);
        let width = self.steps.len().to_string().len();
        for step in &self.steps {
            if !(brief && step.passed()) {
                step.write(&mut out, width, paint);
            }
        }
        let answer = if self.passed() {
            paint.green("Answer")
        } else {
            paint.red("Not shown")
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n{answer}: {}", self.answer);
        out
    }
}

impl StepReport {
    fn write(&self, out: &mut String, width: usize, paint: Paint) {
        if let Some(advanced) = &self.advanced {
            let _ = writeln!(out, "  {:width$}  {}", "", paint.dim(advanced));
        }
        if self.action.is_empty() && self.passed() {
            return;
        }
        let mark = if self.passed() {
            paint.green("ok")
        } else {
            paint.red("FAILED")
        };
        let number = self.number;
        let line = format!("{}: {}  {mark}", self.action, self.outcome);
        let _ = match &self.name {
            Some(name) => writeln!(out, "  {number:width$}  {name}\n  {:width$}  {line}", ""),
            None => writeln!(out, "  {number:width$}  {line}"),
        };
        for problem in self.problems() {
            let _ = writeln!(out, "  {:width$}    {problem}", "");
        }
        let findings = match &self.status {
            StepStatus::Failed(findings) => findings.as_slice(),
            _ => &[],
        };
        let place = findings.first().map_or(&self.place, |found| &found.place);
        if !self.passed() {
            let _ = writeln!(out, "  {:width$}    at {place}", "");
        }
        for explanation in findings
            .iter()
            .filter_map(|found| found.explanation.as_ref())
        {
            for line in explanation.lines() {
                let _ = writeln!(out, "  {:width$}    | {line}", "");
            }
        }
    }
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }
}
