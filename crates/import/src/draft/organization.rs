//! The organization while it is being put together: no single call of AWS gives the tree.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::json::Node;
use kmsim_policy::source::Span;

/// The two types of policies of an organization that have a say in calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlType {
    /// SCPs.
    Service,
    /// RCPs.
    Resource,
}

impl ControlType {
    /// AWS's name: `SERVICE_CONTROL_POLICY`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "SERVICE_CONTROL_POLICY" => Some(Self::Service),
            "RESOURCE_CONTROL_POLICY" => Some(Self::Resource),
            _ => None,
        }
    }

    /// The short name.
    pub fn short(self) -> &'static str {
        match self {
            Self::Service => "SCP",
            Self::Resource => "RCP",
        }
    }

    /// The field of a unit that lists such policies.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Service => "scps",
            Self::Resource => "rcps",
        }
    }

    /// Both.
    pub const ALL: [Self; 2] = [Self::Service, Self::Resource];
}

/// A root, a unit or an account.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) name: Option<Node<'a>>,
    /// The ids of what it is said to be in, with the place where that is said. More than one is a
    /// contradiction.
    pub(super) parents: Vec<(String, Span)>,
}

/// An SCP or RCP.
#[derive(Debug)]
pub(super) struct Control<'a> {
    pub(super) kind: Option<ControlType>,
    pub(super) name: Option<Node<'a>>,
    /// The documents that inputs give. More than one is a contradiction.
    pub(super) contents: Vec<Node<'a>>,
    /// Whether all of its targets are known.
    pub(super) has_all_targets: bool,
}

/// An organization while it is being put together.
#[derive(Debug, Default)]
pub struct OrganizationDraft<'a> {
    pub(super) ids: Vec<Node<'a>>,
    pub(super) management: Vec<Node<'a>>,
    /// Roots, units and accounts by their ids.
    pub(super) places: BTreeMap<String, Place<'a>>,
    /// Policies by their ids.
    pub(super) policies: BTreeMap<String, Control<'a>>,
    /// Ids of policies by what they are attached to.
    pub(super) attached: BTreeMap<String, Vec<(String, Span)>>,
    /// Types of which all policies are known.
    pub(super) all_policies: BTreeSet<ControlType>,
    /// Targets of which all policies of a type are known.
    pub(super) all_attached: BTreeSet<(String, ControlType)>,
    /// Types that are not in use.
    pub(super) not_enabled: BTreeSet<ControlType>,
    /// Whether all accounts are known.
    pub(super) has_all_accounts: bool,
}

impl<'a> OrganizationDraft<'a> {
    /// Whether nothing is known of an organization.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.places.is_empty() && self.policies.is_empty()
    }

    /// The id, `o-…`.
    pub fn id(&mut self, id: Node<'a>) {
        if !self.ids.iter().any(|known| known.value == id.value) {
            self.ids.push(id);
        }
    }

    /// The id of the management account.
    pub fn management_account(&mut self, id: Node<'a>) {
        if !self.management.iter().any(|known| known.value == id.value) {
            self.management.push(id);
        }
    }

    /// A root, a unit or an account exists.
    pub fn place(&mut self, id: &str) {
        self.place_mut(id);
    }

    /// What a root, a unit or an account is called.
    pub fn name(&mut self, id: &str, name: Node<'a>) {
        self.place_mut(id).name.get_or_insert(name);
    }

    /// A unit or an account is in a unit or in the root.
    pub fn put(&mut self, id: &str, parent: &str, span: Span) {
        self.place(parent);
        let parents = &mut self.place_mut(id).parents;
        if !parents.iter().any(|(known, _)| known == parent) {
            parents.push((parent.to_owned(), span));
        }
    }

    /// All accounts of the organization are among the inputs.
    pub fn has_all_accounts(&mut self) {
        self.has_all_accounts = true;
    }

    /// A policy exists.
    pub fn policy(&mut self, id: &str, kind: Option<ControlType>, name: Option<Node<'a>>) {
        let policy = self.policy_mut(id);
        policy.kind = policy.kind.or(kind);
        if policy.name.is_none() {
            policy.name = name;
        }
    }

    /// The document of a policy.
    pub fn content(&mut self, id: &str, content: Node<'a>) {
        let policy = self.policy_mut(id);
        let mut known = policy.contents.iter();
        if !known.any(|known| crate::node::same(known, &content)) {
            policy.contents.push(content);
        }
    }

    /// A policy is attached to a root, a unit or an account.
    pub fn attach(&mut self, policy: &str, target: &str, span: Span) {
        self.policy_mut(policy);
        let attached = self.attached.entry(target.to_owned()).or_default();
        if !attached.iter().any(|(known, _)| known == policy) {
            attached.push((policy.to_owned(), span));
        }
    }

    /// All that a policy is attached to is known.
    pub fn has_all_targets(&mut self, policy: &str) {
        self.policy_mut(policy).has_all_targets = true;
    }

    /// All policies of a type are known.
    pub fn has_all_policies(&mut self, kind: ControlType) {
        self.all_policies.insert(kind);
    }

    /// Policies of a type are not enabled in the organization.
    pub fn is_not_enabled(&mut self, kind: ControlType) {
        self.not_enabled.insert(kind);
    }

    /// All policies of a type that are attached to a root, a unit or an account are known.
    pub fn has_all_attached(&mut self, target: &str, kind: ControlType) {
        self.all_attached.insert((target.to_owned(), kind));
    }

    fn place_mut(&mut self, id: &str) -> &mut Place<'a> {
        self.places.entry(id.to_owned()).or_insert_with(|| Place {
            name: None,
            parents: Vec::new(),
        })
    }

    fn policy_mut(&mut self, id: &str) -> &mut Control<'a> {
        self.policies
            .entry(id.to_owned())
            .or_insert_with(|| Control {
                kind: None,
                name: None,
                contents: Vec::new(),
                has_all_targets: false,
            })
    }
}
