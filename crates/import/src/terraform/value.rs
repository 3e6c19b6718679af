//! The values of attributes: known ones, those that another resource of the plan tells, and those that
//! are known only after apply.
//!
//! `after` holds what is known, `after_unknown` what is not, in the same shape ("JSON Output
//! Format" of Terraform). For an unknown value the configuration tells what its expression refers to,
//! but not the expression itself. So a reference is followed only where nothing but the referred value
//! makes sense: the key of a grant, the role of a policy, the document of a policy, and ARNs of keys
//! and principals in a policy.

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use super::Reader;
use super::address::{Reference, below, longest, module_path, parent};
use crate::node::{list, object, unknown};

/// References that go through more resources, variables and outputs than this are not followed.
const LONGEST_CHAIN: usize = 40;

/// Nor are more references than this of one file. A plan with thousands of resources has fewer.
const MOST_FOLLOWED: usize = 200_000;

/// What an expression is expected to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A name, id or ARN, by itself.
    Link,
    /// An ARN among other texts of a policy.
    Arn,
    /// A policy document.
    Document,
}

/// Where an expression stands: the module instance, and the index of the resource there.
#[derive(Clone, Debug)]
pub(super) struct Place {
    module: String,
    index: Option<String>,
}

/// Arguments of a statement of `aws_iam_policy_document` that are lists of texts.
const LISTS: [&str; 6] = [
    "actions",
    "not_actions",
    "resources",
    "not_resources",
    "identifiers",
    "values",
];

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// An attribute that is a name, id or ARN. `None` if it is absent.
    pub(super) fn link(&mut self, at: usize, name: &str) -> Option<Node<'a>> {
        self.attribute(at, name, Wanted::Link)
    }

    /// An attribute that is a text and known.
    pub(super) fn text(&mut self, at: usize, name: &str) -> Option<Node<'a>> {
        let found = self.link(at, name)?;
        found.as_str().is_some().then_some(found)
    }

    /// An attribute that is a policy document.
    pub(super) fn document(&mut self, at: usize, name: &str) -> Option<Node<'a>> {
        let found = self.attribute(at, name, Wanted::Document)?;
        // The provider has empty texts for policies that are not there.
        (found.as_str() != Some("")).then_some(found)
    }

    /// Whether the configuration sets an argument; `None` if there is no configuration.
    pub(super) fn is_set(&self, at: usize, name: &str) -> Option<bool> {
        let resource = self.plan.resources.get(at)?;
        let declared = self.plan.declaration(resource)?;
        let expressions = declared.member("expressions");
        Some(expressions.is_some_and(|expressions| expressions.member(name).is_some()))
    }

    /// An attribute of a resource. What is known only after apply is the marker of unknown values.
    pub(super) fn attribute(&mut self, at: usize, name: &str, wanted: Wanted) -> Option<Node<'a>> {
        let resource = self.plan.resources.get(at)?;
        let mask = resource.unknown.and_then(|mask| mask.member(name));
        if !mask.is_some_and(|mask| mask.value == Value::Bool(true)) {
            let value = resource.values.member(name);
            let expression = self.argument(at, name);
            return self.merged(at, value, mask, expression, wanted);
        }
        // Names and ids of what is only changed stay.
        let before = resource.before.and_then(|before| before.member(name));
        let stays = ["arn", "id", "key_id", "name", "url"].contains(&name);
        if let Some(before) = before.filter(|node| stays && node.value != Value::Null) {
            return Some(before.clone());
        }
        let expression = self.argument(at, name);
        Some(self.after_apply(at, name, expression, wanted))
    }

    /// The expression of an argument.
    pub(super) fn argument(&self, at: usize, name: &str) -> Option<&'t Node<'a>> {
        let declared = self.plan.declaration(self.plan.resources.get(at)?)?;
        declared.member("expressions")?.member(name)
    }

    /// Puts what is known and what is not together.
    pub(super) fn merged(
        &mut self,
        at: usize,
        value: Option<&'t Node<'a>>,
        mask: Option<&'t Node<'a>>,
        expression: Option<&'t Node<'a>>,
        wanted: Wanted,
    ) -> Option<Node<'a>> {
        let value = value.filter(|value| value.value != Value::Null);
        match (
            mask.map(|mask| &mask.value),
            value.map(|value| &value.value),
        ) {
            (Some(Value::Bool(true)), _) => Some(self.after_apply(at, "", expression, wanted)),
            (Some(Value::Object(masks)), Some(Value::Object(members))) if !masks.is_empty() => {
                let span = value.map_or_else(Span::default, |value| value.span);
                Some(self.merged_object(at, (members, masks), span, expression, wanted))
            }
            (Some(Value::Array(masks)), Some(Value::Array(items))) if !masks.is_empty() => {
                let span = value.map_or_else(Span::default, |value| value.span);
                Some(self.merged_list(at, (items, masks), span, expression, wanted))
            }
            _ => value.cloned(),
        }
    }

    fn merged_object(
        &mut self,
        at: usize,
        (members, masks): (&'t [Member<'a>], &'t [Member<'a>]),
        span: Span,
        expression: Option<&'t Node<'a>>,
        wanted: Wanted,
    ) -> Node<'a> {
        let mut merged = Vec::with_capacity(members.len());
        let find = |list: &'t [Member<'a>], key: &str| {
            list.iter()
                .find(|member| member.key == key)
                .map(|member| &member.value)
        };
        let only_masked = masks
            .iter()
            .filter(|mask| find(members, &mask.key).is_none());
        for member in members.iter().chain(only_masked) {
            let (value, mask) = (find(members, &member.key), find(masks, &member.key));
            let is_open = mask.is_some_and(|mask| mask.value == Value::Bool(true));
            // A list that is unknown as a whole may hold more than what its expression names.
            let inner = expression
                .filter(|_| !(is_open && LISTS.contains(&&*member.key)))
                .and_then(|expression| expression.member(&member.key));
            if let Some(value) = self.merged(at, value, mask, inner, wanted) {
                merged.push(Member {
                    key: member.key.clone(),
                    key_span: member.key_span,
                    value,
                });
            }
        }
        object(merged, span)
    }

    fn merged_list(
        &mut self,
        at: usize,
        (items, masks): (&'t [Node<'a>], &'t [Node<'a>]),
        span: Span,
        expression: Option<&'t Node<'a>>,
        wanted: Wanted,
    ) -> Node<'a> {
        let is_unknown = |mask: &&Node<'_>| mask.value == Value::Bool(true);
        let count = masks.iter().filter(is_unknown).count();
        // The elements that are not known are the references, if there are as many of them.
        let own = expression.filter(|expression| expression.member("references").is_some());
        let referred = own.map_or_else(Vec::new, |own| self.referred(at, own, wanted));
        let mut referred = if referred.len() == count {
            referred
        } else {
            Vec::new()
        }
        .into_iter();
        let mut merged = Vec::with_capacity(items.len().max(masks.len()));
        for position in 0..items.len().max(masks.len()) {
            let (value, mask) = (items.get(position), masks.get(position));
            if mask.as_ref().is_some_and(is_unknown)
                && let Some(referred) = referred.next()
            {
                merged.push(referred);
                continue;
            }
            let blocks = expression.map(|expression| match &expression.value {
                Value::Array(blocks) => blocks.get(position),
                _ => Some(expression),
            });
            merged.extend(self.merged(at, value, mask, blocks.flatten(), wanted));
        }
        list(merged, span)
    }

    /// A value that is known after apply: what its expression refers to, else unknown.
    pub(super) fn after_apply(
        &mut self,
        at: usize,
        name: &str,
        expression: Option<&'t Node<'a>>,
        wanted: Wanted,
    ) -> Node<'a> {
        let place = self.place(at);
        if let Some(expression) = expression
            && let Some(found) = self.expression(expression, &place, wanted)
        {
            return found;
        }
        let (address, span) = match self.plan.resources.get(at) {
            Some(resource) => (resource.address, resource.span),
            None => ("", Span::default()),
        };
        let of = if name.is_empty() {
            format!("`{}`", excerpt(address))
        } else {
            format!("`{name}` of `{}`", excerpt(address))
        };
        let references = expression.map_or_else(Vec::new, references);
        let why = match references.as_slice() {
            [] => format!("{of} is known after apply"),
            references => format!(
                "{of} is known after apply; it refers to {}",
                excerpt(&references.join(", "))
            ),
        };
        unknown(why, span)
    }

    /// What the references of a list are, if all of them can be followed.
    pub(super) fn referred(
        &mut self,
        at: usize,
        expression: &'t Node<'a>,
        wanted: Wanted,
    ) -> Vec<Node<'a>> {
        let place = self.place(at);
        let mut found = Vec::new();
        for reference in references(expression) {
            match self.reference(reference, &place, wanted) {
                Some(node) => found.push(node),
                None => return Vec::new(),
            }
        }
        found
    }

    fn place(&self, at: usize) -> Place {
        let resource = self.plan.resources.get(at);
        Place {
            module: resource.map_or_else(String::new, |resource| resource.module.clone()),
            index: resource.and_then(|resource| resource.index.clone()),
        }
    }

    /// What an expression gives: a constant, or what its only reference gives.
    pub(super) fn expression(
        &mut self,
        expression: &'t Node<'a>,
        place: &Place,
        wanted: Wanted,
    ) -> Option<Node<'a>> {
        if let Some(constant) = expression.member("constant_value") {
            return Some(constant.clone());
        }
        let references = references(expression);
        let mut followed = references
            .iter()
            .filter(|reference| Reference::new(reference) != Reference::Instance);
        let (Some(only), None) = (followed.next(), followed.next()) else {
            return None;
        };
        self.reference(only, place, wanted)
    }

    /// What a reference gives. All ways from resource to resource lead through here, so cycles end here.
    fn reference(&mut self, reference: &str, place: &Place, wanted: Wanted) -> Option<Node<'a>> {
        if self.depth == LONGEST_CHAIN || self.followed == MOST_FOLLOWED {
            return None;
        }
        self.depth += 1;
        self.followed += 1;
        let found = self.reference_here(reference, place, wanted);
        self.depth -= 1;
        found
    }

    fn reference_here(
        &mut self,
        reference: &str,
        place: &Place,
        wanted: Wanted,
    ) -> Option<Node<'a>> {
        match Reference::new(reference) {
            Reference::Variable(name) => self.variable(name, place, wanted),
            Reference::Output {
                module,
                index,
                output,
            } => {
                let index = index.unwrap_or_default();
                let instance = below(&place.module, &format!("module.{module}{index}"));
                let path = module_path(&instance);
                let expression = self.plan.configuration.output(&path, output)?;
                let inner = Place {
                    module: instance,
                    index: None,
                };
                self.expression(expression, &inner, wanted)
            }
            Reference::Resource {
                is_data,
                kind,
                name,
                index,
                attribute,
            } => {
                let start = if is_data { "data." } else { "" };
                let declared = format!("{start}{kind}.{name}");
                let at = self.target(&declared, index, place)?;
                self.told(at, kind, attribute, wanted)
            }
            Reference::Instance | Reference::Other => None,
        }
    }

    /// A variable: of the root its value, of another module what the module is called with.
    fn variable(&mut self, name: &str, place: &Place, wanted: Wanted) -> Option<Node<'a>> {
        let Some((outer, _)) = parent(&place.module) else {
            let value = self.plan.variables?.member(name)?.member("value")?;
            return (value.value != Value::Null).then(|| value.clone());
        };
        let path = module_path(&place.module);
        let expression = self.plan.configuration.argument(&path, name)?;
        let outer = Place {
            module: outer,
            index: None,
        };
        self.expression(expression, &outer, wanted)
    }

    /// The instance of a resource that is referred to: the one with the index, the only one, or
    /// the one with the same index as the resource that refers to it.
    fn target(&self, declared: &str, index: Option<&str>, place: &Place) -> Option<usize> {
        let address = below(&place.module, declared);
        let with = |index: &str| self.plan.find(&format!("{address}{index}"));
        if let Some(index) = index {
            return with(index);
        }
        if let Some(at) = self.plan.find(&address) {
            return Some(at);
        }
        if let Some(at) = place.index.as_deref().and_then(with) {
            return Some(at);
        }
        match self.plan.instances(&place.module, declared).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// What a resource tells where it is referred to.
    fn told(
        &mut self,
        at: usize,
        kind: &str,
        attribute: Option<&str>,
        wanted: Wanted,
    ) -> Option<Node<'a>> {
        let attribute = match wanted {
            Wanted::Document => {
                return self.told_document(at, kind, attribute?);
            }
            // `aws_kms_key.this[each.key].arn` is listed without its attribute.
            Wanted::Link => attribute.unwrap_or("id"),
            // Another attribute may be a part of a longer text.
            Wanted::Arn if attribute == Some("arn") && is_whole_arn(kind) => "arn",
            Wanted::Arn => return None,
        };
        let resource = self.plan.resources.get(at)?;
        let mask = resource.unknown.and_then(|mask| mask.member(attribute));
        let is_unknown = mask.is_some_and(|mask| mask.value == Value::Bool(true));
        let value = resource.values.member(attribute);
        let value = value.filter(|value| !is_unknown && value.value != Value::Null);
        let before = resource.before.and_then(|before| before.member(attribute));
        if let Some(value) = value.or(before.filter(|node| node.value != Value::Null)) {
            return Some(value.clone());
        }
        if let Some(name) = self.placeholder(at, attribute) {
            return Some(name);
        }
        let expression = self.argument(at, attribute)?;
        let place = self.place(at);
        self.expression(expression, &place, wanted)
    }

    fn told_document(&mut self, at: usize, kind: &str, attribute: &str) -> Option<Node<'a>> {
        const DOCUMENTS: [&str; 5] = [
            "json",
            "minified_json",
            "policy",
            "content",
            "secret_policy",
        ];
        if !DOCUMENTS.contains(&attribute) {
            return None;
        }
        if kind == "aws_iam_policy_document" {
            return self.policy_document(at);
        }
        let resource = self.plan.resources.get(at)?;
        let mask = resource.unknown.and_then(|mask| mask.member(attribute));
        if mask.is_some_and(|mask| mask.value == Value::Bool(true)) {
            let expression = self.argument(at, attribute)?;
            let place = self.place(at);
            return self.expression(expression, &place, Wanted::Document);
        }
        let value = resource.values.member(attribute)?;
        value.as_str().is_some().then(|| value.clone())
    }
}

/// The references of an expression that say most.
fn references<'n>(expression: &'n Node<'_>) -> Vec<&'n str> {
    let all = expression
        .member("references")
        .map_or(&[][..], Node::as_list);
    let all: Vec<&str> = all.iter().filter_map(Node::as_str).collect();
    longest(&all)
}

/// Whether the ARN of a resource is rarely the beginning of a longer one, as that of a bucket is.
fn is_whole_arn(kind: &str) -> bool {
    kind.starts_with("aws_kms_")
        || matches!(
            kind,
            "aws_iam_role" | "aws_iam_user" | "aws_iam_group" | "aws_iam_policy"
        )
}
