//! How a command ends.

use std::process::ExitCode;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Allowed, passed, clean.
    Success,
    /// Denied, failed, findings.
    Failure,
    /// The question could not be answered.
    Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Error => 2,
        })
    }
}

/// Why a command could not do what it was asked to, apart from findings in a text.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What happened: lower case, no final period, input in backticks.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hints: Vec<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hints: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// With a message that has to be printed.
    Failure(Failure),
    /// The findings that explain it were printed already.
    Reported,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
