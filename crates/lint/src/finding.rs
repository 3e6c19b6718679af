//! What rules find.

use kmsim_policy::diagnostic::{Fix, Note};
use kmsim_policy::source::Span;

/// How serious a finding is, in the four classes of IAM Access Analyzer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// AWS refuses the policy, or it does not do what it says.
    Error,
    /// It gives more than it seems to, or to more callers.
    Security,
    /// It works, and will surprise somebody.
    Warning,
    /// It works, and could be said better.
    Suggestion,
}

impl Severity {
    /// All classes, the most serious first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Security, Self::Warning, Self::Suggestion];

    /// The class as outputs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Security => "security",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// One finding of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's code: `KMS001`.
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// What is wrong and what that means: lower case, no final period, input in backticks.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The same place as a path in the document: `Statement[1].Principal.AWS[0]`. Empty for the
    /// whole document.
    pub path: String,
    /// The `Sid` of the statement that it is in, if that has one.
    pub sid: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places and remarks.
    pub notes: Vec<Note>,
    /// A change that mends it and keeps what the policy meant wherever it meant something.
    pub fix: Option<Fix>,
}
