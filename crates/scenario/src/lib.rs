#![doc = include_str!("../README.md")]

mod compare;
mod parameters;
mod path;
mod read;
mod report;
mod run;
mod scenario;
mod template;

pub use read::read;
pub use report::{Finding, Report, StepReport, StepStatus, as_json};
pub use run::run;
pub use scenario::{
    Action, Advance, CallStep, Envelope, EventExpectation, Expected, ExpectedOutcome, Local,
    Scenario, Settings, Step,
};
pub use template::{Template, parse_duration};
