//! The policies of an input, linted.

use std::rc::Rc;

use kmsim_lint::input::{Form, Input, read};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;

use super::Linted;
use crate::diagnostics::Messages;
use crate::files::Text;
use crate::outcome::Failure;

/// What became of an input.
pub(super) struct Outcome {
    /// The policies in it.
    pub(super) linted: Vec<Linted>,
    /// Whether some of it could not be read.
    pub(super) unread: bool,
}

/// Lints the policies of an input. Of what was found in a folder, what holds none is passed over; what was
/// named must hold some.
pub(super) fn lint(
    text: &Text,
    told: Option<PolicyKind>,
    named: bool,
    messages: &Messages,
) -> Result<Outcome, Failure> {
    let mut sources = Sources::new();
    let source = sources.add(text.name.as_str(), text.text.as_str());
    let input = read(&text.text, source, told, &mut sources);
    let mut outcome = Outcome {
        linted: Vec::new(),
        unread: false,
    };
    if !named && (input.policies.is_empty() || !input.form.is_linted_unnamed()) {
        return Ok(outcome);
    }
    if !input.diagnostics.is_empty() {
        messages.findings(&input.diagnostics, &sources, true);
        outcome.unread = true;
    }
    if input.policies.is_empty() && !outcome.unread {
        return Err(no_policy(&text.name, &input));
    }
    outcome.unread |= input.policies.iter().any(|policy| policy.incomplete);
    let found: Vec<_> = (input.policies.iter())
        .map(|policy| {
            let findings = policy.findings(&sources, None);
            (policy.place.clone(), policy.kind, findings)
        })
        .collect();
    drop(input);
    let sources = Rc::new(sources.into_owned());
    let linted = found.into_iter().map(|(place, kind, findings)| Linted {
        name: text.name.clone(),
        place,
        kind,
        findings,
        sources: Rc::clone(&sources),
    });
    outcome.linted.extend(linted);
    Ok(outcome)
}

fn no_policy(name: &str, input: &Input<'_>) -> Failure {
    let what = match input.form {
        Form::Other("no policy") => "it is none, and holds none".to_owned(),
        form => format!("it is {form}"),
    };
    Failure::new(format!("no policy was found in `{name}`: {what}"))
        .hint("a policy is an object with a `Statement`; docs/lint.md lists what else is read")
}
