//! Policies of principals and of organizations: with names, attached, managed, as boundaries.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;

use super::principals::{Reference, Sort};
use super::read::Place;
use crate::layers::{AttachedPolicy, Origin};
use crate::reader::{Reader, kept, named};

const POLICY: Sort = Sort {
    what: "a managed policy",
    word: "policy",
    name: "PolicyName",
    id: "PolicyId",
    inline: "PolicyVersionList",
};

impl Reader<'_, '_, '_> {
    /// Inline policies, and references to managed ones.
    pub(super) fn attached(
        &mut self,
        fields: &Fields<'_, '_>,
        inline: &'static str,
    ) -> (Vec<Arc<AttachedPolicy>>, Vec<Reference>) {
        let mut managed = Vec::new();
        let mut policies = match self.either(fields, "policies", inline) {
            Some(node) => self.named_policies(node, PolicyKind::Identity, &mut |_, text, span| {
                managed.push((text.into(), span));
            }),
            None => Vec::new(),
        };
        if let Some(node) = self.either(fields, "managedPolicies", "AttachedManagedPolicies") {
            let own = self.named_policies(node, PolicyKind::Identity, &mut |_, text, span| {
                managed.push((text.into(), span));
            });
            policies.extend(own);
        }
        (policies, managed)
    }

    /// Policies with names: an object from names to policies, a list of policies, or one. A text
    /// that is no document goes to `refer`.
    pub(super) fn named_policies(
        &mut self,
        node: &Node<'_>,
        kind: PolicyKind,
        refer: &mut dyn FnMut(&mut Self, &str, Span),
    ) -> Vec<Arc<AttachedPolicy>> {
        let mut policies = Vec::new();
        match &node.value {
            Value::Array(items) => {
                for item in items {
                    policies.extend(self.named_policy(item, kind, refer));
                }
            }
            Value::Object(members) if !is_policy(node) && node.member("policy").is_none() => {
                for member in members {
                    let policy = self.policy(&member.value, kind);
                    policies.extend(policy.map(|policy| named(policy, &member.key)));
                }
            }
            _ => policies.extend(self.named_policy(node, kind, refer)),
        }
        policies
    }

    /// A policy, a policy with its name (`{name, policy}`, or an entry of AWS's lists), or a
    /// reference.
    fn named_policy(
        &mut self,
        node: &Node<'_>,
        kind: PolicyKind,
        refer: &mut dyn FnMut(&mut Self, &str, Span),
    ) -> Option<Arc<AttachedPolicy>> {
        if let Some(text) = node.as_str()
            && !is_document(text)
        {
            refer(self, text, node.span);
            return None;
        }
        if node.member("PolicyArn").is_some() {
            let fields = Fields::of(node, "an attached policy", &mut self.diagnostics)?;
            fields.get("PolicyName");
            let arn = fields.require_string("PolicyArn", &mut self.diagnostics);
            fields.finish(&mut self.diagnostics);
            if let Some((text, span)) = arn {
                refer(self, text, span);
            }
            return None;
        }
        if node.member("policy").is_some() && !is_policy(node) {
            let fields = Fields::of(node, "a policy with a name", &mut self.diagnostics)?;
            let name = fields.require_string("name", &mut self.diagnostics);
            let policy = fields.get("policy");
            fields.finish(&mut self.diagnostics);
            let policy = self.policy(policy?, kind)?;
            return Some(named(policy, name?.0));
        }
        self.policy(node, kind)
    }

    /// A boundary: a policy, or the ARN of a managed one.
    pub(super) fn boundary(
        &mut self,
        node: &Node<'_>,
    ) -> (Option<Vec<Arc<AttachedPolicy>>>, Option<Reference>) {
        if let Some(text) = node.as_str().filter(|text| !is_document(text)) {
            return (None, Some((text.into(), node.span)));
        }
        if node.member("PermissionsBoundaryArn").is_some() {
            let what = "a permissions boundary";
            let Some(fields) = Fields::of(node, what, &mut self.diagnostics) else {
                return (None, None);
            };
            fields.get("PermissionsBoundaryType");
            let arn = fields.require_string("PermissionsBoundaryArn", &mut self.diagnostics);
            fields.finish(&mut self.diagnostics);
            return (None, arn.map(|(text, span)| (text.into(), span)));
        }
        let policies = self.named_policies(
            node,
            PolicyKind::PermissionsBoundary,
            &mut |reader, _, span| {
                reader.error("wrong-type", span, "a boundary is one policy or one ARN");
            },
        );
        (Some(policies), None)
    }

    /// A managed policy: the version that is in force.
    pub(super) fn managed_policy(
        &mut self,
        node: &Node<'_>,
        place: &Place,
        into: &mut HashMap<Box<str>, Arc<AttachedPolicy>>,
    ) {
        let Some(fields) = Fields::of(node, POLICY.what, &mut self.diagnostics) else {
            return;
        };
        for unused in [
            "AttachmentCount",
            "PermissionsBoundaryUsageCount",
            "IsAttachable",
            "Description",
            "CreateDate",
            "UpdateDate",
            "Tags",
        ] {
            fields.get(unused);
        }
        let default = fields.string("DefaultVersionId", &mut self.diagnostics);
        let own = self.named_thing(&fields, &POLICY, place);
        let document = match fields.get("policy") {
            Some(node) => Some(node),
            None => self.default_version(&fields, default.map(|(id, _)| id)),
        };
        fields.finish_foreign(&mut self.diagnostics);
        let policy = document.and_then(|node| self.policy(node, PolicyKind::Identity));
        if let (Some(own), Some(policy)) = (own, policy) {
            let arn: Box<str> = own.arn.as_str().into();
            into.entry(arn.clone())
                .or_insert_with(|| kept(named(policy, own.name), Origin::Managed(arn)));
        }
    }

    fn default_version<'n, 'a>(
        &mut self,
        fields: &Fields<'n, 'a>,
        default: Option<&str>,
    ) -> Option<&'n Node<'a>> {
        let versions = fields.list("PolicyVersionList", &mut self.diagnostics);
        let in_force = |version: &&Node<'_>| {
            let is_default = version.member("IsDefaultVersion");
            is_default.is_some_and(|node| node.value == Value::Bool(true))
                || (default.is_some()
                    && version.member("VersionId").and_then(Node::as_str) == default)
        };
        let found = versions.iter().find(in_force);
        if found.is_none() {
            self.diagnostics.push(
                Diagnostic::error(
                    "missing-field",
                    fields.span,
                    "a managed policy needs the document of its default version",
                )
                .help("give it as `policy`, or keep PolicyVersionList of the export"),
            );
        }
        found?.member("Document")
    }
}

/// Whether a text is a policy document rather than a name.
fn is_document(text: &str) -> bool {
    let start = text.trim_start();
    start.starts_with('{')
        || start
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("%7B"))
}

/// Whether an object is a policy, or something that holds exactly one.
fn is_policy(node: &Node<'_>) -> bool {
    const MARKS: [&str; 9] = [
        "Statement",
        "Version",
        "Id",
        "Effect",
        "Action",
        "file",
        "Policy",
        "PolicyDocument",
        "Content",
    ];
    node.unknown().is_some() || MARKS.into_iter().any(|mark| node.member(mark).is_some())
}
