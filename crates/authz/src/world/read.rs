//! Reading a world: JSON or YAML, hand-written or put together from AWS's exports.

use std::collections::HashSet;
use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, Partition};

use super::keys::Keys;
use super::link;
use super::principals::Principals;
use super::{Account, Contents, Gap, Organization, OtherResource, VpcEndpoint, World};
use crate::layers::AttachedPolicy;
use crate::reader::{Part, Reader, scalar};

/// Where in a world something is read: inside an account, or beside the accounts, where ARNs
/// tell the account.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) account: Option<AccountId>,
    pub(super) partition: Option<Partition>,
}

/// A world while it is being read: what refers to other things is not resolved yet.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) accounts: Vec<Account>,
    pub(super) principals: Principals,
    pub(super) keys: Keys,
    pub(super) vpc_endpoints: Vec<VpcEndpoint>,
    pub(super) resources: Vec<OtherResource>,
}

impl Draft {
    /// Takes up another draft. What stands in both is as in the other.
    fn replace(&mut self, other: Self) {
        let known = self
            .accounts
            .iter()
            .map(|account| account.id)
            .collect::<HashSet<_>>();
        let new = other
            .accounts
            .into_iter()
            .filter(|account| !known.contains(&account.id));
        self.accounts.extend(new);
        self.principals.replace(other.principals);
        self.keys.replace(other.keys);
        let arns: HashSet<_> = other.resources.iter().map(|own| own.arn.clone()).collect();
        self.resources.retain(|own| !arns.contains(&own.arn));
        self.resources.extend(other.resources);
        let ids: HashSet<_> = other
            .vpc_endpoints
            .iter()
            .map(|own| own.id.clone())
            .collect();
        self.vpc_endpoints.retain(|own| !ids.contains(&own.id));
        self.vpc_endpoints.extend(other.vpc_endpoints);
    }
}

/// What another tool's files say beside what stands in a draft.
struct Foreign {
    organization: Option<Organization>,
    other_principals: Option<Vec<Arc<AttachedPolicy>>>,
    gaps: Vec<Gap>,
}

impl Reader<'_, '_, '_> {
    /// Reads a world. `None` if it has an error; then there is a diagnostic.
    pub fn world(&mut self, node: &Node<'_>) -> Option<World> {
        let before = self.diagnostics.len();
        let world = self.included(node, Self::world_here)??;
        let mut found = self.diagnostics.iter().skip(before);
        let broken = found.any(|found| found.severity == Severity::Error);
        (!broken).then_some(world)
    }

    /// A world as cases refer to it: inline, `{"file": …}`, or just the path. A file is read once.
    pub fn world_reference(&mut self, node: &Node<'_>) -> Option<Arc<World>> {
        let file = node
            .member("file")
            .filter(|_| node.member("accounts").is_none());
        let Some(path) = node.as_str().or_else(|| file.and_then(Node::as_str)) else {
            return self.world(node).map(Arc::new);
        };
        let from = self.sources.name(node.span.source).to_owned();
        let key = (from, path.to_owned());
        if let Some(known) = self.worlds.get(&key) {
            return known.clone();
        }
        let reference = Node {
            value: Value::Object(vec![kmsim_policy::json::Member {
                key: "file".into(),
                key_span: node.span,
                value: Node {
                    value: Value::String(path.into()),
                    span: file.map_or(node.span, |file| file.span),
                },
            }]),
            span: node.span,
        };
        let world = self.world(&reference).map(Arc::new);
        self.worlds.insert(key, world.clone());
        world
    }

    fn world_here(&mut self, node: &Node<'_>) -> Option<World> {
        let fields = Fields::of(node, "a world", &mut self.diagnostics)?;
        for unused in ["description", "$schema"] {
            fields.get(unused);
        }
        let mut draft = Draft::default();
        let now = self.moment(fields.get("now"), "now");
        let region = fields.string("region", &mut self.diagnostics);
        let region = self.region(region);
        let organization = fields.get("organization");
        let organization = organization
            .and_then(|node| self.included(node, Self::organization))
            .flatten();
        self.each(fields.get("accounts"), "accounts", &mut |reader, node| {
            reader.account_section(node, &mut draft);
        });
        self.parts(&fields, Place::default(), &mut draft);
        // Policies of AWS are in no account.
        let (managed, aws) = (fields.get("managedPolicies"), Place::default());
        self.principals(None, None, None, managed, &aws, &mut draft.principals);
        let mut gaps = self.gaps(&fields);
        let mut other_principals = self.other_principals(&fields);
        let mut organization = organization;
        for part in Part::ALL {
            let Some(node) = fields.get(part.field()) else {
                continue;
            };
            let nodes = match part {
                // Exports are one input, however many files they are in.
                Part::Exports => std::slice::from_ref(node),
                Part::TerraformPlan | Part::CloudFormation => node.as_list(),
            };
            for node in nodes {
                let found = self.foreign(part, node)?;
                let found = self.foreign_world(&found, &mut draft)?;
                // The inputs of a part do not know what else the world has.
                let is_gap = |gap: &Gap| organization.is_none() || &*gap.code != "no-organization";
                gaps.extend(found.gaps.into_iter().filter(is_gap));
                if organization.is_some() && found.organization.is_some() {
                    let message = format!(
                        "the organization stands in the world and in what `{}` gives",
                        part.field()
                    );
                    self.diagnostics.push(
                        Diagnostic::error("duplicate-field", node.span, message)
                            .help("leave it to one of them; `from` puts several inputs together"),
                    );
                }
                organization = organization.or(found.organization);
                other_principals = other_principals.or(found.other_principals);
            }
        }
        fields.finish(&mut self.diagnostics);
        let contents = Contents {
            now,
            region,
            organization,
            other_principals,
            gaps,
            ..link::link(self, draft)
        };
        Some(World::new(contents))
    }

    /// The policies of users and roles that are not listed.
    fn other_principals(&mut self, fields: &Fields<'_, '_>) -> Option<Vec<Arc<AttachedPolicy>>> {
        let node = fields.get("otherPrincipals")?;
        Some(self.policies(node, PolicyKind::Identity))
    }

    /// Reads the world document that was made of another tool's files into `draft`. What it says
    /// of a thing takes the place of what the world says.
    fn foreign_world(&mut self, node: &Node<'_>, draft: &mut Draft) -> Option<Foreign> {
        let fields = Fields::of(node, "a world", &mut self.diagnostics)?;
        let mut own = Draft::default();
        let organization = fields.get("organization");
        let organization = organization.and_then(|node| self.organization(node));
        self.each(fields.get("accounts"), "accounts", &mut |reader, node| {
            reader.account_section(node, &mut own);
        });
        self.parts(&fields, Place::default(), &mut own);
        let (managed, aws) = (fields.get("managedPolicies"), Place::default());
        self.principals(None, None, None, managed, &aws, &mut own.principals);
        let gaps = self.gaps(&fields);
        let other_principals = self.other_principals(&fields);
        fields.finish(&mut self.diagnostics);
        draft.replace(own);
        Some(Foreign {
            organization,
            other_principals,
            gaps,
        })
    }

    /// What is missing in the world, as an import has found out.
    fn gaps(&mut self, fields: &Fields<'_, '_>) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for node in fields.list("gaps", &mut self.diagnostics) {
            let Some(fields) = Fields::of(node, "a gap", &mut self.diagnostics) else {
                continue;
            };
            let code = fields.require_string("code", &mut self.diagnostics);
            let message = fields.require_string("message", &mut self.diagnostics);
            fields.finish(&mut self.diagnostics);
            if let (Some((code, _)), Some((message, _))) = (code, message) {
                let (code, message) = (code.into(), message.into());
                gaps.push(Gap { code, message });
            }
        }
        gaps
    }

    fn account_section(&mut self, node: &Node<'_>, draft: &mut Draft) {
        let Some(fields) = Fields::of(node, "an account", &mut self.diagnostics) else {
            return;
        };
        let name = fields.string("name", &mut self.diagnostics);
        let partition = fields.string("partition", &mut self.diagnostics);
        let partition = self.one_of(partition);
        let id = fields.require("id", &mut self.diagnostics);
        let Some(id) = id.and_then(|node| self.account_id(node)) else {
            return;
        };
        if let Some(first) = draft.accounts.iter().find(|account| account.id == id) {
            let message = format!("account {id} stands twice");
            self.diagnostics.push(
                Diagnostic::error("duplicate-account", node.span, message)
                    .note(Some(first.span), "first here"),
            );
        }
        let other_principals = self.other_principals(&fields);
        draft.accounts.push(Account {
            id,
            name: name.map(|(name, _)| name.into()),
            other_principals,
            span: node.span,
        });
        let place = Place {
            account: Some(id),
            partition,
        };
        let lists = ["users", "roles", "groups", "managedPolicies"];
        let [users, roles, groups, managed] = lists.map(|name| fields.get(name));
        self.principals(users, roles, groups, managed, &place, &mut draft.principals);
        self.parts(&fields, place, draft);
        fields.finish(&mut self.diagnostics);
    }

    /// What may stand in an account and beside all accounts.
    fn parts(&mut self, fields: &Fields<'_, '_>, place: Place, draft: &mut Draft) {
        for details in fields.get("iam").map_or(&[][..], Node::as_list) {
            self.included(details, |reader, node| {
                reader.authorization_details(node, &place, &mut draft.principals);
            });
        }
        self.each(fields.get("keys"), "Keys", &mut |reader, node| {
            reader.key(node, &place, &mut draft.keys);
        });
        self.each(fields.get("aliases"), "Aliases", &mut |reader, node| {
            reader.alias(node, &place, &mut draft.keys);
        });
        self.each(
            fields.get("vpcEndpoints"),
            "VpcEndpoints",
            &mut |reader, node| {
                draft
                    .vpc_endpoints
                    .extend(reader.vpc_endpoint(node, &place));
            },
        );
        self.each(fields.get("resources"), "resources", &mut |reader, node| {
            draft.resources.extend(reader.other_resource(node, &place));
        });
    }

    /// An account's id; YAML may take it for a number.
    pub fn account_id(&mut self, node: &Node<'_>) -> Option<AccountId> {
        let Some(text) = scalar(node) else {
            let message = format!("an account id takes 12 digits, found {}", node.kind());
            self.error("account-id", node.span, message);
            return None;
        };
        self.account(text, node.span)
    }

    /// Account and partition of a thing that does not tell them by an ARN.
    pub(super) fn of_place(&mut self, place: &Place, span: Span) -> Option<(AccountId, Partition)> {
        let Some(account) = place.account else {
            let message = "it is not said which account this belongs to";
            self.diagnostics.push(
                Diagnostic::error("missing-account", span, message)
                    .help("give its ARN, or put it below an account"),
            );
            return None;
        };
        Some((account, place.partition.unwrap_or(Partition::Aws)))
    }

    /// Reports a thing that stands below another account than its own.
    pub(super) fn check_place(&mut self, place: &Place, account: AccountId, span: Span) {
        if let Some(expected) = place.account
            && expected != account
        {
            let message = format!("this belongs to account {account} and stands below {expected}");
            self.error("wrong-account", span, message);
        }
    }
}
