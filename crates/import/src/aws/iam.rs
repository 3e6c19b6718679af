//! Users, roles, groups and their policies.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::arn;

use super::counted;
use super::pages::Pages;
use crate::draft::{Sort, some_of};
use crate::hints::Folders;
use crate::importer::{Document, Importer};
use crate::node::{elements, member, string, take, take_string, text, unknown};
use crate::recognize::Kind;

mod single;

/// What the lists and objects of users, roles and groups are called.
#[derive(Clone, Copy)]
struct Names {
    sort: Sort,
    /// In the authorization details.
    details: &'static str,
    /// In the answers of `ListUsers` and `GetUser`.
    many: &'static str,
    one: &'static str,
    name: &'static str,
    id: &'static str,
    inline: &'static str,
}

const NAMES: [Names; 3] = [
    Names {
        sort: Sort::User,
        details: "UserDetailList",
        many: "Users",
        one: "User",
        name: "UserName",
        id: "UserId",
        inline: "UserPolicyList",
    },
    Names {
        sort: Sort::Role,
        details: "RoleDetailList",
        many: "Roles",
        one: "Role",
        name: "RoleName",
        id: "RoleId",
        inline: "RolePolicyList",
    },
    Names {
        sort: Sort::Group,
        details: "GroupDetailList",
        many: "Groups",
        one: "Group",
        name: "GroupName",
        id: "GroupId",
        inline: "GroupPolicyList",
    },
];

/// What may be known of a principal as a whole: then what is not there does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Inline,
    Attached,
    Boundary,
    Groups,
}

const ALL: [Part; 4] = [Part::Inline, Part::Attached, Part::Boundary, Part::Groups];

/// Principals while they are being put together.
struct Reader<'i, 's, 'a> {
    importer: &'i mut Importer<'s, 'a>,
    folders: &'i Folders,
    pages: Pages,
    /// By ARN.
    complete: BTreeMap<String, (Sort, BTreeSet<Part>)>,
    /// Accounts whose authorization details are there, with a place in them.
    details: BTreeMap<String, Span>,
}

/// Reads everything that belongs to principals.
pub(super) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    folders: &Folders,
    documents: Vec<Document<'a>>,
) {
    let mut reader = Reader {
        importer,
        folders,
        pages: Pages::default(),
        complete: BTreeMap::new(),
        details: BTreeMap::new(),
    };
    // Who there is comes first, then what belongs to somebody.
    let rank = |document: &Document<'_>| match document.kind {
        Kind::AuthorizationDetails => 0,
        Kind::Principals => 1,
        Kind::ManagedPolicies => 2,
        Kind::InlinePolicy => 3,
        Kind::AttachedPolicies | Kind::PolicyNames => 4,
        _ => 5,
    };
    let mut documents = documents;
    documents.sort_by_key(rank);
    for document in documents {
        match document.kind {
            Kind::AuthorizationDetails => reader.details(document),
            Kind::Principals => reader.principals(document),
            Kind::ManagedPolicies => reader.managed_policies(document),
            Kind::InlinePolicy => reader.inline_policy(document),
            Kind::AttachedPolicies | Kind::PolicyNames => reader.of_principal(document),
            _ => reader.policy_version(document),
        }
    }
    reader.finish();
}

impl<'a> Reader<'_, '_, 'a> {
    /// `GetAccountAuthorizationDetails`: all of an account's principals with their policies.
    fn details(&mut self, mut document: Document<'a>) {
        let account = NAMES.iter().find_map(|names| {
            let list = document.node.member(names.details)?;
            account_of(list)
        });
        let account = account.or_else(|| account_of(document.node.member("Policies")?));
        let account = account.or_else(|| self.account_of_file(&document.name));
        let span = document.node.span;
        let what = match &account {
            Some(account) => format!("users, roles and policies of account {account}"),
            None => "users, roles and policies of an account".to_owned(),
        };
        self.pages.page(&what, &document);
        if let Some(account) = &account {
            self.details.entry(account.clone()).or_insert(span);
        }
        let mut counts = Vec::new();
        for names in &NAMES {
            let found = elements(take(&mut document.node, names.details));
            counts.push(counted(found.len(), names.sort.word()));
            for principal in found {
                if let Some(arn) = self.principal(principal, names) {
                    self.complete.insert(arn, (names.sort, ALL.into()));
                }
            }
        }
        let policies = elements(take(&mut document.node, "Policies"));
        counts.push(match policies.len() {
            1 => "1 managed policy".to_owned(),
            count => format!("{count} managed policies"),
        });
        for policy in policies {
            self.managed_policy(policy);
        }
        let of = account.map_or_else(String::new, |account| format!(" of {account}"));
        let what = format!("{}{of}", counts.join(", "));
        self.importer.report.used(&document, what);
    }

    /// A user, role or group. Gives its ARN.
    fn principal(&mut self, mut node: Node<'a>, names: &Names) -> Option<String> {
        let (arn, span) = self.arn(&mut node)?;
        let mut thing = self.importer.draft.thing(names.sort, &arn, span);
        for (ours, theirs) in [
            ("id", names.id),
            ("trustPolicy", "AssumeRolePolicyDocument"),
        ] {
            if let Some(value) = take(&mut node, theirs) {
                thing.state(ours, value);
            }
        }
        for mut policy in elements(take(&mut node, names.inline)) {
            let name = take_string(&mut policy, "PolicyName");
            let document = take(&mut policy, "PolicyDocument");
            if let (Some((key, key_span)), Some(value)) = (name, document) {
                thing.entry(
                    "policies",
                    Member {
                        key,
                        key_span,
                        value,
                    },
                );
            }
        }
        for mut policy in elements(take(&mut node, "AttachedManagedPolicies")) {
            if let Some((policy, span)) = take_string(&mut policy, "PolicyArn") {
                thing.add("managedPolicies", text(policy, span));
            }
        }
        if let Some(mut boundary) = take(&mut node, "PermissionsBoundary")
            && let Some(policy) = take(&mut boundary, "PermissionsBoundaryArn")
        {
            thing.state("permissionsBoundary", policy);
        }
        for group in elements(take(&mut node, "GroupList")) {
            thing.add("groups", group);
        }
        for mut tag in elements(take(&mut node, "Tags")) {
            let name = take_string(&mut tag, "Key");
            if let (Some((key, key_span)), Some(value)) = (name, take(&mut tag, "Value")) {
                thing.entry(
                    "tags",
                    Member {
                        key,
                        key_span,
                        value,
                    },
                );
            }
        }
        Some(arn)
    }

    fn arn(&mut self, node: &mut Node<'a>) -> Option<(String, Span)> {
        let found = take_string(node, "Arn");
        if found.is_none() {
            let message = "this has no `Arn`, so that it is not known what it is";
            let error = Diagnostic::error("missing-field", node.span, message);
            self.importer.draft.diagnostics.push(error);
        }
        found.map(|(arn, span)| (arn.into_owned(), span))
    }

    /// A managed policy, with all of its versions or with none. The default version is in force.
    fn managed_policy(&mut self, mut node: Node<'a>) {
        let Some((arn, span)) = self.arn(&mut node) else {
            return;
        };
        let default = take_string(&mut node, "DefaultVersionId").map(|(id, _)| id);
        let versions = elements(take(&mut node, "PolicyVersionList"));
        let is_default = |version: &Node<'_>| {
            let marked = version.member("IsDefaultVersion");
            marked.is_some_and(|node| node.value == Value::Bool(true))
                || default.is_some() && string(version, "VersionId") == default.as_deref()
        };
        let mut thing = self.importer.draft.thing(Sort::ManagedPolicy, &arn, span);
        let version = versions.into_iter().find(is_default);
        if let Some(document) = version.and_then(|mut version| take(&mut version, "Document")) {
            thing.state("policy", document);
        }
    }

    /// The account that a file's path, the settings, or the only other export tell.
    fn account_of_file(&self, file: &str) -> Option<String> {
        let told = self
            .folders
            .account(file)
            .or(self.importer.settings.account);
        if let Some(account) = told {
            return Some(account.to_string());
        }
        let known: BTreeSet<&str> = self
            .complete
            .keys()
            .filter_map(|arn| account(arn))
            .collect();
        let mut known = known.into_iter();
        let first = known.next()?;
        known.next().is_none().then(|| first.to_owned())
    }

    fn finish(mut self) {
        let mut incomplete = Vec::new();
        for (arn, (sort, complete)) in std::mem::take(&mut self.complete) {
            if self.fill_unknown(&arn, sort, &complete) {
                incomplete.push(arn);
            }
        }
        let draft = &mut self.importer.draft;
        if !incomplete.is_empty() {
            let message = format!(
                "not all policies of {} are exported: what they are allowed is not known",
                some_of(&incomplete)
            );
            draft.gap("partial-principal", message);
        }
        for (account, span) in &self.details {
            let listing = format!("users, roles and policies of account {account}");
            if self.pages.is_complete(&listing) {
                draft.has_principals(account, *span);
            }
        }
        self.pages.report(draft);
    }

    /// What is not exported of a principal is unknown, not absent. Tells whether there is such.
    fn fill_unknown(&mut self, arn: &str, sort: Sort, complete: &BTreeSet<Part>) -> bool {
        let draft = &mut self.importer.draft;
        let Some(thing) = draft.find(sort, arn) else {
            return false;
        };
        let span = thing.span;
        let lacks = |part| !complete.contains(&part);
        let lacks_groups = sort == Sort::User && lacks(Part::Groups);
        let lacks_policies = lacks(Part::Inline) || lacks(Part::Attached) || lacks_groups;
        let lacks_boundary = lacks(Part::Boundary)
            && sort != Sort::Group
            && thing.field("permissionsBoundary").is_none();
        let mut thing = draft.thing(sort, arn, span);
        if lacks_policies {
            let why = format!("not all policies of {arn} are exported");
            let policy = member("not exported", unknown(why, span));
            thing.entry("policies", policy);
        }
        if lacks_boundary {
            let why = format!("it is not exported whether {arn} has a permissions boundary");
            thing.state("permissionsBoundary", unknown(why, span));
        }
        lacks_policies || lacks_boundary
    }
}

/// The account of the first item of a list whose ARN has one.
fn account_of(list: &Node<'_>) -> Option<String> {
    let mut items = list.as_list().iter();
    items.find_map(|item| account(string(item, "Arn")?).map(str::to_owned))
}

/// The account of an ARN. Things of AWS have none.
fn account(arn: &str) -> Option<&str> {
    let [_, _, _, _, account, _] = arn::split(arn)?;
    (!account.is_empty() && account != "aws").then_some(account)
}
