//! Policies in the sources of Terraform, where they can be read without evaluation.
//!
//! Found are texts between `<<EOF` and `EOF`, calls of `jsonencode`, and `data "aws_iam_policy_document"`.
//! References, functions other than `jsonencode`, and whatever else depends on more than the file are
//! values that are not known: they prove nothing. Source: the native syntax of HCL, and the documentation of
//! Terraform's AWS provider.

use std::collections::HashMap;

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Span};
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{KeyOrigin, KeySpec, KeyUsage};

use super::leftover::terraform_kind;
use super::{Extract, Form, Input, shape};
use crate::kind::guess;
use crate::subject::Key;

mod data;
mod text;
mod value;

use value::Values;

/// The policies of a file. Places are moved by `base`, where the file is a part of another one.
pub(super) fn read<'a>(
    text: &str,
    source: SourceId,
    base: usize,
    kind: Option<PolicyKind>,
) -> Input<'a> {
    let (text, base) = text
        .strip_prefix('\u{feff}')
        .map_or((text, base), |rest| (rest, base + 3));
    let values = Values { text, source, base };
    let mut input = Input {
        form: Form::Terraform,
        policies: Vec::new(),
        diagnostics: Vec::new(),
    };
    let body = match parse_body(text) {
        Ok(body) => body,
        Err(error) => {
            let at = error.location().offset();
            let message = format!("this is no HCL: {}", error.message());
            let place = values.span(at..at);
            input
                .diagnostics
                .push(Diagnostic::error("hcl-syntax", place, message));
            let words = ["policy", "Statement"];
            if !words.iter().any(|word| text.contains(word)) {
                input.form = Form::Other("no HCL that can be read");
            }
            return input;
        }
    };
    let mut search = Search {
        values,
        kind,
        users: HashMap::new(),
        keys: HashMap::new(),
        policies: &mut input.policies,
    };
    search.learn(&body);
    search.body(&body, &Place::default(), 0);
    input
}

/// Where an attribute stands.
#[derive(Clone, Debug, Default)]
struct Place {
    /// What findings call it: `aws_kms_key.orders`.
    address: String,
    /// The type of the resource; nothing for what is none.
    sort: String,
    /// What is known of the key.
    key: Key,
    /// The kind of the policies of an organization.
    control: Option<PolicyKind>,
}

struct Search<'s, 'a, 't> {
    values: Values<'t>,
    kind: Option<PolicyKind>,
    /// What data sources of policies are used for, by their names.
    users: HashMap<String, (PolicyKind, Key)>,
    /// What is known of the keys of the file, by their addresses.
    keys: HashMap<String, Key>,
    policies: &'s mut Vec<Extract<'a>>,
}

impl Search<'_, '_, '_> {
    /// Learns what the file tells of keys, and which data sources are the policies of what.
    fn learn(&mut self, body: &Body) {
        let resources = || body.get_blocks("resource");
        for block in resources() {
            let (sort, address) = names(block);
            if sort.starts_with("aws_kms_") {
                self.keys.insert(address, key(&sort, &block.body));
            }
        }
        for block in resources() {
            let place = self.place(block);
            self.uses(&block.body, &place, 0);
        }
    }

    fn uses(&mut self, body: &Body, place: &Place, depth: usize) {
        for attribute in body.attributes() {
            let name = document_of(&attribute.value);
            let kind = place.kind(attribute.key.as_str());
            if let (Some(name), Some(kind)) = (name, kind) {
                let known = (kind, place.key.clone());
                self.users.entry(name).or_insert(known);
            }
        }
        if depth < value::MOST_DEPTH {
            for block in body.blocks() {
                self.uses(&block.body, place, depth + 1);
            }
        }
    }

    /// What a top block is.
    fn place(&self, block: &Block) -> Place {
        let (sort, address) = names(block);
        match block.ident.as_str() {
            "resource" => Place {
                key: self.key_of(&sort, &address, &block.body),
                control: control(&sort, &block.body),
                address,
                sort,
            },
            "data" => Place {
                address: format!("data.{address}"),
                ..Place::default()
            },
            "locals" => Place {
                address: "local".to_owned(),
                ..Place::default()
            },
            other => Place {
                address: match block.labels.first() {
                    Some(label) => format!("{other}.{}", label.as_str()),
                    None => other.to_owned(),
                },
                ..Place::default()
            },
        }
    }

    /// What is known of a key: by the resource itself, or by the one that it refers to.
    fn key_of(&self, sort: &str, address: &str, body: &Body) -> Key {
        if sort == "aws_kms_key_policy" {
            let target = body
                .get_attribute("key_id")
                .and_then(|own| address_of(&own.value));
            let known = target.and_then(|target| self.keys.get(&target));
            return known.cloned().unwrap_or_default();
        }
        self.keys.get(address).cloned().unwrap_or_default()
    }

    fn body(&mut self, body: &Body, place: &Place, depth: usize) {
        for attribute in body.attributes() {
            let name = attribute.key.as_str();
            let kind = place.kind(name);
            let address = match (place.address.as_str(), kind) {
                ("local", _) => format!("local.{name}"),
                (address, Some(PolicyKind::RoleTrust)) => format!("{address}, trust policy"),
                (address, _) => address.to_owned(),
            };
            self.expression(&attribute.value, &address, kind, &place.key);
        }
        if depth >= value::MOST_DEPTH {
            return;
        }
        for block in body.blocks() {
            if depth > 0 {
                self.body(&block.body, place, depth + 1);
                continue;
            }
            let is_document = block.ident.as_str() == "data"
                && block
                    .labels
                    .first()
                    .is_some_and(|label| label.as_str() == "aws_iam_policy_document");
            if is_document {
                self.data(block);
            } else {
                let place = self.place(block);
                self.body(&block.body, &place, depth + 1);
            }
        }
    }

    /// `data "aws_iam_policy_document"`
    fn data(&mut self, block: &Block) {
        let name = block.labels.get(1).map_or("", |label| label.as_str());
        let node = data::document(&self.values, block);
        let used = self.users.get(name).cloned();
        let kind = used.as_ref().map(|(kind, _)| *kind);
        let key = used.map(|(_, key)| key).unwrap_or_default();
        let address = format!("data.aws_iam_policy_document.{name}");
        self.add(node, &address, kind, &key);
    }

    /// The documents in the value of an attribute.
    fn expression(
        &mut self,
        expression: &Expression,
        address: &str,
        kind: Option<PolicyKind>,
        key: &Key,
    ) {
        match expression {
            Expression::Parenthesis(inner) => {
                self.expression(inner.inner(), address, kind, key);
            }
            Expression::FuncCall(call) if value::is_jsonencode(call) => {
                if let Some(node) = call.args.get(0).map(|inner| self.values.node(inner)) {
                    self.add(node, address, kind, key);
                }
            }
            Expression::HeredocTemplate(template) => {
                let kind = self.kind.or(kind);
                let mut found = text::policies(&self.values, &template.template, kind);
                for policy in &mut found {
                    policy.place = Some(address.to_owned());
                    policy.key = key.clone();
                }
                self.policies.append(&mut found);
            }
            // Maps and lists of policies, such as arguments of modules have.
            Expression::Array(items) => {
                for item in items {
                    self.expression(item, address, kind, key);
                }
            }
            Expression::Object(members) => {
                for (_, member) in members {
                    self.expression(member.expr(), address, kind, key);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, node: Node<'static>, address: &str, kind: Option<PolicyKind>, key: &Key) {
        if !shape::is_policy(&node) && !shape::is_bare(&node) {
            return;
        }
        let kind = self.kind.or(kind).unwrap_or_else(|| guess(&node));
        let mut policy = Extract::new(kind, node);
        policy.place = Some(address.to_owned());
        policy.key = key.clone();
        policy.strings_only = true;
        self.policies.push(policy);
    }
}

impl Place {
    /// What a policy in an attribute is.
    fn kind(&self, attribute: &str) -> Option<PolicyKind> {
        terraform_kind(&self.sort, attribute).or(self.control)
    }
}

/// The type of a block, and its type and name.
fn names(block: &Block) -> (String, String) {
    let label = |at: usize| block.labels.get(at).map_or("", |label| label.as_str());
    (label(0).to_owned(), format!("{}.{}", label(0), label(1)))
}

/// What the resource of a key says of it. What it does not say is as the provider makes it.
fn key(sort: &str, body: &Body) -> Key {
    let literal = |name: &str| body.get_attribute(name).map(|own| own.value.as_str());
    let spec = literal("customer_master_key_spec").or_else(|| literal("key_spec"));
    let is_key = sort == "aws_kms_key";
    let spec = match spec {
        _ if sort == "aws_kms_external_key" => Some(KeySpec::SymmetricDefault),
        Some(text) => text.and_then(KeySpec::from_name),
        None => Some(KeySpec::SymmetricDefault).filter(|_| is_key),
    };
    let usage = match literal("key_usage") {
        Some(text) => text.and_then(KeyUsage::from_name),
        None => Some(KeyUsage::EncryptDecrypt).filter(|_| is_key || spec.is_some()),
    };
    let multi_region = match body.get_attribute("multi_region") {
        Some(own) => own.value.as_bool(),
        None => match sort {
            "aws_kms_replica_key" | "aws_kms_replica_external_key" => Some(true),
            _ => Some(false),
        },
    };
    let is_stored_elsewhere = body.has_attribute("custom_key_store_id");
    let origin = match sort {
        "aws_kms_key" if !is_stored_elsewhere => Some(KeyOrigin::AwsKms),
        "aws_kms_external_key" | "aws_kms_replica_external_key" => Some(KeyOrigin::External),
        _ => None,
    };
    Key {
        spec,
        usage,
        multi_region,
        origin,
        ..Key::default()
    }
}

/// The kind of an `aws_organizations_policy`.
fn control(sort: &str, body: &Body) -> Option<PolicyKind> {
    if sort != "aws_organizations_policy" {
        return None;
    }
    match body.get_attribute("type").map(|own| own.value.as_str()) {
        None | Some(Some("SERVICE_CONTROL_POLICY")) => Some(PolicyKind::ServiceControl),
        Some(Some("RESOURCE_CONTROL_POLICY")) => Some(PolicyKind::ResourceControl),
        Some(_) => None,
    }
}

/// The names of a reference: `data`, `aws_iam_policy_document`, `orders`, `json`.
fn reference(expression: &Expression) -> Vec<&str> {
    let Expression::Traversal(traversal) = expression else {
        return Vec::new();
    };
    let Expression::Variable(first) = &traversal.expr else {
        return Vec::new();
    };
    let mut names = vec![first.as_str()];
    names.extend(
        traversal
            .operators
            .iter()
            .filter_map(|operator| match operator.value() {
                TraversalOperator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            }),
    );
    names
}

/// The name of the data source whose document an expression is.
fn document_of(expression: &Expression) -> Option<String> {
    match reference(expression).as_slice() {
        [
            "data",
            "aws_iam_policy_document",
            name,
            "json" | "minified_json",
        ] => Some((*name).to_owned()),
        _ => None,
    }
}

/// The address of the resource that an expression refers to.
fn address_of(expression: &Expression) -> Option<String> {
    match reference(expression).as_slice() {
        [sort, name, _] => Some(format!("{sort}.{name}")),
        _ => None,
    }
}

/// The place of something that the parser has read.
fn place_of(values: &Values<'_>, thing: &impl hcl_edit::Span) -> Span {
    values.span(thing.span().unwrap_or_default())
}
