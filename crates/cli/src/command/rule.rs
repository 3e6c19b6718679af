//! `kmsim rule`: the documentation of the linter's rules.

use clap::ValueEnum;
use kmsim_lint::rule::{Rule, RulesView};
use kmsim_lint::rules::{self, RULES};
use kmsim_policy::diagnostic::excerpt;

use crate::outcome::{Exit, Failure};
use crate::output;

/// Explain a rule of the linter
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim rule KMS001
  kmsim rule idle-wildcard --format json
  kmsim rule --all")]
pub(crate) struct Arguments {
    /// The rule's code, as findings carry it, or its name
    #[arg(required_unless_present = "all", value_name = "CODE")]
    code: Option<String>,
    /// Print every rule's code, severity, name and what it finds
    #[arg(long, conflicts_with = "code")]
    all: bool,
    /// The form of the documentation
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people, in Markdown
    Human,
    /// JSON for programs
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let rules: Vec<&Rule> = match &arguments.code {
        None => RULES.to_vec(),
        Some(code) => vec![find(code)?],
    };
    let text = match (arguments.format, rules.as_slice()) {
        (Format::Json, rules) => output::json(&RulesView::of(rules.iter().copied()))?,
        (Format::Human, [one]) => one.documentation(1),
        (Format::Human, rules) => list(rules),
    };
    output::print(&text)?;
    Ok(Exit::Success)
}

fn find(code: &str) -> Result<&'static Rule, Failure> {
    rules::rule(code).ok_or_else(|| {
        let failure = Failure::new(format!("there is no rule `{}`", excerpt(code)));
        let near = kmsim_types::nearest(code, RULES.iter().flat_map(|rule| [rule.code, rule.name]));
        let hint = "kmsim rule --all lists the rules".to_owned();
        failure.hint(near.map_or(hint, |near| format!("did you mean `{near}`?")))
    })
}

fn list(rules: &[&Rule]) -> String {
    let line = |rule: &&Rule| {
        let severity = rule.severity.name();
        format!(
            "{} {severity:<10} {}: {}\n",
            rule.code, rule.name, rule.finds
        )
    };
    rules.iter().map(line).collect()
}
