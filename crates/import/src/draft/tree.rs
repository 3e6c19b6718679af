//! The tree of an organization, from what many answers say about its pieces.
//!
//! What no input says is not guessed: a policy without document, a level whose attachments are not all
//! known, and the units between an account and the root get unknown policies. Decisions that need them
//! depend on them.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::Span;

use super::organization::{Control, ControlType, OrganizationDraft};
use super::{Draft, contradiction, some_of};
use crate::hints::is_unit;
use crate::node::{list, member, object, text, unknown};

/// The name of the unit that stands for those between the root and what is not placed.
const UNPLACED: &str = "ou-unknown";

const FULL_ACCESS: &str = "p-FullAWSAccess";
const RCP_FULL_ACCESS: &str = "p-RCPFullAWSAccess";

impl<'a> Draft<'a> {
    /// The organization of the world, if any input has something of it.
    pub(super) fn finish_organization(&mut self) -> Option<Node<'a>> {
        let organization = std::mem::take(&mut self.organization);
        if organization.is_empty() {
            if !self.accounts.is_empty() {
                let message = "no organization export: SCPs and RCPs are not considered";
                self.gap("no-organization", message);
            }
            return None;
        }
        self.names_of(&organization);
        let accounts: Vec<String> = self.accounts.keys().cloned().collect();
        let mut builder = Builder {
            organization: &organization,
            children: BTreeMap::new(),
            levels: Vec::new(),
            missing: BTreeSet::new(),
            diagnostics: &mut self.diagnostics,
        };
        let root = builder.root();
        let unplaced = builder.place(&root, &accounts);
        let tree = builder.level(&root, &mut BTreeSet::new(), Some(&unplaced));
        let id = one(
            &organization.ids,
            "id of the organization",
            builder.diagnostics,
        );
        let management = one(
            &organization.management,
            "management account",
            builder.diagnostics,
        );
        let (levels, missing) = (builder.levels, builder.missing);
        self.organization_gaps(&organization, &unplaced, &levels, missing, id.is_none());
        let nowhere = Span::default();
        let id = id.unwrap_or_else(|| text("o-unknown", nowhere));
        let span = id.span;
        let mut members = vec![member("id", id)];
        members.extend(management.map(|account| member("managementAccount", account)));
        members.push(member("root", tree));
        Some(object(members, span))
    }

    /// Accounts of the world are called as the organization calls them.
    fn names_of(&mut self, organization: &OrganizationDraft<'a>) {
        for (id, place) in &organization.places {
            if let (Some(name), Some(account)) = (&place.name, self.accounts.get_mut(id)) {
                account.name.get_or_insert_with(|| name.clone());
            }
        }
    }

    fn organization_gaps(
        &mut self,
        organization: &OrganizationDraft<'_>,
        unplaced: &[String],
        levels: &[String],
        missing: BTreeSet<String>,
        has_no_id: bool,
    ) {
        for kind in ControlType::ALL {
            if !organization.knows(kind) && !organization.not_enabled.contains(&kind) {
                let (code, kind) = match kind {
                    ControlType::Service => ("no-scps", "SCPs"),
                    ControlType::Resource => ("no-rcps", "RCPs"),
                };
                self.gap(
                    code,
                    format!("no {kind} are exported: they are not considered"),
                );
            }
        }
        if has_no_id {
            let message =
                "the id of the organization is not exported: conditions on it may come out wrong";
            self.gap("no-organization-id", message);
        }
        if !unplaced.is_empty() {
            let message = format!(
                "it is not exported where in the organization {} stand: the policies above them are unknown",
                some_of(unplaced)
            );
            self.gap("organization-incomplete", message);
        }
        if !levels.is_empty() {
            let message = format!(
                "not all that is attached to {} is exported: what else is attached is unknown",
                some_of(levels)
            );
            self.gap("attachments-not-exported", message);
        }
        if !missing.is_empty() {
            let missing: Vec<String> = missing.into_iter().collect();
            let message = format!(
                "no input has the document of {}: what depends on it is unknown",
                some_of(&missing)
            );
            self.gap("no-policy-document", message);
        }
    }
}

impl OrganizationDraft<'_> {
    /// Whether any input says something about policies of a type.
    fn knows(&self, kind: ControlType) -> bool {
        let mut policies = self.policies.values();
        policies.any(|policy| policy.kind == Some(kind))
            || self.all_policies.contains(&kind)
            || self.all_attached.iter().any(|(_, own)| *own == kind)
    }

    /// Whether all policies of a type are known that are attached to something.
    fn knows_all(&self, kind: ControlType, target: &str) -> bool {
        let of_kind = |(id, policy): &(&String, &Control<'_>)| {
            kind_of(id, policy).is_none_or(|own| own == kind) && *id != RCP_FULL_ACCESS
        };
        self.all_attached.contains(&(target.to_owned(), kind))
            || self.all_policies.contains(&kind)
                && self
                    .policies
                    .iter()
                    .filter(of_kind)
                    .all(|(_, policy)| policy.has_all_targets)
    }
}

fn kind_of(id: &str, policy: &Control<'_>) -> Option<ControlType> {
    match id {
        FULL_ACCESS => Some(ControlType::Service),
        RCP_FULL_ACCESS => Some(ControlType::Resource),
        _ => policy.kind,
    }
}

/// The one value that inputs may state; an error if they state several.
fn one<'a>(found: &[Node<'a>], what: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
    let first = found.first()?;
    if let Some(second) = found.get(1) {
        let message = format!("two inputs contradict each other: the {what}");
        let mut error = contradiction(first.span, second.span, message);
        error.help = Some("a world has one organization: import others apart".to_owned());
        diagnostics.push(error);
    }
    Some(first.clone())
}

struct Builder<'b, 'a> {
    organization: &'b OrganizationDraft<'a>,
    /// What is in a root or unit.
    children: BTreeMap<String, Vec<String>>,
    /// Levels whose attachments are not all known.
    levels: Vec<String>,
    /// Policies without document.
    missing: BTreeSet<String>,
    diagnostics: &'b mut Vec<Diagnostic>,
}

impl<'a> Builder<'_, 'a> {
    /// The id of the root. Ids of units have it in them: `ou-abcd-11111111` is below `r-abcd`.
    fn root(&mut self) -> String {
        let places = || self.organization.places.keys();
        let of_units = || {
            let mut units = places().filter_map(|id| id.strip_prefix("ou-")?.split_once('-'));
            units.next().map(|(root, _)| format!("r-{root}"))
        };
        let stated = places().find(|id| id.starts_with("r-")).cloned();
        stated
            .or_else(of_units)
            .unwrap_or_else(|| "r-root".to_owned())
    }

    /// Sorts everything below its parent. Gives what has none.
    fn place(&mut self, root: &str, accounts: &[String]) -> Vec<String> {
        let mut unplaced = Vec::new();
        let management = self.organization.management.first();
        let management = management.and_then(Node::as_str);
        for (id, place) in &self.organization.places {
            if id.starts_with("r-") {
                continue;
            }
            if let [(_, first), (_, second), ..] = place.parents.as_slice() {
                let message = format!("two inputs contradict each other: the unit of `{id}`");
                self.diagnostics
                    .push(contradiction(*first, *second, message));
            }
            match place.parents.first() {
                Some((parent, _)) => {
                    let siblings = self.children.entry(parent.clone()).or_default();
                    siblings.push(id.clone());
                }
                None if Some(id.as_str()) == management => {}
                None => unplaced.push(id.clone()),
            }
        }
        // Accounts of which the organization says nothing: they may be in it anywhere, unless all of its
        // accounts are known.
        for account in accounts {
            let known = self.organization.places.contains_key(account)
                || Some(account.as_str()) == management
                || self.organization.has_all_accounts;
            if !known {
                unplaced.push(account.clone());
            }
        }
        self.break_circles(root, &mut unplaced);
        unplaced
    }

    /// Units that are said to be in each other are in none.
    fn break_circles(&mut self, root: &str, unplaced: &mut Vec<String>) {
        let mut reached = BTreeSet::new();
        let mut open: Vec<String> = vec![root.to_owned()];
        open.extend(unplaced.iter().cloned());
        loop {
            while let Some(id) = open.pop() {
                if reached.insert(id.clone()) {
                    open.extend(self.children.get(&id).into_iter().flatten().cloned());
                }
            }
            let mut all = self.children.values().flatten();
            let Some(lost) = all.find(|id| !reached.contains(*id)).cloned() else {
                return;
            };
            for siblings in self.children.values_mut() {
                siblings.retain(|id| *id != lost);
            }
            unplaced.push(lost.clone());
            open.push(lost);
        }
    }

    /// The root, a unit or an account with everything below it.
    fn level(
        &mut self,
        id: &str,
        above: &mut BTreeSet<String>,
        unplaced: Option<&[String]>,
    ) -> Node<'a> {
        let place = self.organization.places.get(id);
        let name = place.and_then(|place| place.name.clone());
        let attached = self
            .organization
            .attached
            .get(id)
            .and_then(|all| all.first());
        let span = name.as_ref().map(|name| name.span);
        let span = span
            .or_else(|| attached.map(|(_, span)| *span))
            .or_else(|| {
                let parents = &place?.parents;
                parents.first().map(|(_, span)| *span)
            });
        let span = span.unwrap_or_default();
        let controls = self.controls(id, span);
        let is_account = !is_unit(id) && id != UNPLACED;
        if is_account && name.is_none() && controls.is_empty() {
            return text(id.to_owned(), span);
        }
        let mut members = vec![member("id", text(id.to_owned(), span))];
        members.extend(name.map(|name| member("name", name)));
        members.extend(controls);
        if !is_account && above.insert(id.to_owned()) {
            let below = self.children.get(id).cloned().unwrap_or_default();
            let lost = unplaced.filter(|ids| !ids.is_empty());
            members.extend(self.below(&below, above, lost, span));
            above.remove(id);
        }
        object(members, span)
    }

    /// The units and accounts below a level.
    fn below(
        &mut self,
        below: &[String],
        above: &mut BTreeSet<String>,
        unplaced: Option<&[String]>,
        span: Span,
    ) -> Vec<Member<'a>> {
        let (units, accounts): (Vec<_>, Vec<_>) = below.iter().partition(|id| is_unit(id));
        let mut units: Vec<Node<'a>> = units
            .into_iter()
            .map(|id| self.level(id, above, None))
            .collect();
        units.extend(unplaced.map(|ids| self.unplaced(ids, above)));
        let accounts: Vec<Node<'a>> = accounts
            .into_iter()
            .map(|id| self.level(id, above, None))
            .collect();
        let lists = [("accounts", accounts), ("units", units)];
        let lists = lists.into_iter().filter(|(_, nodes)| !nodes.is_empty());
        lists
            .map(|(name, nodes)| member(name, list(nodes, span)))
            .collect()
    }

    /// A unit that stands for all that may be between the root and what is not placed.
    fn unplaced(&mut self, ids: &[String], above: &mut BTreeSet<String>) -> Node<'a> {
        let span = Span::default();
        let mut members = vec![
            member("id", text(UNPLACED, span)),
            member("name", text("units that are not exported", span)),
        ];
        for kind in self.kinds() {
            let why = format!(
                "the units above are not exported, nor their {}s",
                kind.short()
            );
            members.push(member(kind.field(), list(vec![unknown(why, span)], span)));
        }
        members.extend(self.below(ids, above, None, span));
        object(members, span)
    }

    /// The types of policies that something is known of.
    fn kinds(&self) -> Vec<ControlType> {
        let organization = self.organization;
        let mut kinds = ControlType::ALL.to_vec();
        kinds.retain(|kind| organization.knows(*kind) && !organization.not_enabled.contains(kind));
        kinds
    }

    /// What is attached to a level. Nothing is said of a level that has what AWS attaches by itself.
    fn controls(&mut self, id: &str, span: Span) -> Vec<Member<'a>> {
        let mut members = Vec::new();
        let attached = self.organization.attached.get(id);
        let attached = attached.map_or(&[][..], Vec::as_slice);
        for kind in self.kinds() {
            let mut policies = Vec::new();
            for (policy, at) in attached {
                policies.extend(self.attached(policy, kind, *at));
            }
            if !self.organization.knows_all(kind, id) {
                if self.levels.last().is_none_or(|last| last != id) {
                    self.levels.push(id.to_owned());
                }
                let why = format!(
                    "not all {}s that are attached to {id} are exported",
                    kind.short()
                );
                policies.push(unknown(why, span));
            }
            let by_itself = match (kind, policies.as_slice()) {
                (ControlType::Resource, policies) => policies.is_empty(),
                (ControlType::Service, [only]) => only.as_str().is_some(),
                (ControlType::Service, _) => false,
            };
            if !by_itself {
                members.push(member(kind.field(), list(policies, span)));
            }
        }
        members
    }

    /// An attached policy as a level lists it, if it is of this type.
    fn attached(&mut self, id: &str, kind: ControlType, at: Span) -> Option<Node<'a>> {
        let policy = self.organization.policies.get(id)?;
        if kind_of(id, policy).is_some_and(|own| own != kind) || id == RCP_FULL_ACCESS {
            return None;
        }
        if id == FULL_ACCESS {
            return Some(text("FullAWSAccess", at));
        }
        let content = match policy.contents.as_slice() {
            [content] => content.clone(),
            [] => {
                self.missing.insert(id.to_owned());
                unknown(format!("no input has the document of {id}"), at)
            }
            [first, second, ..] => {
                let message = format!("two inputs contradict each other: the policy `{id}`");
                let error = contradiction(first.span, second.span, message);
                if !self.diagnostics.contains(&error) {
                    self.diagnostics.push(error);
                }
                unknown(format!("two inputs contradict each other: policy {id}"), at)
            }
        };
        let name = policy
            .name
            .clone()
            .unwrap_or_else(|| text(id.to_owned(), at));
        Some(object(
            vec![member("name", name), member("policy", content)],
            at,
        ))
    }
}
