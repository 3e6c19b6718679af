//! Users, roles, groups and managed policies: hand-written, or as
//! `GetAccountAuthorizationDetails` gives them.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, Arn};

use super::Identity;
use super::read::Place;
use crate::layers::{AttachedPolicy, Origin};
use crate::reader::{Reader, kept};

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

impl Principals {
    /// Takes up other principals. What stands in both is as in the other.
    pub(super) fn replace(&mut self, other: Self) {
        let arns = other.identities.iter().map(|own| own.identity.arn.clone());
        let arns: HashSet<_> = arns.collect();
        self.identities
            .retain(|own| !arns.contains(&own.identity.arn));
        self.identities.extend(other.identities);
        let same = |one: &GroupDraft, two: &GroupDraft| {
            (one.account, &one.name) == (two.account, &two.name)
        };
        self.groups
            .retain(|own| !other.groups.iter().any(|new| same(own, new)));
        self.groups.extend(other.groups);
        self.managed.extend(other.managed);
    }
}

/// What users, roles and groups have in common.
pub(super) struct Named<'n> {
    pub(super) arn: Arn,
    /// Managed policies of AWS have none.
    pub(super) account: Option<AccountId>,
    pub(super) name: &'n str,
    pub(super) id: Option<Box<str>>,
}

/// What differs between them.
pub(super) struct Sort {
    pub(super) what: &'static str,
    /// The word in ARNs.
    pub(super) word: &'static str,
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) inline: &'static str,
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
        let of_group = |policy| kept(policy, Origin::Group(own.name.into()));
        Some(GroupDraft {
            account: own.account?,
            name: own.name.into(),
            policies: policies.into_iter().map(of_group).collect(),
            managed,
        })
    }

    /// Name, path and ARN: the ARN if it is there, else what account, path and name make.
    pub(super) fn named_thing<'n>(
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
}
