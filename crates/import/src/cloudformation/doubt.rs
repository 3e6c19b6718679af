//! Statements that are in a policy or not, depending on a condition of the template that is not known.
//!
//! Such a statement is kept, with one condition more that is not known. So decisions that it has no
//! part in do not turn on it, as they would on a statement of which nothing is known.

use kmsim_authz::truth::Truth;
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};

use super::evaluate::Evaluator;
use crate::node::{member, object, unknown};

/// Operators that may hold the additional condition: the first that the statement has not.
const OPERATORS: [&str; 3] = ["Null", "Bool", "NumericEquals"];

impl<'t, 'a> Evaluator<'t, 'a> {
    /// The elements of a list.
    pub(super) fn elements(&mut self, items: &'t [Node<'a>]) -> Vec<Node<'a>> {
        let mut elements = Vec::with_capacity(items.len());
        for item in items {
            match self.doubtful(item) {
                Some(statements) => elements.extend(statements),
                None => elements.extend(self.value(item)),
            }
        }
        elements
    }

    /// The statements of a `Fn::If` whose condition is not known. `None` for any other value.
    fn doubtful(&mut self, item: &'t Node<'a>) -> Option<Vec<Node<'a>>> {
        let [call] = item.as_object()? else {
            return None;
        };
        let [condition, choices @ ..] = call.value.as_list() else {
            return None;
        };
        if call.key != "Fn::If" || choices.len() != 2 || !choices.iter().any(is_statement) {
            return None;
        }
        let name = condition.as_str()?;
        let held = self.condition(name, condition.span);
        if held.truth != Truth::Unknown {
            return None;
        }
        let why = format!("whether `{}` holds: {}", excerpt(name), held.why);
        let mut statements = Vec::new();
        for choice in choices {
            if let Some(statement) = self.value(choice) {
                statements.push(with_doubt(statement, &why));
            }
        }
        Some(statements)
    }
}

fn is_statement(node: &Node<'_>) -> bool {
    node.member("Effect").is_some()
}

/// A statement that applies only under one more condition, which is not known. Anything else is unknown.
fn with_doubt<'a>(statement: Node<'a>, why: &str) -> Node<'a> {
    let span = statement.span;
    let doubt = || unknown(why.to_owned(), span);
    if !is_statement(&statement) {
        return doubt();
    }
    let Value::Object(mut members) = statement.value else {
        return doubt();
    };
    match members.iter_mut().find(|member| member.key == "Condition") {
        None => members.push(member("Condition", doubt())),
        Some(Member { value, .. }) => match &mut value.value {
            Value::Object(tests) if value_is_known(tests) => {
                let free = OPERATORS
                    .iter()
                    .find(|free| tests.iter().all(|test| test.key != **free));
                match free {
                    Some(free) => tests.push(member(*free, doubt())),
                    None => *value = doubt(),
                }
            }
            _ => *value = doubt(),
        },
    }
    object(members, span)
}

/// Whether the members of a `Condition` are operators rather than the marker of an unknown value.
fn value_is_known(tests: &[Member<'_>]) -> bool {
    tests
        .iter()
        .all(|test| test.key != kmsim_policy::unknown::MARKER)
}
