//! Scenarios: a question about KMS, answered by really making the calls.
//!
//! A scenario is a world, a clock and a list of steps: calls of the service with what is expected
//! of them, time that passes, and what a client does by itself (wrapping key material, verifying
//! a signature with a public key, envelope encryption). [`read`] reads one, [`run`] runs it
//! against a service of its own, and the [`Report`] tells each step's outcome. Nothing here does
//! IO, and a run depends on nothing but the scenario.

mod compare;
mod parameters;
mod path;
mod read;
mod report;
mod run;
mod scenario;
mod template;

pub use read::read;
pub use report::{Finding, Report, StepReport, StepStatus, as_json, as_junit};
pub use run::run;
pub use scenario::{
    Action, Advance, CallStep, Envelope, EventExpectation, Expected, ExpectedOutcome, Local,
    Scenario, Settings, Step,
};
pub use template::{Template, parse_duration};
