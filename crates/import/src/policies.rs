//! The policies of a world document, one by one, for whoever looks at each: a linter.

use std::collections::BTreeSet;

use kmsim_authz::reader::decoded;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{self, Member, Node};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{
    AccountId, Arn, KeyManager, KeyOrigin, KeySpec, KeyUsage, MultiRegionKeyType, Region, arn,
};

use crate::node::{owned, string};
use crate::placeholder;

/// A policy that was found.
#[derive(Debug)]
pub struct FoundPolicy<'a> {
    /// Where it is attached.
    pub kind: PolicyKind,
    /// What it belongs to, and its own name: `role App, inline policy orders-kms`.
    pub name: String,
    /// The document, as a tree whose places are those of the inputs.
    pub node: Node<'a>,
    /// What is known of the key that it guards; of another policy, the account.
    pub key: KeyFacts,
}

/// What is known of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFacts {
    /// The key's ARN.
    pub arn: Option<Arn>,
    /// The account.
    pub account: Option<AccountId>,
    /// The Region.
    pub region: Option<Region>,
    /// The key's spec.
    pub spec: Option<KeySpec>,
    /// The key's usage.
    pub usage: Option<KeyUsage>,
    /// Where its material comes from.
    pub origin: Option<KeyOrigin>,
    /// Who manages it.
    pub manager: Option<KeyManager>,
    /// Its place among the keys of other Regions.
    pub multi_region: Option<MultiRegionKeyType>,
}

/// Finds the policies of a world document as an [`Importer`](crate::Importer) makes it. A policy that is not
/// known is left out; one that cannot be read is reported.
pub fn policies<'a>(
    world: &Node<'a>,
    sources: &mut Sources<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<FoundPolicy<'a>> {
    let mut search = Search {
        sources,
        diagnostics,
        found: Vec::new(),
        boundaries: BTreeSet::new(),
        attached: BTreeSet::new(),
        assumed: assumed(world),
    };
    let accounts = world.member("accounts").map_or(&[][..], Node::as_list);
    let sections = || accounts.iter().chain([world]);
    for section in sections() {
        search.references(section);
    }
    for section in sections() {
        search.section(section);
    }
    let root = world.member("organization");
    if let Some(root) = root.and_then(|organization| organization.member("root")) {
        search.level(root);
    }
    search.found
}

struct Search<'s, 'a> {
    sources: &'s mut Sources<'a>,
    diagnostics: &'s mut Vec<Diagnostic>,
    found: Vec<FoundPolicy<'a>>,
    /// ARNs of managed policies that are boundaries, and of those that are attached.
    boundaries: BTreeSet<String>,
    attached: BTreeSet<String>,
    /// What the world says of keys of which no input had more than the policy.
    assumed: Vec<&'s str>,
}

/// What the gaps of a world say of keys that are known in part.
fn assumed<'n>(world: &'n Node<'_>) -> Vec<&'n str> {
    let is_meant = |gap: &&Node<'_>| {
        string(gap, "code").is_some_and(|code| ["partial-key", "no-key-metadata"].contains(&code))
    };
    let gaps = list(world, "gaps").iter().filter(is_meant);
    gaps.filter_map(|gap| string(gap, "message")).collect()
}

const PRINCIPALS: [&str; 3] = ["roles", "users", "groups"];

impl<'a> Search<'_, 'a> {
    /// Remembers what managed policies are for.
    fn references(&mut self, section: &Node<'a>) {
        for principal in PRINCIPALS.iter().flat_map(|name| list(section, name)) {
            let boundary = string(principal, "permissionsBoundary");
            self.boundaries.extend(boundary.map(str::to_owned));
            let attached = list(principal, "managedPolicies").iter();
            let attached = attached.filter_map(Node::as_str).map(str::to_owned);
            self.attached.extend(attached);
        }
    }

    /// What stands in an account, or beside all of them.
    fn section(&mut self, section: &Node<'a>) {
        let account = string(section, "id").and_then(|id| AccountId::new(id).ok());
        let account = account.filter(|account| Some(*account) != placeholder::account());
        let owner = KeyFacts {
            account,
            ..KeyFacts::default()
        };
        for key in list(section, "keys") {
            let id = string(key, "id").unwrap_or_default();
            let written = || {
                let region = string(key, "region")?;
                let account = account?;
                Some(format!("arn:aws:kms:{region}:{account}:key/{id}"))
            };
            let arn = string(key, "arn").map(str::to_owned).or_else(written);
            let mut facts = facts(key, arn.as_deref().unwrap_or_default());
            facts.account = facts.account.or(account);
            let of_arn = arn.as_deref().and_then(|arn| arn.rsplit_once('/'));
            let id = of_arn.map_or(id, |(_, id)| id);
            if self.assumed.iter().any(|message| message.contains(id)) {
                (facts.spec, facts.usage, facts.origin) = (None, None, None);
            }
            // A key that is not created yet is called as its template or plan calls it.
            let own = string(key, "description").filter(|_| placeholder::is_key_id(id));
            let name = own.map_or_else(|| format!("key {id}"), str::to_owned);
            if placeholder::is_key_id(id) {
                facts.arn = None;
            }
            if let Some(policy) = key.member("policy") {
                self.add(PolicyKind::KeyPolicy, name, policy, &facts);
            }
        }
        for sort in PRINCIPALS {
            for principal in list(section, sort) {
                self.principal(principal, sort.trim_end_matches('s'), &owner);
            }
        }
        for policy in list(section, "managedPolicies") {
            let written = || {
                let (account, name) = (account?, string(policy, "name")?);
                let path = string(policy, "path").unwrap_or("/");
                let name = placeholder::iam_name("policy", path, name);
                Some(format!("arn:aws:iam::{account}:{name}"))
            };
            let name = string(policy, "arn").map(str::to_owned).or_else(written);
            let name = name.as_deref().unwrap_or_default();
            // AWS's own policies are nobody's to change.
            if name.contains(":iam::aws:") {
                continue;
            }
            let is_boundary = self.boundaries.contains(name) && !self.attached.contains(name);
            let kind = if is_boundary {
                PolicyKind::PermissionsBoundary
            } else {
                PolicyKind::Identity
            };
            if let Some(document) = policy.member("policy") {
                let name = format!("managed policy {}", own_name(name));
                self.add(kind, name, document, &owner);
            }
        }
        for (name, field, kind) in [
            ("vpcEndpoints", "id", PolicyKind::VpcEndpoint),
            ("resources", "arn", PolicyKind::Resource),
        ] {
            for thing in list(section, name) {
                let name = string(thing, field).unwrap_or_default();
                let name = match kind {
                    PolicyKind::VpcEndpoint => format!("VPC endpoint {name}"),
                    _ => name.to_owned(),
                };
                if let Some(policy) = thing.member("policy") {
                    self.add(kind, name, policy, &owner);
                }
            }
        }
    }

    fn principal(&mut self, principal: &Node<'a>, word: &str, owner: &KeyFacts) {
        let name = string(principal, "arn").or_else(|| string(principal, "name"));
        let name = name.unwrap_or_default();
        let name = format!("{word} {}", own_name(name));
        for policy in entries(principal, "policies") {
            let name = format!("{name}, inline policy {}", policy.key);
            self.add(PolicyKind::Identity, name, &policy.value, owner);
        }
        for (field, kind, title) in [
            ("trustPolicy", PolicyKind::RoleTrust, "trust policy"),
            (
                "permissionsBoundary",
                PolicyKind::PermissionsBoundary,
                "permissions boundary",
            ),
        ] {
            if let Some(policy) = principal.member(field) {
                let name = format!("{name}, {title}");
                self.add(kind, name, policy, owner);
            }
        }
    }

    /// The SCPs and RCPs of a root, a unit or an account, and below.
    fn level(&mut self, level: &Node<'a>) {
        for (field, kind) in [
            ("scps", PolicyKind::ServiceControl),
            ("rcps", PolicyKind::ResourceControl),
        ] {
            for policy in list(level, field) {
                let name = string(policy, "name").unwrap_or_default();
                let word = if kind == PolicyKind::ServiceControl {
                    "SCP"
                } else {
                    "RCP"
                };
                let name = format!("{word} {name}");
                let Some(document) = policy.member("policy") else {
                    continue;
                };
                // One policy is attached at many places.
                let mut known = self.found.iter();
                if !known.any(|known| known.kind == kind && known.name == name) {
                    self.add(kind, name, document, &KeyFacts::default());
                }
            }
        }
        for below in ["units", "accounts"] {
            for inner in list(level, below) {
                self.level(inner);
            }
        }
    }

    fn add(&mut self, kind: PolicyKind, name: String, node: &Node<'a>, key: &KeyFacts) {
        let Some(text) = node.as_str() else {
            // A file that a world names is an input by itself.
            let is_here = node.unknown().is_none() && node.member("file").is_none();
            if is_here {
                let node = node.clone();
                let key = key.clone();
                self.found.push(FoundPolicy {
                    kind,
                    name,
                    node,
                    key,
                });
            }
            return;
        };
        // `default`, or the ARN of a managed policy.
        if !crate::node::is_document(text) {
            return;
        }
        let Some(text) = decoded(text) else { return };
        let source = self
            .sources
            .add_within(text.clone().into_owned(), node.span);
        let parsed = json::parse(&text, source, self.diagnostics);
        self.found.extend(parsed.map(|node| FoundPolicy {
            kind,
            name,
            node: owned(&node),
            key: key.clone(),
        }));
    }
}

/// The name at the end of an ARN, with its path: `app/Orders`.
fn own_name(arn: &str) -> &str {
    let resource = arn::split(arn).map_or(arn, |[.., resource]| resource);
    resource.split_once('/').map_or(resource, |(_, name)| name)
}

fn facts(key: &Node<'_>, name: &str) -> KeyFacts {
    let parts = arn::split(name);
    let usual = |field: &str| string(key, field);
    let spec = usual("spec").map_or(Some(KeySpec::SymmetricDefault), KeySpec::from_name);
    let usage = usual("usage").and_then(KeyUsage::from_name);
    let account = parts.and_then(|[_, _, _, _, account, _]| AccountId::new(account).ok());
    // Of a stand-in nothing is known.
    let is_placed = account.is_some() && account != placeholder::account();
    let parts = parts.filter(|_| is_placed);
    KeyFacts {
        arn: Arn::parse(name).ok().filter(|_| is_placed),
        account: account.filter(|_| is_placed),
        region: parts.and_then(|[_, _, _, region, _, _]| Region::new(region).ok()),
        spec,
        usage: usage.or_else(|| match spec?.usages() {
            [only] => Some(*only),
            _ => None,
        }),
        origin: usual("origin").map_or(Some(KeyOrigin::AwsKms), KeyOrigin::from_name),
        manager: usual("manager").map_or(Some(KeyManager::Customer), KeyManager::from_name),
        multi_region: usual("multiRegionKeyType").and_then(MultiRegionKeyType::from_name),
    }
}

fn list<'n, 'a>(node: &'n Node<'a>, name: &str) -> &'n [Node<'a>] {
    node.member(name).map_or(&[], Node::as_list)
}

fn entries<'n, 'a>(node: &'n Node<'a>, name: &str) -> &'n [Member<'a>] {
    node.member(name)
        .and_then(Node::as_object)
        .unwrap_or_default()
}
