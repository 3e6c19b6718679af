//! `Ref` and `Fn::GetAtt`: parameters, pseudo parameters and resources.

use std::borrow::Cow;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::Partition;

use super::evaluate::{Evaluated, Evaluator, Known, scalar};
use crate::node::{list, text, unknown};

impl<'t, 'a> Evaluator<'t, 'a> {
    /// `Ref: name`
    pub(super) fn reference(&mut self, argument: &'t Node<'a>, span: Span) -> Evaluated<'a> {
        // YAML takes a name of digits for a number.
        let Some(name) = scalar(argument) else {
            let message = format!("`Ref` takes a name, found {}", argument.kind());
            return Some(self.mistake(argument.span, message));
        };
        self.named(&name, span)
    }

    /// What `Ref` gives for a name.
    pub(super) fn named(&mut self, name: &str, span: Span) -> Evaluated<'a> {
        if name.starts_with("AWS::") {
            return self.pseudo_parameter(name, span);
        }
        if let Some(declared) = self.template.parameter(name) {
            return Some(self.parameter(&declared.key, &declared.value, span));
        }
        if let Some(declared) = self.template.resource(name) {
            return Some(self.resource_reference(declared, span));
        }
        let message = format!("there is no parameter or resource `{}`", excerpt(name));
        let help = kmsim_types::nearest(name, self.template.names());
        let help = help.map(|nearest| format!("did you mean `{nearest}`?"));
        Some(self.unresolved(span, &message, help))
    }

    /// Reports a reference to nothing.
    fn unresolved(&mut self, span: Span, message: &str, help: Option<String>) -> Node<'a> {
        let marker = self.mistake(span, message.to_owned());
        let known = self.diagnostics.iter_mut().rev();
        let is_own = |found: &&mut Diagnostic| found.span == span && found.message == message;
        if let Some(found) = known.take(1).find(is_own) {
            found.help = help;
        }
        marker
    }

    /// Pseudo parameters ("Get AWS values using pseudo parameters", CloudFormation guide).
    fn pseudo_parameter(&mut self, name: &str, span: Span) -> Evaluated<'a> {
        let missing = |what: &str, option: &str| {
            Some(unknown(format!("{what} is not given ({option})"), span))
        };
        let region = self.deployment.region.as_ref();
        match name {
            "AWS::NoValue" => None,
            "AWS::AccountId" => match &self.deployment.account {
                Some(account) => Some(text(account.as_str().to_owned(), span)),
                None => missing("the account of the stack", "--account or --from-account"),
            },
            "AWS::Region" => match region {
                Some(region) => Some(text(region.as_str().to_owned(), span)),
                None => missing("the Region of the stack", "--region or --from-region"),
            },
            "AWS::Partition" => match region {
                Some(region) => Some(text(region.partition().name(), span)),
                None => missing("the Region of the stack", "--region or --from-region"),
            },
            "AWS::URLSuffix" => match region {
                Some(region) => Some(text(region.partition().dns_suffix(), span)),
                None => missing("the Region of the stack", "--region or --from-region"),
            },
            "AWS::StackName" => match &self.deployment.stack_name {
                Some(name) => Some(text(name.clone(), span)),
                None => missing("the name of the stack", "--stack-name"),
            },
            "AWS::StackId" | "AWS::NotificationARNs" => {
                let why = format!("`{name}` is known when it is deployed");
                Some(unknown(why, span))
            }
            _ => {
                let message = format!("there is no pseudo parameter `{}`", excerpt(name));
                Some(self.mistake(span, message))
            }
        }
    }

    /// The value of a parameter: the one that the user gives, or the default.
    fn parameter(&mut self, name: &'t str, declared: &'t Node<'a>, span: Span) -> Node<'a> {
        let word = |field| declared.member(field).and_then(Node::as_str).unwrap_or("");
        let kind = word("Type");
        if kind.starts_with("AWS::SSM::Parameter::") {
            let why = format!(
                "the parameter `{}` is looked up when it is deployed",
                excerpt(name)
            );
            return unknown(why, span);
        }
        let is_hidden = declared
            .member("NoEcho")
            .is_some_and(|node| matches!(scalar(node).as_deref(), Some("true" | "True")));
        if is_hidden {
            let why = format!("the parameter `{}` is secret (NoEcho)", excerpt(name));
            return unknown(why, span);
        }
        let given = self.deployment.parameters.get(name).cloned();
        let given = given.map(Cow::<'a, str>::Owned);
        let value = match given {
            Some(value) => value,
            None => match declared.member("Default").map(|node| (node, scalar(node))) {
                Some((_, Some(value))) => value,
                Some((node, None)) => {
                    let message =
                        format!("the default of a parameter is text, found {}", node.kind());
                    return self.mistake(node.span, message);
                }
                None => {
                    let why = format!(
                        "the parameter `{}` has no value (--parameter)",
                        excerpt(name)
                    );
                    return unknown(why, span);
                }
            },
        };
        self.check_allowed(name, declared, &value);
        if kind == "CommaDelimitedList" || kind.starts_with("List<") {
            return self.comma_list(&value, span);
        }
        self.made_text(value, span)
    }

    fn check_allowed(&mut self, name: &str, declared: &Node<'_>, value: &str) {
        let Some(allowed) = declared.member("AllowedValues") else {
            return;
        };
        let Value::Array(values) = &allowed.value else {
            return;
        };
        if values
            .iter()
            .any(|one| scalar(one).as_deref() == Some(value))
        {
            return;
        }
        let is_list = declared.member("Type").and_then(Node::as_str) == Some("CommaDelimitedList");
        let each = |part: &str| {
            values
                .iter()
                .any(|one| scalar(one).as_deref() == Some(part))
        };
        if is_list && value.split(',').all(|part| each(part.trim())) {
            return;
        }
        let message = format!(
            "the parameter `{}` does not allow `{}`",
            excerpt(name),
            excerpt(value)
        );
        self.mistake(allowed.span, message);
    }

    /// `Fn::GetAtt: [resource, attribute]` or `resource.attribute`
    pub(super) fn get_att(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        if let Some(text) = argument.as_str() {
            let Some((resource, attribute)) = text.split_once('.') else {
                let message = format!("`{}` names no attribute of a resource", excerpt(text));
                return Ok(self.mistake(argument.span, message));
            };
            return Ok(self.attribute(resource, attribute, span));
        }
        let [resource, attribute] = self.arguments(argument, "Fn::GetAtt", 2..=2)? else {
            return Ok(list(Vec::new(), span));
        };
        let Some(resource) = resource.as_str() else {
            let message = "`Fn::GetAtt` takes the name of a resource".to_owned();
            return Ok(self.mistake(resource.span, message));
        };
        let attribute = self.text(attribute, "Fn::GetAtt")?;
        Ok(self.attribute(resource, &attribute, span))
    }

    /// An attribute of a resource.
    pub(super) fn attribute(&mut self, resource: &str, attribute: &str, span: Span) -> Node<'a> {
        if let Some(declared) = self.template.resource(resource) {
            return self.resource_attribute(declared, attribute, span);
        }
        let message = format!("there is no resource `{}`", excerpt(resource));
        let names = self.template.resources.iter().map(|member| &*member.key);
        let nearest = kmsim_types::nearest(resource, names);
        let help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
        self.unresolved(span, &message, help)
    }

    /// The partition of the stack: that of its Region.
    pub(super) fn partition(&self) -> Partition {
        let region = self.deployment.region.as_ref();
        region.map_or(Partition::Aws, kmsim_types::Region::partition)
    }
}
