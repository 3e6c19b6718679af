//! Evaluating the functions of a template ("Intrinsic function reference" of the CloudFormation
//! Template Reference).
//!
//! A value that is known only when the stack is deployed becomes the marker of unknown values, with
//! the reason. A function that is used wrongly is an error, and its value is unknown, too.

use std::borrow::Cow;
use std::collections::HashMap;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use super::deployment::Deployment;
use super::template::Template;
use crate::node::{list, object, text, unknown};

/// Values and references that stand inside each other. A template that AWS takes needs less than 40.
const DEEPEST: usize = 120;

/// How much text evaluation may make: references to references can ask for more than any memory
/// holds. AWS takes templates of 1 MB.
const LONGEST: usize = 32 << 20;

/// What became of a value: nothing where it is `AWS::NoValue`.
pub(super) type Evaluated<'a> = Option<Node<'a>>;

/// A known part of a value; else what stands for the whole value, an unknown one.
pub(super) type Known<'a, T> = Result<T, Box<Node<'a>>>;

/// Evaluates the values of one template.
#[derive(Debug)]
pub(super) struct Evaluator<'t, 'a> {
    pub(super) template: &'t Template<'t, 'a>,
    pub(super) deployment: &'t Deployment,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Conditions that were evaluated, and those that are being evaluated.
    pub(super) conditions: HashMap<&'t str, super::condition::Progress>,
    /// The names of resources that were evaluated, and nothing for one that is being evaluated.
    pub(super) names: HashMap<&'t str, Option<Box<str>>>,
    /// What is assumed because it is not known.
    pub(super) assumed: Vec<String>,
    /// Whether names are for placing things rather than for referring to them.
    pub(super) placing: bool,
    depth: usize,
    made: usize,
}

impl<'t, 'a> Evaluator<'t, 'a> {
    pub(super) fn new(template: &'t Template<'t, 'a>, deployment: &'t Deployment) -> Self {
        Self {
            template,
            deployment,
            diagnostics: Vec::new(),
            conditions: HashMap::new(),
            names: HashMap::new(),
            assumed: Vec::new(),
            placing: false,
            depth: 0,
            made: 0,
        }
    }

    /// Evaluates a value. The place of what a function gives is that of the function.
    pub(super) fn value(&mut self, node: &'t Node<'a>) -> Evaluated<'a> {
        if !self.enter() {
            let message = format!("more than {DEEPEST} values and references stand in each other");
            return Some(self.mistake(node.span, message));
        }
        let value = self.value_here(node);
        self.leave();
        value
    }

    /// Goes one level deeper, if that is allowed; then [`Self::leave`] comes back.
    pub(super) fn enter(&mut self) -> bool {
        let allowed = self.depth < DEEPEST;
        self.depth += usize::from(allowed);
        allowed
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn value_here(&mut self, node: &'t Node<'a>) -> Evaluated<'a> {
        match &node.value {
            Value::Object(members) => match members.as_slice() {
                [call] if is_function(&call.key) => self.call(call, node.span),
                members => Some(self.members(members, node.span)),
            },
            Value::Array(items) => {
                let items = self.elements(items);
                Some(list(items, node.span))
            }
            Value::String(content) => {
                let content = content.clone();
                Some(self.made_text(content, node.span))
            }
            _ => Some(node.clone()),
        }
    }

    fn members(&mut self, members: &'t [Member<'a>], span: Span) -> Node<'a> {
        let mut calls = members.iter().filter(|member| is_function(&member.key));
        if let Some(call) = calls.next() {
            let name = excerpt(&call.key);
            return unknown(format!("`{name}` changes this when it is deployed"), span);
        }
        let mut evaluated = Vec::with_capacity(members.len());
        for member in members {
            let Some(value) = self.value(&member.value) else {
                continue;
            };
            evaluated.push(Member {
                key: member.key.clone(),
                key_span: member.key_span,
                value,
            });
        }
        object(evaluated, span)
    }

    fn call(&mut self, call: &'t Member<'a>, span: Span) -> Evaluated<'a> {
        let argument = &call.value;
        let known = match &*call.key {
            "Ref" => return self.reference(argument, span),
            "Fn::If" => return self.choose(argument, span),
            "Fn::GetAtt" => self.get_att(argument, span),
            "Fn::Sub" => self.substitute(argument, span),
            "Fn::Join" => self.join(argument, span),
            "Fn::Select" => self.select(argument, span),
            "Fn::Split" => self.split(argument, span),
            "Fn::FindInMap" => self.find_in_map(argument, span),
            "Fn::ImportValue" => self.import_value(argument, span),
            "Fn::Base64" => self.base64(argument, span),
            "Fn::Length" => self.length(argument, span),
            "Fn::ToJsonString" => Ok(self.json_string(argument, span)),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                let message = format!("`{}` belongs into `Conditions`", call.key);
                Ok(self.mistake(call.key_span, message))
            }
            "Fn::Cidr" | "Fn::GetAZs" | "Fn::Transform" => {
                let message = format!("what `{}` gives is known when it is deployed", call.key);
                Ok(unknown(message, span))
            }
            name if name.starts_with(super::loops::LOOP) => {
                let message = "the collection of a loop (`Fn::ForEach`) is not known".to_owned();
                Ok(unknown(message, span))
            }
            name => {
                let message = format!("there is no function `{}`", excerpt(name));
                Ok(self.mistake(call.key_span, message))
            }
        };
        Some(known.unwrap_or_else(|unknown| *unknown))
    }

    /// A text that was read or made, with the place where that happened. Dynamic references
    /// (`{{resolve:ssm:…}}`) are looked up by AWS when it is deployed.
    pub(super) fn made_text(&mut self, content: Cow<'a, str>, span: Span) -> Node<'a> {
        if content.contains("{{resolve:") {
            let why = format!("`{}` is looked up when it is deployed", excerpt(&content));
            return unknown(why, span);
        }
        self.made = self.made.saturating_add(content.len());
        if self.made > LONGEST {
            return self.mistake(span, "the values of this template are too long".to_owned());
        }
        text(content, span)
    }

    /// Reports a mistake of the template; what stands there is unknown.
    pub(super) fn mistake(&mut self, span: Span, message: String) -> Node<'a> {
        let known = self.diagnostics.iter();
        if !known
            .rev()
            .take(100)
            .any(|known| known.span == span && known.message == message)
        {
            let error = Diagnostic::error("template", span, message.clone());
            self.diagnostics.push(error);
        }
        unknown(message, span)
    }

    /// The elements that a function takes, not evaluated.
    pub(super) fn arguments(
        &mut self,
        argument: &'t Node<'a>,
        function: &str,
        count: std::ops::RangeInclusive<usize>,
    ) -> Known<'a, &'t [Node<'a>]> {
        let found = match &argument.value {
            Value::Array(items) if count.contains(&items.len()) => return Ok(items),
            Value::Array(items) => format!("{} values", items.len()),
            _ => argument.kind().to_owned(),
        };
        let (least, most) = (count.start(), count.end());
        let expected = if least == most {
            format!("a list of {least}")
        } else {
            format!("a list of {least} to {most}")
        };
        let message = format!("`{function}` takes {expected}, found {found}");
        Err(Box::new(self.mistake(argument.span, message)))
    }

    /// The text of a value: a string, number or boolean.
    pub(super) fn text(&mut self, node: &'t Node<'a>, function: &str) -> Known<'a, Cow<'a, str>> {
        let value = self.value(node);
        self.text_of(value, node.span, function)
    }

    /// The text of what a value became.
    pub(super) fn text_of(
        &mut self,
        value: Evaluated<'a>,
        span: Span,
        function: &str,
    ) -> Known<'a, Cow<'a, str>> {
        let found = match value {
            None => "`AWS::NoValue`".to_owned(),
            Some(node) => match scalar(&node) {
                Some(text) => return Ok(text),
                None if node.unknown().is_some() => return Err(Box::new(node)),
                None => node.kind().to_owned(),
            },
        };
        let message = format!("`{function}` takes a string here, found {found}");
        Err(Box::new(self.mistake(span, message)))
    }

    /// The elements of a list.
    pub(super) fn list(&mut self, node: &'t Node<'a>, function: &str) -> Known<'a, Vec<Node<'a>>> {
        let found = match self.value(node) {
            None => "`AWS::NoValue`".to_owned(),
            Some(node) if node.unknown().is_some() => return Err(Box::new(node)),
            Some(Node {
                value: Value::Array(items),
                ..
            }) => return Ok(items),
            Some(node) => node.kind().to_owned(),
        };
        let message = format!("`{function}` takes a list here, found {found}");
        Err(Box::new(self.mistake(node.span, message)))
    }
}

/// Whether an object with this key is a call of a function.
fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// The text of a scalar.
pub(super) fn scalar<'a>(node: &Node<'a>) -> Option<Cow<'a, str>> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(true) => Some(Cow::Borrowed("true")),
        Value::Bool(false) => Some(Cow::Borrowed("false")),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
