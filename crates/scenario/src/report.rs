//! What came out of a scenario.

use kmsim_policy::source::Location;

mod human;
mod json;

pub use json::as_json;

/// What came out of a scenario, step by step.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file.
    pub file: String,
    /// What was asked.
    pub question: String,
    /// The answer that the steps should show.
    pub answer: String,
    /// The steps.
    pub steps: Vec<StepReport>,
}

/// What came out of a step.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// The number, from 1.
    pub number: usize,
    /// What the step shows, if the scenario says it.
    pub name: Option<String>,
    /// What was done: `admin DisableKey`.
    pub action: String,
    /// The time that passed before, and the time then.
    pub advanced: Option<String>,
    /// What came out, in a few words.
    pub outcome: String,
    /// Whether it is as expected.
    pub status: StepStatus,
    /// Where the step stands.
    pub place: Location,
}

/// Whether a step came out as expected.
#[derive(Clone, Debug)]
pub enum StepStatus {
    /// As expected.
    Passed,
    /// Otherwise.
    Failed(Vec<Finding>),
    /// It could not be done, and this is why.
    Impossible(String),
}

/// Something that is not as expected.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub found: String,
    /// Why a call was denied, in full.
    pub explanation: Option<String>,
    /// Where the expectation stands.
    pub place: Location,
}

impl Report {
    /// Whether every step came out as expected.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(StepReport::passed)
    }

    /// How many steps came out as expected, and how many did not.
    pub fn counts(&self) -> (usize, usize) {
        let passed = self.steps.iter().filter(|step| step.passed()).count();
        (passed, self.steps.len() - passed)
    }
}

impl StepReport {
    /// Whether the step came out as expected.
    pub fn passed(&self) -> bool {
        matches!(self.status, StepStatus::Passed)
    }

    /// What is wrong with the step, a line each.
    pub fn problems(&self) -> Vec<String> {
        match &self.status {
            StepStatus::Passed => Vec::new(),
            StepStatus::Impossible(why) => vec![format!("it could not be done: {why}")],
            StepStatus::Failed(findings) => findings
                .iter()
                .map(|found| format!("expected {}, found {}", found.expected, found.found))
                .collect(),
        }
    }

    /// The name, or what was done.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.action)
    }
}
