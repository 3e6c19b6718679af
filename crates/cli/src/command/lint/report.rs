//! Findings as JSON.

use std::fmt::Write as _;

use kmsim_lint::Severity;
use kmsim_lint::report::PolicyView;

use super::read::{self, File};
use super::totals::Totals;
use crate::outcome::Failure;
use crate::output;

/// What stands before the policies.
pub(super) const HEAD: &str = "{\n  \"version\": 1,\n  \"policies\": [";

/// The policies of a file, which follow those of others.
pub(super) fn file(file: &File<'_>, first: bool) -> Result<String, Failure> {
    let mut out = String::new();
    for (index, policy) in file.policies.iter().enumerate() {
        let comma = if first && index == 0 { "" } else { "," };
        let text = output::json(&self::policy(file, policy))?;
        // A string has no line breaks in JSON.
        let text = text.trim_end().replace('\n', "\n    ");
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}\n    {text}");
    }
    Ok(out)
}

/// What stands behind the policies.
pub(super) fn tail(totals: &Totals) -> String {
    let mut out = String::from(if totals.policies == 0 { "]" } else { "\n  ]" });
    let _ = write!(
        out,
        ",\n  \"summary\": {{\n    \"policies\": {}",
        totals.policies
    );
    for severity in Severity::ALL {
        let _ = write!(
            out,
            ",\n    \"{}\": {}",
            severity.name(),
            totals.of(severity)
        );
    }
    let (changes, _) = totals.fixed;
    let _ = write!(
        out,
        ",\n    \"ignored\": {},\n    \"fixed\": {changes},\n    \"passedOver\": {}\n  }}\n}}\n",
        totals.ignored, totals.passed_over
    );
    out
}

fn policy<'r>(file: &'r File<'_>, policy: &'r read::Policy) -> PolicyView<'r> {
    let place = policy.place.as_deref();
    let findings = &policy.findings;
    PolicyView::new(&file.name, place, policy.kind, findings, &file.sources)
}
