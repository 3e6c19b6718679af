//! Printing exceptions of KMS, and why.

use clap::{ColorChoice, ValueEnum};
use kmsim_authz::explain::{self, Style};
use kmsim_kms::KmsError;
use kmsim_types::Operation;
use serde_json::{Value, json};

use crate::diagnostics::{self, styled};
use crate::outcome::Failure;
use crate::output;

/// How exceptions are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Text for people, on standard error
    Human,
    /// JSON for programs, on standard output
    Json,
}

/// What an operation ended with.
pub(crate) struct Exception<'e> {
    pub(crate) operation: Operation,
    pub(crate) error: &'e KmsError,
    /// What to do about a denial.
    pub(crate) hint: Option<&'e str>,
}

impl Exception<'_> {
    pub(crate) fn print(&self, format: Format, color: ColorChoice) -> Result<(), Failure> {
        match format {
            Format::Human => diagnostics::write(&self.human(Style {
                colour: styled(color, &std::io::stderr()),
                all_statements: false,
            })),
            Format::Json => output::print(&output::json(&self.json())?)?,
        }
        if let (Some(hint), true) = (self.hint, self.error.denial.is_some()) {
            diagnostics::write(&format!("\nhelp: {hint}\n"));
        }
        Ok(())
    }

    /// In the words of the AWS CLI, then the explanations of the checks that failed.
    fn human(&self, style: Style) -> String {
        let (operation, error) = (self.operation, self.error);
        let mut text = format!(
            "An error occurred ({}) when calling the {operation} operation: {}\n",
            error.code, error.message
        );
        for explanation in error.denial.iter().flat_map(|denial| &denial.explanations) {
            text.push('\n');
            text.push_str(&explanation.human(style));
        }
        text
    }

    fn json(&self) -> Value {
        let mut answer = self.error.to_json();
        if let (Some(denial), Some(members)) = (&self.error.denial, answer.as_object_mut()) {
            let explanation = json!({
                "version": explain::VERSION,
                "decision": denial.verdict.name(),
                "checks": denial.explanations,
            });
            members.insert("explanation".to_owned(), explanation);
        }
        answer
    }
}
