//! `data "aws_iam_policy_document"`: a policy in the words of the provider.
//!
//! Source: Terraform's AWS provider, data source `aws_iam_policy_document`: a statement allows unless it says
//! otherwise, `&{…}` writes a policy variable, principals of one type and conditions with one test and
//! variable are put together, and `source_policy_documents` adds statements.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use super::place_of;
use super::value::Values;
use crate::input::leftover::unknown;

/// Attributes that bring statements of other documents.
const OTHERS: [&str; 4] = [
    "source_policy_documents",
    "override_policy_documents",
    "source_json",
    "override_json",
];

/// The policy that a data source makes.
pub(super) fn document(values: &Values<'_>, block: &Block) -> Node<'static> {
    let span = place_of(values, block);
    let name = place_of(values, &block.ident);
    let maker = Maker { values };
    let body = &block.body;
    let mut statements: Vec<Node<'static>> = Vec::new();
    for inner in body.blocks() {
        let place = place_of(values, inner);
        match inner.ident.as_str() {
            "statement" => statements.push(maker.statement(inner)),
            "dynamic" => statements.push(lost("a dynamic block", place)),
            _ => {}
        }
    }
    for other in OTHERS.iter().filter_map(|name| body.get_attribute(name)) {
        let is_empty = matches!(&other.value, Expression::Array(items) if items.is_empty());
        if !is_empty {
            statements.push(values.unknown(&other.value));
        }
    }
    let version = match body.get_attribute("version") {
        Some(own) => maker.member("Version", own),
        None => member("Version", name, string("2012-10-17", name)),
    };
    let mut members = vec![version];
    let id = body.get_attribute("policy_id");
    members.extend(id.map(|own| maker.member("Id", own)));
    let list = Node {
        value: Value::Array(statements),
        span,
    };
    members.push(member("Statement", name, list));
    Node {
        value: Value::Object(members),
        span,
    }
}

struct Maker<'v, 't> {
    values: &'v Values<'t>,
}

impl Maker<'_, '_> {
    fn statement(&self, block: &Block) -> Node<'static> {
        const ATTRIBUTES: [(&str, &str); 6] = [
            ("sid", "Sid"),
            ("effect", "Effect"),
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ];
        let body = &block.body;
        let name = place_of(self.values, &block.ident);
        let mut members = Vec::new();
        for (own, element) in ATTRIBUTES {
            match body.get_attribute(own) {
                Some(attribute) => {
                    let written = self.member(element, attribute);
                    // The provider leaves out what is empty.
                    let is_empty = written.value.as_list().is_empty()
                        || written.value.value == Value::Null
                        || element == "Sid" && written.value.as_str() == Some("");
                    if !is_empty {
                        members.push(written);
                    }
                }
                None if own == "effect" => {
                    members.push(member("Effect", name, string("Allow", name)));
                }
                None => {}
            }
        }
        for (own, element) in [
            ("principals", "Principal"),
            ("not_principals", "NotPrincipal"),
        ] {
            members.extend(self.principals(body, own, element));
        }
        members.extend(self.conditions(body));
        Node {
            value: Value::Object(members),
            span: place_of(self.values, block),
        }
    }

    fn principals(
        &self,
        body: &Body,
        name: &str,
        element: &'static str,
    ) -> Option<Member<'static>> {
        let span = self.first(body, name)?;
        let mut types: Vec<Member<'static>> = Vec::new();
        for block in blocks(body, name) {
            let get = |name: &str| block.body.get_attribute(name);
            let (Some(sort), Some(items)) = (get("type"), get("identifiers")) else {
                return Some(member(element, span, lost("a dynamic block", span)));
            };
            let place = place_of(self.values, &sort.value);
            let Some(own) = sort.value.as_str() else {
                let node = self.values.unknown(&sort.value);
                return Some(member(element, span, node));
            };
            let items = self.value(&items.value);
            let is_everyone = own == "*"
                && items
                    .as_list()
                    .iter()
                    .all(|item| item.as_str() == Some("*"));
            if is_everyone {
                return Some(member(element, span, string("*", place)));
            }
            append(&mut types, own, place, items);
        }
        let node = Node {
            value: Value::Object(types),
            span,
        };
        Some(member(element, span, node))
    }

    fn conditions(&self, body: &Body) -> Option<Member<'static>> {
        let span = self.first(body, "condition")?;
        let mut operators: Vec<Member<'static>> = Vec::new();
        for block in blocks(body, "condition") {
            let get = |name: &str| block.body.get_attribute(name).map(|own| &own.value);
            let (Some(test), Some(variable), Some(list)) =
                (get("test"), get("variable"), get("values"))
            else {
                return Some(member("Condition", span, lost("a dynamic block", span)));
            };
            let (Some(operator), Some(name)) = (test.as_str(), variable.as_str()) else {
                let which = if test.as_str().is_none() {
                    test
                } else {
                    variable
                };
                return Some(member("Condition", span, self.values.unknown(which)));
            };
            let place = place_of(self.values, test);
            let known = operators.iter().position(|known| known.key == operator);
            let at = known.unwrap_or_else(|| {
                let empty = Node {
                    value: Value::Object(Vec::new()),
                    span: place_of(self.values, block),
                };
                operators.push(member(operator, place, empty));
                operators.len() - 1
            });
            if let Some(Value::Object(keys)) = operators.get_mut(at).map(|own| &mut own.value.value)
            {
                let name = name.replace("&{", "${");
                append(
                    keys,
                    &name,
                    place_of(self.values, variable),
                    self.value(list),
                );
            }
        }
        let node = Node {
            value: Value::Object(operators),
            span,
        };
        Some(member("Condition", span, node))
    }

    /// Where the first block with a name stands.
    fn first(&self, body: &Body, name: &str) -> Option<Span> {
        let first = blocks(body, name).next()?;
        Some(place_of(self.values, first))
    }

    fn member(&self, name: &'static str, attribute: &Attribute) -> Member<'static> {
        let place = place_of(self.values, &attribute.key);
        member(name, place, self.value(&attribute.value))
    }

    /// The value of an expression, in which `&{…}` is a policy variable.
    fn value(&self, expression: &Expression) -> Node<'static> {
        let mut node = self.values.node(expression);
        with_variables(&mut node);
        node
    }
}

/// The blocks with a name, those that are made in a loop included.
fn blocks<'b>(body: &'b Body, name: &'b str) -> impl Iterator<Item = &'b Block> {
    body.blocks().filter(move |block| {
        let ident = block.ident.as_str();
        let label = block.labels.first().map(BlockLabel::as_str);
        ident == name || ident == "dynamic" && label == Some(name)
    })
}

fn with_variables(node: &mut Node<'static>) {
    match &mut node.value {
        Value::String(text) if text.contains("&{") => *text = text.replace("&{", "${").into(),
        Value::Array(items) => {
            for item in items {
                with_variables(item);
            }
        }
        _ => {}
    }
}

/// Adds values to a member of an object, which may be there already.
fn append(members: &mut Vec<Member<'static>>, name: &str, place: Span, values: Node<'static>) {
    let Some(known) = members.iter_mut().find(|known| known.key == name) else {
        members.push(member(name, place, values));
        return;
    };
    let list = |node: Node<'static>| match node.value {
        Value::Array(items) => items,
        value => vec![Node {
            value,
            span: node.span,
        }],
    };
    let span = known.value.span;
    let old = std::mem::replace(&mut known.value, string("", span));
    let mut items = list(old);
    items.extend(list(values));
    known.value.value = Value::Array(items);
}

fn member(name: &str, place: Span, value: Node<'static>) -> Member<'static> {
    Member {
        key: name.to_owned().into(),
        key_span: place,
        value,
    }
}

fn string(text: &str, span: Span) -> Node<'static> {
    Node {
        value: Value::String(text.to_owned().into()),
        span,
    }
}

fn lost(why: &str, span: Span) -> Node<'static> {
    Node {
        value: unknown(why, span),
        span,
    }
}
