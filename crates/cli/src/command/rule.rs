//! `kmsim rule`: the documentation of the linter's rules.

use kmsim_lint::rules::{self, RULES};
use kmsim_policy::diagnostic::excerpt;

use crate::outcome::{Exit, Failure};
use crate::output;

/// Explain a rule of the linter
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim rule KMS001
  kmsim rule --all")]
pub(crate) struct Arguments {
    /// The rule's code, as findings carry it
    #[arg(required_unless_present = "all", value_name = "CODE")]
    code: Option<String>,
    /// Print every rule's code, severity, name and what it finds
    #[arg(long, conflicts_with = "code")]
    all: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(code) = &arguments.code else {
        output::print(&list())?;
        return Ok(Exit::Success);
    };
    let Some(rule) = rules::rule(code) else {
        let failure = Failure::new(format!("there is no rule `{}`", excerpt(code)));
        let near = kmsim_types::nearest(code, RULES.iter().flat_map(|rule| [rule.code, rule.name]));
        let hint = "kmsim rule --all lists the rules".to_owned();
        return Err(failure.hint(near.map_or(hint, |near| format!("did you mean `{near}`?"))));
    };
    output::print(&rule.documentation(1))?;
    Ok(Exit::Success)
}

fn list() -> String {
    let line = |rule: &&kmsim_lint::Rule| {
        let severity = rule.severity.name();
        format!(
            "{} {severity:<10} {}: {}\n",
            rule.code, rule.name, rule.finds
        )
    };
    RULES.iter().map(line).collect()
}
