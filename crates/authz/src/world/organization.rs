//! The organization: SCPs and RCPs at its root, its units and its accounts.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_policy::syntax::{Effect, PolicyKind};
use kmsim_types::AccountId;

use crate::layers::{AttachedPolicy, Level, Origin};
use crate::reader::{Reader, kept};

/// Organizations allow five levels of units; a world may go a little deeper before it is refused.
const DEEPEST: usize = 16;

const FULL_ACCESS_ARN: &str =
    "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";

const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// An organization.
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// `o-…`
    pub id: Box<str>,
    /// The management account, which SCPs and RCPs spare.
    pub management_account: Option<AccountId>,
    placements: Vec<Placement>,
    by_account: HashMap<AccountId, usize>,
}

/// Where an account is in the organization.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The account.
    pub account: AccountId,
    /// The account's name.
    pub name: Option<Box<str>>,
    /// The value of `aws:PrincipalOrgPaths` and `aws:ResourceOrgPaths`: `o-…/r-…/ou-…/`.
    pub path: Box<str>,
    /// SCPs by level, from the root to the account.
    pub service_control: Vec<Level>,
    /// RCPs by level, from the root to the account.
    pub resource_control: Vec<Level>,
    /// Where the account stands.
    pub span: Span,
}

impl Organization {
    /// Makes an organization. Of two places of one account the first counts.
    pub fn new(
        id: &str,
        management_account: Option<AccountId>,
        placements: Vec<Placement>,
    ) -> Self {
        let mut by_account = HashMap::with_capacity(placements.len());
        for (at, placement) in placements.iter().enumerate() {
            by_account.entry(placement.account).or_insert(at);
        }
        Self {
            id: id.into(),
            management_account,
            placements,
            by_account,
        }
    }

    /// Where an account is.
    pub fn placement(&self, account: AccountId) -> Option<&Placement> {
        self.placements.get(*self.by_account.get(&account)?)
    }

    /// The accounts, in the order of the text.
    pub fn placements(&self) -> &[Placement] {
        &self.placements
    }
}

/// What applies at a place in the tree: the levels from the root down to it.
#[derive(Clone)]
struct Chain {
    path: String,
    service_control: Vec<Level>,
    resource_control: Vec<Level>,
    depth: usize,
}

/// An organization while it is being read.
struct Tree {
    placements: Vec<Placement>,
    full_access: Option<Arc<AttachedPolicy>>,
}

impl Reader<'_, '_, '_> {
    pub(super) fn organization(&mut self, node: &Node<'_>) -> Option<Organization> {
        let fields = Fields::of(node, "an organization", &mut self.diagnostics)?;
        let id = fields.require_string("id", &mut self.diagnostics);
        let management = fields.get("managementAccount");
        let management = management.and_then(|node| self.account_id(node));
        let root = fields.require("root", &mut self.diagnostics);
        fields.finish(&mut self.diagnostics);
        let (id, _) = id?;
        let mut tree = Tree {
            placements: Vec::new(),
            full_access: self
                .built_in("FullAWSAccess", FULL_ACCESS, PolicyKind::ServiceControl)
                .map(|policy| kept(policy, Origin::Managed(FULL_ACCESS_ARN.into()))),
        };
        let chain = Chain {
            path: format!("{id}/"),
            service_control: Vec::new(),
            resource_control: Vec::new(),
            depth: 0,
        };
        self.unit(root?, &chain, &mut tree);
        if let Some(account) = management
            && !tree
                .placements
                .iter()
                .any(|placement| placement.account == account)
        {
            // It is a member of the root unless it was moved.
            let path = root
                .and_then(|root| root.member("id"))
                .and_then(Node::as_str);
            tree.placements.push(Placement {
                account,
                name: None,
                path: format!("{id}/{}/", path.unwrap_or("r-root")).into(),
                service_control: Vec::new(),
                resource_control: Vec::new(),
                span: node.span,
            });
        }
        Some(Organization::new(id, management, tree.placements))
    }

    /// The root or a unit, and everything below it.
    fn unit(&mut self, node: &Node<'_>, above: &Chain, tree: &mut Tree) {
        if above.depth >= DEEPEST {
            let message = "units of an organization are nested too deeply";
            self.error("organization", node.span, message);
            return;
        }
        let what = if above.depth == 0 {
            "the root of an organization"
        } else {
            "a unit of an organization"
        };
        self.included(node, |reader, node| {
            let Some(fields) = Fields::of(node, what, &mut reader.diagnostics) else {
                return;
            };
            let id = fields.require_string("id", &mut reader.diagnostics);
            let name = fields.string("name", &mut reader.diagnostics);
            let (id, name) = (id.map_or("", |(id, _)| id), name.map(|(name, _)| name));
            let chain = reader.extend(above, &fields, id, name, tree);
            let accounts = fields.list("accounts", &mut reader.diagnostics);
            let units = fields.list("units", &mut reader.diagnostics);
            fields.finish(&mut reader.diagnostics);
            for account in accounts {
                reader.member_account(account, &chain, tree);
            }
            for unit in units {
                reader.unit(unit, &chain, tree);
            }
        });
    }

    /// An account: its id, or an object with what is attached to it.
    fn member_account(&mut self, node: &Node<'_>, above: &Chain, tree: &mut Tree) {
        let (account, name, chain) = if matches!(node.value, Value::Object(_)) {
            let what = "an account of an organization";
            let Some(fields) = Fields::of(node, what, &mut self.diagnostics) else {
                return;
            };
            let id = fields.require("id", &mut self.diagnostics);
            let Some(account) = id.and_then(|node| self.account_id(node)) else {
                return;
            };
            let name = fields.string("name", &mut self.diagnostics);
            let name = name.map(|(name, _)| name);
            let chain = self.extend(above, &fields, account.as_str(), name, tree);
            fields.finish(&mut self.diagnostics);
            (account, name, chain)
        } else {
            let Some(account) = self.account_id(node) else {
                return;
            };
            let chain = with_levels(above, account.as_str(), full_access(tree), Vec::new());
            (account, None, chain)
        };
        if let Some(first) = tree
            .placements
            .iter()
            .find(|placement| placement.account == account)
        {
            let message = format!("account {account} stands twice in the organization");
            self.diagnostics.push(
                Diagnostic::error("duplicate-account", node.span, message)
                    .note(Some(first.span), "first here"),
            );
            return;
        }
        tree.placements.push(Placement {
            account,
            name: name.map(Box::from),
            path: above.path.clone().into(),
            service_control: chain.service_control,
            resource_control: chain.resource_control,
            span: node.span,
        });
    }

    /// Reads what is attached at one level and adds it to the levels above.
    fn extend(
        &mut self,
        above: &Chain,
        fields: &Fields<'_, '_>,
        id: &str,
        name: Option<&str>,
        tree: &Tree,
    ) -> Chain {
        let scps = match fields.get("scps") {
            // AWS attaches FullAWSAccess wherever nothing else was done.
            None => full_access(tree),
            Some(node) => {
                let full = tree.full_access.as_ref();
                let policies = self.control_policies(node, PolicyKind::ServiceControl, full);
                self.check_allows(node, &policies);
                policies
            }
        };
        let rcps = fields.get("rcps").map_or_else(Vec::new, |node| {
            self.control_policies(node, PolicyKind::ResourceControl, None)
        });
        let mut chain = with_levels(above, name.unwrap_or(id), scps, rcps);
        chain.path = format!("{}{id}/", above.path);
        chain
    }

    fn control_policies(
        &mut self,
        node: &Node<'_>,
        kind: PolicyKind,
        full_access: Option<&Arc<AttachedPolicy>>,
    ) -> Vec<Arc<AttachedPolicy>> {
        let mut policies = Vec::new();
        self.named_policies(node, kind, &mut |reader, text, span| match text {
            "FullAWSAccess" | "p-FullAWSAccess" => policies.extend(full_access.cloned()),
            // Attached everywhere, and never detached.
            "RCPFullAWSAccess" | "p-RCPFullAWSAccess" => {}
            _ => {
                let message = format!(
                    "`{}` is not a policy; of AWS's own policies only FullAWSAccess and RCPFullAWSAccess go by name here",
                    kmsim_policy::diagnostic::excerpt(text)
                );
                reader.error("unknown-policy", span, message);
            }
        })
        .into_iter()
        .chain(policies)
        .collect()
    }

    /// Warns of a level that denies everything for want of an Allow, which is seldom meant.
    fn check_allows(&mut self, node: &Node<'_>, policies: &[Arc<AttachedPolicy>]) {
        let allows = |policy: &Arc<AttachedPolicy>| {
            let mut statements = policy.policy.statements.iter();
            statements.any(|statement| statement.effect != Effect::Deny)
        };
        if !policies.is_empty() && !policies.iter().any(allows) {
            let message = "no SCP of this level allows anything, so that everything is denied";
            self.diagnostics.push(
                Diagnostic::warning("scp-without-allow", node.span, message)
                    .help("list FullAWSAccess beside the others, if it is attached"),
            );
        }
    }
}

fn full_access(tree: &Tree) -> Vec<Arc<AttachedPolicy>> {
    tree.full_access.iter().cloned().collect()
}

fn with_levels(
    above: &Chain,
    level: &str,
    service_control: Vec<Arc<AttachedPolicy>>,
    resource_control: Vec<Arc<AttachedPolicy>>,
) -> Chain {
    let mut chain = above.clone();
    chain.depth += 1;
    let level = |policies| Level {
        name: level.into(),
        policies,
    };
    chain.service_control.push(level(service_control));
    chain.resource_control.push(level(resource_control));
    chain
}
