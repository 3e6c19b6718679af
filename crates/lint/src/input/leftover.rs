//! Policies in plans and templates that do not come into the world: those of resources which the importer
//! does not read, and data sources that no resource uses.

use std::collections::BTreeSet;

use kmsim_import::Kind;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::PolicyKind;
use kmsim_policy::unknown::MARKER;

use super::{Extract, answer};

/// How deep modules may lie in modules.
const MOST_MODULES: usize = 32;

/// Adds the policies that were not found.
pub(super) fn add<'a>(
    root: &Node<'a>,
    kind: Kind,
    known: &mut Vec<Extract<'a>>,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) {
    let mut places = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for node in known.iter().filter_map(|extract| extract.node.as_ref()) {
        places.insert(sources.outside(node.span).start);
        // A data source gives the text that a resource has.
        texts.insert(sources.text(node.span.source).to_owned());
    }
    let mut search = Search {
        places,
        texts,
        known,
        sources,
        found,
    };
    match kind {
        Kind::TerraformPlan | Kind::TerraformState => search.terraform(root),
        Kind::CloudFormation => search.template(root),
        _ => {}
    }
}

struct Search<'s, 'a> {
    /// Where the policies begin that were found.
    places: BTreeSet<u32>,
    texts: BTreeSet<String>,
    known: &'s mut Vec<Extract<'a>>,
    sources: &'s mut Sources<'a>,
    found: &'s mut Vec<Diagnostic>,
}

impl<'a> Search<'_, 'a> {
    fn terraform(&mut self, root: &Node<'a>) {
        let module = |values: Option<&'_ Node<'a>>| {
            values
                .and_then(|values| values.member("root_module"))
                .cloned()
        };
        let planned = module(
            root.member("planned_values")
                .or_else(|| root.member("values")),
        );
        let before = root
            .member("prior_state")
            .and_then(|state| state.member("values"));
        let before = module(before);
        if let Some(planned) = &planned {
            self.module(planned, false, 0);
        }
        if let Some(before) = &before {
            self.module(before, true, 0);
        }
    }

    /// The resources of a module. Of the state before a plan, data sources only.
    fn module(&mut self, module: &Node<'a>, data_only: bool, depth: usize) {
        for resource in list(module, "resources") {
            let is_data = text(resource, "mode") == Some("data");
            if is_data || !data_only {
                self.resource(resource);
            }
        }
        if depth < MOST_MODULES {
            for inner in list(module, "child_modules") {
                self.module(inner, data_only, depth + 1);
            }
        }
    }

    fn resource(&mut self, resource: &Node<'a>) {
        let Some(values) = resource.member("values") else {
            return;
        };
        let sort = text(resource, "type").unwrap_or_default();
        if !sort.starts_with("aws_") {
            return;
        }
        let address = text(resource, "address").unwrap_or(sort);
        for (attribute, what) in [
            ("policy", None),
            ("content", None),
            ("json", None),
            ("inline_policy", None),
            ("assume_role_policy", Some("trust policy")),
        ] {
            let Some(value) = values.member(attribute) else {
                continue;
            };
            let kind = match sort {
                "aws_organizations_policy" => match text(values, "type") {
                    Some("SERVICE_CONTROL_POLICY") | None => Some(PolicyKind::ServiceControl),
                    Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::ResourceControl),
                    Some(_) => continue,
                },
                sort => terraform_kind(sort, attribute),
            };
            let name = match what {
                Some(what) => format!("{address}, {what}"),
                None => address.to_owned(),
            };
            for value in value.as_list() {
                let value = value.member("policy").unwrap_or(value);
                self.add(value, kind, &name);
            }
        }
    }

    fn template(&mut self, root: &Node<'a>) {
        let resources = root.member("Resources").and_then(Node::as_object);
        for resource in resources.unwrap_or_default() {
            let sort = text(&resource.value, "Type").unwrap_or_default();
            let Some(properties) = resource.value.member("Properties") else {
                continue;
            };
            for (name, document) in documents(properties) {
                let kind = match (sort, name) {
                    (_, "AssumeRolePolicyDocument") => Some(PolicyKind::RoleTrust),
                    ("AWS::Organizations::Policy", _) => match text(properties, "Type") {
                        Some("SERVICE_CONTROL_POLICY") => Some(PolicyKind::ServiceControl),
                        Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::ResourceControl),
                        _ => continue,
                    },
                    ("AWS::KMS::Key" | "AWS::KMS::ReplicaKey", _) => Some(PolicyKind::KeyPolicy),
                    ("AWS::EC2::VPCEndpoint", _) => Some(PolicyKind::VpcEndpoint),
                    (sort, _)
                        if sort.starts_with("AWS::IAM::") || sort.starts_with("AWS::SSO::") =>
                    {
                        Some(PolicyKind::Identity)
                    }
                    _ => None,
                };
                self.add(&without_functions(document), kind, &resource.key);
            }
        }
    }

    fn add(&mut self, value: &Node<'a>, kind: Option<PolicyKind>, name: &str) {
        if !self.places.insert(value.span.start) {
            return;
        }
        if value
            .as_str()
            .is_some_and(|text| !self.texts.insert(text.to_owned()))
        {
            return;
        }
        for mut policy in answer::documents(value, kind, self.sources, self.found) {
            policy.place = Some(name.to_owned());
            self.known.push(policy);
        }
    }
}

/// What a policy in an attribute of a resource of Terraform is, as far as its type tells.
pub(super) fn terraform_kind(sort: &str, attribute: &str) -> Option<PolicyKind> {
    match (sort, attribute) {
        (_, "assume_role_policy") => Some(PolicyKind::RoleTrust),
        ("aws_vpc_endpoint" | "aws_vpc_endpoint_policy", _) => Some(PolicyKind::VpcEndpoint),
        ("aws_iam_policy_document", _) => None,
        (name, _) if name.starts_with("aws_kms_") => Some(PolicyKind::KeyPolicy),
        (name, _) if name.starts_with("aws_iam_") || name.starts_with("aws_ssoadmin_") => {
            Some(PolicyKind::Identity)
        }
        _ => None,
    }
}

/// The properties of a resource that are policies, with their names.
fn documents<'n, 'a>(properties: &'n Node<'a>) -> Vec<(&'n str, &'n Node<'a>)> {
    const NAMES: [&str; 9] = [
        "PolicyDocument",
        "KeyPolicy",
        "AssumeRolePolicyDocument",
        "ResourcePolicy",
        "RepositoryPolicyText",
        "FileSystemPolicy",
        "InlinePolicy",
        "Content",
        "Policy",
    ];
    let mut found = Vec::new();
    for member in properties.as_object().unwrap_or_default() {
        if let Some(name) = NAMES.iter().find(|name| member.key == **name) {
            found.push((*name, &member.value));
        }
        if member.key == "Policies" {
            let documents = member.value.as_list().iter();
            let documents = documents.filter_map(|policy| policy.member("PolicyDocument"));
            found.extend(documents.map(|document| ("PolicyDocument", document)));
        }
    }
    found
}

/// A part of a template in which calls of functions are values that are not known.
fn without_functions<'a>(node: &Node<'a>) -> Node<'a> {
    let value = match &node.value {
        Value::Array(items) => Value::Array(items.iter().map(without_functions).collect()),
        Value::Object(members) => match members.as_slice() {
            [only] if only.key == "Ref" || only.key.starts_with("Fn::") => {
                unknown(&only.key, node.span)
            }
            _ => Value::Object(
                members
                    .iter()
                    .map(|member| Member {
                        key: member.key.clone(),
                        key_span: member.key_span,
                        value: without_functions(&member.value),
                    })
                    .collect(),
            ),
        },
        other => other.clone(),
    };
    Node {
        value,
        span: node.span,
    }
}

/// The marker of a value that is not known.
pub(super) fn unknown<'a>(why: &str, span: Span) -> Value<'a> {
    let why = Node {
        value: Value::String(why.to_owned().into()),
        span,
    };
    Value::Object(vec![Member {
        key: MARKER.into(),
        key_span: span,
        value: why,
    }])
}

fn text<'n>(node: &'n Node<'_>, name: &str) -> Option<&'n str> {
    node.member(name).and_then(Node::as_str)
}

fn list<'n, 'a>(node: &'n Node<'a>, name: &str) -> &'n [Node<'a>] {
    node.member(name).map_or(&[], Node::as_list)
}
