//! `Fn::Sub`: `${Name}`, `${Resource.Attribute}` and `${!Literal}` in a text.

use std::borrow::Cow;

use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

use super::evaluate::{Evaluator, Known};
use crate::node::unknown;

/// A part of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'s> {
    /// Text that stays.
    Text(&'s str),
    /// `${Name}`
    Variable(&'s str),
    /// `${!Name}`, which becomes `${Name}`: how policy variables are written.
    Literal(&'s str),
}

impl<'t, 'a> Evaluator<'t, 'a> {
    /// `Fn::Sub: text` and `Fn::Sub: [text, {name: value}]`
    pub(super) fn substitute(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let (pattern, values) = match &argument.value {
            Value::Array(_) => {
                let [pattern, values] = self.arguments(argument, "Fn::Sub", 2..=2)? else {
                    return Ok(unknown("", span));
                };
                let Some(values) = values.as_object() else {
                    let message = format!(
                        "the second argument of `Fn::Sub` is an object, found {}",
                        values.kind()
                    );
                    return Ok(self.mistake(values.span, message));
                };
                (pattern, values)
            }
            _ => (argument, &[][..]),
        };
        let Some(text) = pattern.as_str() else {
            let message = format!("`Fn::Sub` takes a string, found {}", pattern.kind());
            return Ok(self.mistake(pattern.span, message));
        };
        let mut made = String::with_capacity(text.len());
        for part in parts(text) {
            match part {
                Part::Text(text) => made.push_str(text),
                Part::Literal(name) => {
                    made.push_str("${");
                    made.push_str(name);
                    made.push('}');
                }
                Part::Variable(name) => {
                    let own = values.iter().find(|value| value.key == name);
                    let value = match own {
                        Some(own) => self.text(&own.value, "Fn::Sub")?,
                        None => self.variable(name, pattern.span)?,
                    };
                    made.push_str(&value);
                }
            }
        }
        Ok(self.made_text(made.into(), span))
    }

    /// A variable without a value of its own is a `Ref` or, with a dot, a `Fn::GetAtt`.
    fn variable(&mut self, name: &str, span: Span) -> Known<'a, Cow<'a, str>> {
        let value = match name.split_once('.') {
            Some((resource, attribute)) => Some(self.attribute(resource, attribute, span)),
            None => self.named(name, span),
        };
        self.text_of(value, span, "Fn::Sub")
    }
}

/// Splits a text into its parts. A `${` without `}` is text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        parts.push(Part::Text(before));
        parts.push(match name.strip_prefix('!') {
            Some(literal) => Part::Literal(literal),
            None => Part::Variable(name.trim()),
        });
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_literals_and_what_is_neither() {
        use Part::{Literal, Text, Variable};
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![Text("a")]),
            (
                "a${B}c${D.E}",
                vec![Text("a"), Variable("B"), Text("c"), Variable("D.E")],
            ),
            (
                "${!aws:username}/",
                vec![Literal("aws:username"), Text("/")],
            ),
            ("${AWS::Region}", vec![Variable("AWS::Region")]),
            ("$x $$ ${a", vec![Text("$x $$ ${a")]),
            ("${a}${", vec![Variable("a"), Text("${")]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
