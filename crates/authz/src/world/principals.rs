//! Users, roles, groups and managed policies: hand-written, or as
//! `GetAccountAuthorizationDetails` gives them.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, Arn};

use super::Identity;
use super::read::Place;
use crate::layers::AttachedPolicy;
use crate::reader::{Reader, named};

/// A reference to something by its name or ARN.
pub(super) type Reference = (Box<str>, Span);

/// A user or role whose references are not resolved yet.
pub(super) struct IdentityDraft {
    pub(super) identity: Identity,
    pub(super) managed: Vec<Reference>,
    pub(super) boundary: Option<Reference>,
    pub(super) groups: Vec<Reference>,
}

/// A group whose references are not resolved yet.
pub(super) struct GroupDraft {
    pub(super) account: AccountId,
    pub(super) name: Box<str>,
    pub(super) policies: Vec<Arc<AttachedPolicy>>,
    pub(super) managed: Vec<Reference>,
}

/// Principals and what they refer to, of all accounts.
#[derive(Default)]
pub(super) struct Principals {
    pub(super) identities: Vec<IdentityDraft>,
    pub(super) groups: Vec<GroupDraft>,
    /// Managed policies by their ARNs.
    pub(super) managed: HashMap<Box<str>, Arc<AttachedPolicy>>,
}

/// What users, roles and groups have in common.
struct Named<'n> {
    arn: Arn,
    /// Managed policies of AWS have none.
    account: Option<AccountId>,
    name: &'n str,
    id: Option<Box<str>>,
}

/// What differs between them.
struct Sort {
    what: &'static str,
    /// The word in ARNs.
    word: &'static str,
    name: &'static str,
    id: &'static str,
    inline: &'static str,
}

const USER: Sort = Sort {
    what: "a user",
    word: "user",
    name: "UserName",
    id: "UserId",
    inline: "UserPolicyList",
};
const ROLE: Sort = Sort {
    what: "a role",
    word: "role",
    name: "RoleName",
    id: "RoleId",
    inline: "RolePolicyList",
};
const GROUP: Sort = Sort {
    what: "a group",
    word: "group",
    name: "GroupName",
    id: "GroupId",
    inline: "GroupPolicyList",
};
const POLICY: Sort = Sort {
    what: "a managed policy",
    word: "policy",
    name: "PolicyName",
    id: "PolicyId",
    inline: "PolicyVersionList",
};

impl Reader<'_, '_, '_> {
    /// What `GetAccountAuthorizationDetails` answers.
    pub(super) fn authorization_details(
        &mut self,
        node: &Node<'_>,
        place: &Place,
        into: &mut Principals,
    ) {
        let what = "account authorization details";
        let Some(fields) = Fields::of(node, what, &mut self.diagnostics) else {
            return;
        };
        let lists = [
            "UserDetailList",
            "RoleDetailList",
            "GroupDetailList",
            "Policies",
        ];
        let [users, roles, groups, policies] = lists.map(|name| fields.get(name));
        for paging in ["IsTruncated", "Marker"] {
            fields.get(paging);
        }
        fields.finish_foreign(&mut self.diagnostics);
        self.check_complete(node);
        self.principals(users, roles, groups, policies, place, into);
    }

    pub(super) fn principals(
        &mut self,
        users: Option<&Node<'_>>,
        roles: Option<&Node<'_>>,
        groups: Option<&Node<'_>>,
        managed: Option<&Node<'_>>,
        place: &Place,
        into: &mut Principals,
    ) {
        self.each(users, "UserDetailList", &mut |reader, node| {
            into.identities
                .extend(reader.user_or_role(node, &USER, place));
        });
        self.each(roles, "RoleDetailList", &mut |reader, node| {
            into.identities
                .extend(reader.user_or_role(node, &ROLE, place));
        });
        self.each(groups, "GroupDetailList", &mut |reader, node| {
            into.groups.extend(reader.group(node, place));
        });
        self.each(managed, "Policies", &mut |reader, node| {
            reader.managed_policy(node, place, &mut into.managed);
        });
    }

    fn user_or_role(
        &mut self,
        node: &Node<'_>,
        sort: &Sort,
        place: &Place,
    ) -> Option<IdentityDraft> {
        let fields = Fields::of(node, sort.what, &mut self.diagnostics)?;
        for unused in [
            "CreateDate",
            "PasswordLastUsed",
            "InstanceProfileList",
            "RoleLastUsed",
            "Description",
            "MaxSessionDuration",
        ] {
            fields.get(unused);
        }
        let own = self.named_thing(&fields, sort, place);
        let (policies, managed) = self.attached(&fields, sort.inline);
        let groups = self.either(&fields, "groups", "GroupList");
        let groups = groups.map_or_else(Vec::new, |node| self.references(node, "groups"));
        let (permissions_boundary, boundary) =
            match self.either(&fields, "permissionsBoundary", "PermissionsBoundary") {
                Some(node) => self.boundary(node),
                None => (None, None),
            };
        let trust = self.either(&fields, "trustPolicy", "AssumeRolePolicyDocument");
        let trust_policy = trust.and_then(|node| self.policy(node, PolicyKind::RoleTrust));
        let tags = self.either(&fields, "tags", "Tags");
        let tags = tags.map_or_else(Vec::new, |node| self.tags(node));
        fields.finish_foreign(&mut self.diagnostics);
        let own = own?;
        Some(IdentityDraft {
            identity: Identity {
                arn: own.arn,
                account: own.account?,
                name: own.name.into(),
                is_role: sort.word == "role",
                id: own.id,
                policies,
                permissions_boundary,
                trust_policy,
                tags,
                span: node.span,
            },
            managed,
            boundary,
            groups,
        })
    }

    fn group(&mut self, node: &Node<'_>, place: &Place) -> Option<GroupDraft> {
        let fields = Fields::of(node, GROUP.what, &mut self.diagnostics)?;
        fields.get("CreateDate");
        let own = self.named_thing(&fields, &GROUP, place);
        let (policies, managed) = self.attached(&fields, GROUP.inline);
        fields.finish_foreign(&mut self.diagnostics);
        let own = own?;
        Some(GroupDraft {
            account: own.account?,
            name: own.name.into(),
            policies,
            managed,
        })
    }

    /// Name, path and ARN: the ARN if it is there, else what account, path and name make.
    fn named_thing<'n>(
        &mut self,
        fields: &Fields<'n, '_>,
        sort: &Sort,
        place: &Place,
    ) -> Option<Named<'n>> {
        let stated = self.either_string(fields, "arn", "Arn");
        let path = self.either_string(fields, "path", "Path");
        let id = self.either_string(fields, "id", sort.id);
        let (name, span) = self.require_either(fields, "name", sort.name)?;
        let path = path.map_or("/", |(path, _)| path);
        let arn = if let Some((text, span)) = stated {
            self.arn(text, span)?
        } else {
            let (account, partition) = self.of_place(place, span)?;
            let slash = if path.starts_with('/') { "" } else { "/" };
            let end = if path.ends_with('/') { "" } else { "/" };
            let word = sort.word;
            let text = format!("arn:{partition}:iam::{account}:{word}{slash}{path}{end}{name}");
            self.arn(&text, span)?
        };
        let fits = arn.service() == "iam"
            && arn
                .resource()
                .strip_prefix(sort.word)
                .is_some_and(|rest| rest.starts_with('/') && rest.rsplit('/').next() == Some(name));
        if !fits {
            let message = format!("`{arn}` is not the ARN of {} named `{name}`", sort.what);
            self.error("arn", fields.span, message);
            return None;
        }
        let account = arn.account_id();
        if account.is_none() && !(arn.account() == "aws" && sort.word == "policy") {
            self.error(
                "account-id",
                fields.span,
                format!("`{arn}` names no account"),
            );
            return None;
        }
        if let Some(account) = account {
            self.check_place(place, account, fields.span);
        }
        let id = id.map(|(id, _)| id.into());
        Some(Named {
            arn,
            account,
            name,
            id,
        })
    }

    /// Inline policies, and references to managed ones.
    fn attached(
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
    fn boundary(
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

    fn references(&mut self, node: &Node<'_>, name: &str) -> Vec<Reference> {
        let mut found = Vec::new();
        for item in node.as_list() {
            match item.as_str() {
                Some(text) => found.push((text.into(), item.span)),
                None => self.diagnostics.push(wrong_type(item, name, "names")),
            }
        }
        found
    }

    /// A managed policy: the version that is in force.
    fn managed_policy(
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
            into.entry(own.arn.as_str().into())
                .or_insert_with(|| named(policy, own.name));
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
    MARKS.into_iter().any(|mark| node.member(mark).is_some())
}
