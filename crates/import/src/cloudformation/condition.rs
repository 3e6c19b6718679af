//! Conditions: what holds, what does not, and what cannot be known.

use kmsim_authz::truth::Truth;
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

use super::evaluate::{Evaluated, Evaluator};
use super::function::equal;
use super::template::find;
use crate::node::unknown;

/// Whether a condition holds; if that is unknown, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) truth: Truth,
    pub(super) why: String,
}

impl From<bool> for Held {
    fn from(holds: bool) -> Self {
        Self {
            truth: Truth::from(holds),
            why: String::new(),
        }
    }
}

impl Held {
    fn unknown(why: impl Into<String>) -> Self {
        Self {
            truth: Truth::Unknown,
            why: why.into(),
        }
    }
}

/// How far the evaluation of a named condition is.
#[derive(Clone, Debug)]
pub(super) enum Progress {
    Begun,
    Done(Held),
}

impl<'t, 'a> Evaluator<'t, 'a> {
    /// `Fn::If: [condition, value, value]`. Only the value that is chosen is evaluated.
    pub(super) fn choose(&mut self, argument: &'t Node<'a>, span: Span) -> Evaluated<'a> {
        let arguments = self.arguments(argument, "Fn::If", 3..=3);
        let [condition, yes, no] = match arguments {
            Ok([condition, yes, no]) => [condition, yes, no],
            Ok(_) => return None,
            Err(unknown) => return Some(*unknown),
        };
        let Some(name) = condition.as_str() else {
            let message = "`Fn::If` takes the name of a condition".to_owned();
            return Some(self.mistake(condition.span, message));
        };
        let held = self.condition(name, condition.span);
        match held.truth {
            Truth::Yes => self.value(yes),
            Truth::No => self.value(no),
            Truth::Unknown => Some(unknown(
                format!("whether `{}` holds: {}", excerpt(name), held.why),
                span,
            )),
        }
    }

    /// Whether a named condition holds.
    pub(super) fn condition(&mut self, name: &str, span: Span) -> Held {
        let Some(declared) = find(self.template.conditions, name) else {
            let message = format!("there is no condition `{}`", excerpt(name));
            self.mistake(span, message.clone());
            return Held::unknown(message);
        };
        match self.conditions.get(&*declared.key) {
            Some(Progress::Done(held)) => return held.clone(),
            Some(Progress::Begun) => {
                let message = format!("the condition `{}` refers to itself", excerpt(name));
                self.mistake(declared.key_span, message.clone());
                return Held::unknown(message);
            }
            None => {}
        }
        self.conditions.insert(&declared.key, Progress::Begun);
        let held = self.holds(&declared.value);
        let done = Progress::Done(held.clone());
        self.conditions.insert(&declared.key, done);
        held
    }

    fn holds(&mut self, node: &'t Node<'a>) -> Held {
        if !self.enter() {
            let message = "conditions stand too deep inside each other".to_owned();
            self.mistake(node.span, message.clone());
            return Held::unknown(message);
        }
        let held = self.holds_here(node);
        self.leave();
        held
    }

    fn holds_here(&mut self, node: &'t Node<'a>) -> Held {
        let call = match &node.value {
            Value::Bool(holds) => return Held::from(*holds),
            Value::String(text) if text == "true" || text == "false" => {
                return Held::from(text == "true");
            }
            Value::Object(members) => members.first().filter(|_| members.len() == 1),
            _ => None,
        };
        let Some(call) = call else {
            let message = format!("expected a condition, found {}", node.kind());
            self.mistake(node.span, message.clone());
            return Held::unknown(message);
        };
        let name = &*call.key;
        match name {
            "Condition" => match call.value.as_str() {
                Some(name) => self.condition(name, call.value.span),
                None => self.wrong(&call.value, "`Condition` takes a name"),
            },
            "Fn::Equals" => self.equals(&call.value),
            "Fn::Not" => self.combined(&call.value, name, 1..=1),
            "Fn::And" | "Fn::Or" => self.combined(&call.value, name, 2..=10),
            // A parameter of the value `true` or `false` is not a condition for AWS either.
            _ => self.wrong(
                node,
                "expected Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition",
            ),
        }
    }

    fn wrong(&mut self, node: &Node<'_>, message: &str) -> Held {
        self.mistake(node.span, message.to_owned());
        Held::unknown(message)
    }

    fn combined(
        &mut self,
        argument: &'t Node<'a>,
        name: &str,
        count: std::ops::RangeInclusive<usize>,
    ) -> Held {
        let parts = match self.arguments(argument, name, count) {
            Ok(parts) => parts,
            Err(unknown) => return Held::unknown(unknown.unknown().unwrap_or_default()),
        };
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            all.push(self.holds(part));
        }
        let truths = all.iter().map(|held| held.truth);
        let truth = match name {
            "Fn::And" => truths.fold(Truth::Yes, |all, one| all & one),
            "Fn::Or" => truths.fold(Truth::No, |all, one| all | one),
            _ => truths.fold(Truth::Unknown, |_, one| !one),
        };
        if truth != Truth::Unknown {
            return Held {
                truth,
                why: String::new(),
            };
        }
        let mut unknown = all.into_iter().filter(|held| held.truth == Truth::Unknown);
        unknown
            .next()
            .unwrap_or_else(|| Held::unknown("it is not known"))
    }

    fn equals(&mut self, argument: &'t Node<'a>) -> Held {
        let arguments = match self.arguments(argument, "Fn::Equals", 2..=2) {
            Ok(arguments) => arguments,
            Err(unknown) => return Held::unknown(unknown.unknown().unwrap_or_default()),
        };
        let mut values = Vec::with_capacity(2);
        for argument in arguments {
            let Some(value) = self.value(argument) else {
                return self.wrong(argument, "`Fn::Equals` takes no `AWS::NoValue`");
            };
            if let Some(why) = value.unknown() {
                return Held::unknown(why);
            }
            values.push(value);
        }
        match values.as_slice() {
            [one, other] => Held::from(equal(one, other)),
            _ => Held::unknown("it is not known"),
        }
    }
}
