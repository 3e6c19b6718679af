//! Answers of AWS that hold one policy, or several by themselves. They are read here rather than by the
//! importer, which needs to know whose they are.

use std::borrow::Cow;

use kmsim_authz::reader::decoded;
use kmsim_import::Kind;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{self, Node};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, arn};

use super::{Extract, document, place, shape};
use crate::kind::guess;
use crate::subject::Key;

/// Whether documents of a kind are read here.
pub(super) fn is_one(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::KeyPolicy
            | Kind::PolicyDocument
            | Kind::PolicyVersion
            | Kind::InlinePolicy
            | Kind::ControlPolicy
            | Kind::OrganizationBundle
            | Kind::VpcEndpoints
    )
}

/// The policies of an answer.
pub(super) fn policies<'a>(
    answer: &Node<'a>,
    kind: Kind,
    file: &str,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Extract<'a>> {
    let mut reader = Reader {
        sources,
        found,
        policies: Vec::new(),
    };
    match kind {
        Kind::KeyPolicy => reader.of_resource(answer.member("Policy"), key_of(file).as_deref()),
        Kind::PolicyDocument => reader.of_resource(Some(answer), key_of(file).as_deref()),
        Kind::PolicyVersion => {
            let version = answer.member("PolicyVersion");
            let document = version.and_then(|version| version.member("Document"));
            reader.add(document, Some(PolicyKind::Identity), None, &Key::default());
        }
        Kind::InlinePolicy => {
            let name = text(answer, "PolicyName").unwrap_or_default();
            let names = [
                ("RoleName", "role"),
                ("UserName", "user"),
                ("GroupName", "group"),
            ];
            let owner = names
                .into_iter()
                .find_map(|(field, word)| Some(format!("{word} {}, ", text(answer, field)?)));
            let place = format!("{}inline policy {name}", owner.unwrap_or_default());
            let document = answer.member("PolicyDocument");
            let kind = Some(PolicyKind::Identity);
            reader.add(document, kind, Some(&place), &Key::default());
        }
        Kind::ControlPolicy => reader.control(answer.member("Policy").unwrap_or(answer)),
        Kind::OrganizationBundle => {
            for policy in list(answer, "policies") {
                reader.control(policy.member("Policy").unwrap_or(policy));
            }
        }
        Kind::VpcEndpoints => {
            for endpoint in list(answer, "VpcEndpoints") {
                let id = text(endpoint, "VpcEndpointId").unwrap_or_default();
                let account = text(endpoint, "OwnerId").and_then(|id| AccountId::new(id).ok());
                let key = Key {
                    account,
                    ..Key::default()
                };
                let place = format!("VPC endpoint {id}");
                let document = endpoint.member("PolicyDocument");
                reader.add(document, Some(PolicyKind::VpcEndpoint), Some(&place), &key);
            }
        }
        _ => {}
    }
    reader.policies
}

/// The id of a key in the name of a file: answers with key policies do not have it.
fn key_of(file: &str) -> Option<String> {
    let mut words = file.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words
        .find(|word| kmsim_policy::parse::is_key_id(word))
        .map(|id| format!("key {id}"))
}

struct Reader<'r, 'a> {
    sources: &'r mut Sources<'a>,
    found: &'r mut Vec<Diagnostic>,
    policies: Vec<Extract<'a>>,
}

impl<'a> Reader<'_, 'a> {
    /// A policy that `GetKeyPolicy` or an answer in the same form gave.
    fn of_resource(&mut self, document: Option<&Node<'a>>, place: Option<&str>) {
        self.add(document, None, place, &Key::default());
    }

    /// An SCP or RCP.
    fn control(&mut self, policy: &Node<'a>) {
        let summary = policy.member("PolicySummary");
        let of_summary = |field| summary.and_then(|summary| text(summary, field));
        let (word, kind) = match of_summary("Type") {
            Some("SERVICE_CONTROL_POLICY") => ("SCP", PolicyKind::ServiceControl),
            Some("RESOURCE_CONTROL_POLICY") => ("RCP", PolicyKind::ResourceControl),
            // A tag policy or another kind that decides no calls.
            _ => return,
        };
        // AWS's own policies are nobody's to change.
        let by_aws = summary.and_then(|summary| summary.member("AwsManaged"));
        if by_aws.is_some_and(|own| own.value == json::Value::Bool(true)) {
            return;
        }
        let account = of_summary("Arn").and_then(arn::split);
        let account = account.and_then(|[_, _, _, _, id, _]| AccountId::new(id).ok());
        let key = Key {
            account,
            ..Key::default()
        };
        let place = of_summary("Name").map(|name| format!("{word} {name}"));
        self.add(policy.member("Content"), Some(kind), place.as_deref(), &key);
    }

    fn add(
        &mut self,
        document: Option<&Node<'a>>,
        kind: Option<PolicyKind>,
        place: Option<&str>,
        key: &Key,
    ) {
        let Some(document) = document else { return };
        for mut policy in documents(document, kind, self.sources, self.found) {
            policy.place = place.map(str::to_owned);
            policy.key = key.clone();
            self.policies.push(policy);
        }
    }
}

/// The policy that a value is, or that stands in it as a string. If it cannot be read, what can be said
/// about it.
pub(super) fn documents<'a>(
    value: &Node<'a>,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Extract<'a>> {
    let Some(text) = value.as_str() else {
        if !shape::is_policy(value) && !shape::is_bare(value) {
            return Vec::new();
        }
        let mut policy = Extract::new(kind.unwrap_or_else(|| guess(value)), value.clone());
        policy.diagnostics = place::take_within(found, value.span);
        return vec![policy];
    };
    if !shape::is_text_of_document(text) {
        return Vec::new();
    }
    let text = decoded(text).unwrap_or(Cow::Borrowed(text)).into_owned();
    let source = sources.add_within(text.clone(), value.span);
    let mut own = Vec::new();
    let Some(node) = json::parse(&text, source, &mut own) else {
        return document::broken(&text, source, kind, own).policies;
    };
    let mut policy = Extract::new(kind.unwrap_or_else(|| guess(&node)), node.into_owned());
    policy.diagnostics = own;
    vec![policy]
}

fn text<'n>(node: &'n Node<'_>, name: &str) -> Option<&'n str> {
    node.member(name).and_then(Node::as_str)
}

fn list<'n, 'a>(node: &'n Node<'a>, name: &str) -> &'n [Node<'a>] {
    node.member(name).map_or(&[], Node::as_list)
}
