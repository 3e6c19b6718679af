//! Organizations: the tree, its policies, and what they are attached to.

use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

use super::counted;
use super::pages::{Pages, is_cut_off};
use crate::draft::ControlType;
use crate::hints;
use crate::importer::{Document, Importer};
use crate::node::{elements, string, take, take_string, text};
use crate::recognize::Kind;

mod bundle;

/// Reads everything that belongs to organizations.
pub(super) fn read<'a>(importer: &mut Importer<'_, 'a>, documents: Vec<Document<'a>>) {
    let mut reader = Reader {
        importer,
        pages: Pages::default(),
    };
    // Policies before their targets: a list of targets may be that of the only policy.
    let mut documents = documents;
    documents.sort_by_key(|document| document.kind == Kind::Targets);
    for document in documents {
        match document.kind {
            Kind::Organization => reader.organization(document),
            Kind::Roots => reader.roots(document),
            Kind::Units => reader.units(document),
            Kind::Accounts => reader.accounts(document),
            Kind::Parents => reader.parents(document),
            Kind::Children => reader.children(document),
            Kind::ControlPolicy => reader.policy(document),
            Kind::ControlPolicies => reader.policies(document),
            Kind::Targets => reader.targets(document),
            _ => reader.bundle(document),
        }
    }
    let Reader { importer, pages } = reader;
    pages.report(&mut importer.draft);
}

struct Reader<'i, 's, 'a> {
    importer: &'i mut Importer<'s, 'a>,
    pages: Pages,
}

impl<'a> Reader<'_, '_, 'a> {
    /// `DescribeOrganization`
    fn organization(&mut self, mut document: Document<'a>) {
        let Some(mut node) = take(&mut document.node, "Organization") else {
            return;
        };
        let what = self.identity(&mut node);
        self.importer.report.used(&document, what);
    }

    /// Id and management account.
    fn identity(&mut self, node: &mut Node<'a>) -> String {
        let organization = &mut self.importer.draft.organization;
        let management = take(node, "MasterAccountId");
        if let Some(account) = management.or_else(|| take(node, "ManagementAccountId")) {
            organization.management_account(account);
        }
        match take(node, "Id") {
            Some(id) => {
                let what = format!("organization {}", id.as_str().unwrap_or("without id"));
                organization.id(id);
                what
            }
            None => "organization".to_owned(),
        }
    }

    /// `ListRoots`
    fn roots(&mut self, mut document: Document<'a>) {
        self.pages.page("roots of the organization", &document);
        let roots = elements(take(&mut document.node, "Roots"));
        for mut root in roots {
            if let Some((id, span)) = take_string(&mut root, "Id") {
                self.of_arn(&root, span);
                let organization = &mut self.importer.draft.organization;
                organization.place(&id);
                for kind in not_enabled(&root) {
                    organization.is_not_enabled(kind);
                }
            }
        }
        self.importer.report.used(&document, "the root");
    }

    /// `ListOrganizationalUnitsForParent`, whose parent the path tells; `DescribeOrganizationalUnit`.
    fn units(&mut self, mut document: Document<'a>) {
        let parent = hints::target(&document.name).filter(|id| hints::is_unit(id));
        let one = take(&mut document.node, "OrganizationalUnit");
        if let (Some(parent), None) = (&parent, &one) {
            self.pages.page(format!("units of {parent}"), &document);
        }
        let many = elements(take(&mut document.node, "OrganizationalUnits"));
        let units: Vec<Node<'a>> = one.into_iter().chain(many).collect();
        let count = units.len();
        for mut unit in units {
            let Some((id, span)) = take_string(&mut unit, "Id") else {
                continue;
            };
            self.of_arn(&unit, span);
            let organization = &mut self.importer.draft.organization;
            organization.place(&id);
            if let Some(name) = take(&mut unit, "Name") {
                organization.name(&id, name);
            }
            if let Some(parent) = parent.as_deref().filter(|parent| *parent != id) {
                organization.put(&id, parent, span);
            }
        }
        let of = parent.map_or_else(String::new, |parent| format!(" of {parent}"));
        let what = format!("{}{of}", counted(count, "unit"));
        self.importer.report.used(&document, what);
    }

    /// `ListAccounts`, `DescribeAccount`, and `ListAccountsForParent`, whose parent the path tells.
    fn accounts(&mut self, mut document: Document<'a>) {
        let parent = hints::target(&document.name).filter(|id| hints::is_unit(id));
        let is_last = !is_cut_off(&document.node);
        let (accounts, is_one) = match take(&mut document.node, "Account") {
            Some(one) => (vec![one], true),
            None => (elements(take(&mut document.node, "Accounts")), false),
        };
        if !is_one {
            let of = parent.as_deref().unwrap_or("the organization");
            self.pages.page(format!("accounts of {of}"), &document);
        }
        let count = accounts.len();
        for mut account in accounts {
            let Some((id, span)) = take_string(&mut account, "Id") else {
                continue;
            };
            self.of_arn(&account, span);
            let draft = &mut self.importer.draft;
            draft.organization.place(&id);
            if let Some(name) = take(&mut account, "Name") {
                draft.organization.name(&id, name);
            }
            if let Some(parent) = &parent {
                draft.organization.put(&id, parent, span);
            }
        }
        if !is_one && parent.is_none() && is_last {
            self.importer.draft.organization.has_all_accounts();
        }
        let of = parent.map_or_else(String::new, |parent| format!(" of {parent}"));
        let what = format!("{}{of}", counted(count, "account"));
        self.importer.report.used(&document, what);
    }

    /// `ListParents` does not name the child: the path does.
    fn parents(&mut self, mut document: Document<'a>) {
        let Some(child) = hints::target(&document.name) else {
            let why = "it does not say whose parent it names: put the id of the account or unit into the name, such as parents/111122223333.json";
            self.importer.report.ignored(&document, why);
            return;
        };
        for mut parent in elements(take(&mut document.node, "Parents")) {
            if let Some((id, span)) = take_string(&mut parent, "Id") {
                self.importer.draft.organization.put(&child, &id, span);
            }
        }
        let what = format!("where {child} is");
        self.importer.report.used(&document, what);
    }

    /// `ListChildren` does not name the parent: the path does.
    fn children(&mut self, mut document: Document<'a>) {
        let parent = hints::target(&document.name).filter(|id| hints::is_unit(id));
        let Some(parent) = parent else {
            let why = "it does not say whose children it names: put the id of the unit or root into the name, such as children/ou-abcd-11111111.json";
            self.importer.report.ignored(&document, why);
            return;
        };
        for mut child in elements(take(&mut document.node, "Children")) {
            if let Some((id, span)) = take_string(&mut child, "Id") {
                self.importer.draft.organization.put(&id, &parent, span);
            }
        }
        let what = format!("children of {parent}");
        self.importer.report.used(&document, what);
    }

    /// `DescribePolicy`
    fn policy(&mut self, mut document: Document<'a>) {
        let mut policy = match document.node.member("PolicySummary") {
            Some(_) => document.node.clone(),
            None => take(&mut document.node, "Policy").unwrap_or_else(|| document.node.clone()),
        };
        let what = match self.control_policy(&mut policy) {
            Some((id, kind)) => format!("{} {id}", kind.map_or("policy", ControlType::short)),
            None => "a policy of another type".to_owned(),
        };
        self.importer.report.used(&document, what);
    }

    /// A policy with its document. Other types than SCPs and RCPs have no say in calls.
    fn control_policy(&mut self, policy: &mut Node<'a>) -> Option<(String, Option<ControlType>)> {
        let mut summary = take(policy, "PolicySummary")?;
        let (id, kind) = self.summary(&mut summary)?;
        if let Some(content) = take(policy, "Content") {
            self.importer.draft.organization.content(&id, content);
        }
        Some((id, kind))
    }

    /// What lists say of a policy.
    fn summary(&mut self, summary: &mut Node<'a>) -> Option<(String, Option<ControlType>)> {
        let (id, span) = take_string(summary, "Id")?;
        let kind = take_string(summary, "Type").map(|(kind, _)| ControlType::from_name(&kind));
        // The type is known and is neither.
        if kind == Some(None) {
            return None;
        }
        self.of_arn(summary, span);
        let name = take(summary, "Name");
        let organization = &mut self.importer.draft.organization;
        organization.policy(&id, kind.flatten(), name);
        Some((id.into_owned(), kind.flatten()))
    }

    /// `ListPolicies` has all policies of a type; `ListPoliciesForTarget` those of a target, which the
    /// path tells.
    fn policies(&mut self, mut document: Document<'a>) {
        let target = hints::target(hints::file(&document.name));
        let is_last = !is_cut_off(&document.node);
        let mut kinds = Vec::new();
        let policies = elements(take(&mut document.node, "Policies"));
        let count = policies.len();
        for mut policy in policies {
            let span = policy.span;
            let Some((id, kind)) = self.summary(&mut policy) else {
                continue;
            };
            if let Some(target) = &target {
                self.importer.draft.organization.attach(&id, target, span);
            }
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
        }
        let organization = &mut self.importer.draft.organization;
        for kind in kinds.into_iter().filter(|_| is_last) {
            match &target {
                Some(target) => organization.has_all_attached(target, kind),
                None => organization.has_all_policies(kind),
            }
        }
        let of = target.as_deref().unwrap_or("the organization");
        self.pages.page(format!("policies of {of}"), &document);
        let what = match count {
            1 => format!("1 policy of {of}"),
            _ => format!("{count} policies of {of}"),
        };
        self.importer.report.used(&document, what);
    }

    /// `ListTargetsForPolicy` does not name the policy: the path does.
    fn targets(&mut self, mut document: Document<'a>) {
        let Some(policy) = hints::policy(&document.name).map(str::to_owned) else {
            let why = "it does not say which policy it is about: put the id of the policy into the path, such as policies/p-examplescp1/targets.json";
            self.importer.report.ignored(&document, why);
            return;
        };
        self.pages.page(format!("targets of {policy}"), &document);
        let is_last = !is_cut_off(&document.node);
        let targets = elements(take(&mut document.node, "Targets"));
        let count = targets.len();
        for mut target in targets {
            let Some((id, span)) = take_string(&mut target, "TargetId") else {
                continue;
            };
            self.of_arn(&target, span);
            let organization = &mut self.importer.draft.organization;
            organization.attach(&policy, &id, span);
            if let Some(name) = take(&mut target, "Name") {
                organization.name(&id, name);
            }
        }
        if is_last {
            self.importer.draft.organization.has_all_targets(&policy);
        }
        let what = format!("{} of {policy}", counted(count, "target"));
        self.importer.report.used(&document, what);
    }

    /// ARNs of an organization's things tell its id and its management account:
    /// `arn:aws:organizations::999999999999:ou/o-exampleorgid/ou-abcd-11111111`.
    fn of_arn(&mut self, node: &Node<'_>, span: Span) {
        let Some([_, _, "organizations", _, account, resource]) =
            string(node, "Arn").and_then(kmsim_types::arn::split)
        else {
            return;
        };
        let id = resource.split('/').find(|part| part.starts_with("o-"));
        let organization = &mut self.importer.draft.organization;
        if let Some(id) = id {
            organization.id(text(id.to_owned(), span));
            organization.management_account(text(account.to_owned(), span));
        }
    }
}

/// The types of policies that a root says are not in use. A root that says nothing of types knows none.
fn not_enabled(root: &Node<'_>) -> Vec<ControlType> {
    let Some(types) = root.member("PolicyTypes") else {
        return Vec::new();
    };
    let enabled = |kind: &ControlType| {
        let mut types = types.as_list().iter();
        types.any(|item| {
            let own = string(item, "Type").and_then(ControlType::from_name);
            own == Some(*kind) && string(item, "Status") == Some("ENABLED")
        })
    };
    let mut kinds = ControlType::ALL.to_vec();
    kinds.retain(|kind| !enabled(kind));
    kinds
}

/// The strings of a list.
fn strings<'n>(node: Option<&'n Node<'_>>) -> impl Iterator<Item = (&'n str, Span)> {
    let items = match node.map(|node| &node.value) {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    items
        .iter()
        .filter_map(|item| Some((item.as_str()?, item.span)))
}
