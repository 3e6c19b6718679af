//! Rules over policies: what is wrong, what it means for KMS, what to write instead.
//!
//! [`lint`] reads a [`Subject`], which is a policy with what is known of the key that it guards, and
//! gives [`Finding`]s. Every rule of [`RULES`] is one file with its documentation, an example that it
//! finds and one that it leaves alone. Rules ask the parsed policy, and the authorizer where the
//! question is one about decisions (does anybody keep `kms:PutKeyPolicy`? can this statement ever
//! apply?). They do not look for patterns in text.
//!
//! # Modules, in reading order
//!
//! - [`subject`]: what is linted, and what is known about it.
//! - [`finding`]: what comes out.
//! - [`rule`]: what a rule is and how it is documented.
//! - [`input`]: where policies come from: files that hold some.
//! - [`kind`]: of what kind a policy is, where nobody says.
//! - `check`: what all rules share, prepared once for each policy; `ask`: questions to the authorizer.
//! - [`fix`]: making the changes that findings offer; `edit`: how rules write them.
//! - `parser`: under which rule a finding of the parser belongs.
//! - [`rules`]: the rules; [`report`]: findings as JSON.

mod ask;
mod check;
mod edit;
pub mod finding;
pub mod fix;
pub mod input;
pub mod kind;
mod parser;
mod path;
pub mod report;
pub mod rule;
pub mod rules;
pub mod subject;
mod table;

pub use finding::{Finding, Severity};
pub use rule::Rule;
pub use rules::RULES;
pub use subject::{Key, Subject};

use check::Check;
use rule::{Found, Report};

/// Applies every rule for the subject's kind of policy, and gives what they find to `sink`: first what
/// the parser found, in the order of the text, then rule by rule.
pub fn lint(subject: &Subject<'_>, sink: &mut impl FnMut(Finding)) {
    let mut sink: &mut dyn FnMut(Finding) = sink;
    for diagnostic in &subject.diagnostics {
        let rule = parser::rule_of(diagnostic, subject);
        let mut found = Found::from(diagnostic);
        if let Some(severity) = parser::severity(diagnostic, subject) {
            found = found.severity(severity);
            if diagnostic.help.is_none() {
                found = found.help(parser::DATED);
            }
        }
        found = parser::fix::with_fix(found, diagnostic, rule, subject);
        Report::new(rule, subject, &mut sink).add(found);
    }
    let Some(attached) = &subject.policy else {
        return;
    };
    let check = Check::new(subject, attached);
    for rule in RULES {
        let applies = rule.kinds.contains(&subject.kind);
        if let Some(find) = rule.find.filter(|_| applies) {
            find(&check, &mut Report::new(rule, subject, &mut sink));
        }
    }
}
