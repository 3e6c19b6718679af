//! From a draft to the tree of a world document.

use std::collections::BTreeMap;

use kmsim_authz::world::Gap;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::Span;
use kmsim_types::arn;

use super::{Account, Draft, Sort, Thing, some_of};
use crate::node::{list, member, object, text, unknown};

/// A finished world with what is missing and wrong.
pub(crate) struct Finished<'a> {
    pub(crate) world: Node<'a>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The things of an account, or of none, by the field that lists them.
type Sections<'a> = BTreeMap<&'static str, Vec<Node<'a>>>;

/// The order of these fields in an account. Keys stand first: the world is about them.
const SECTIONS: [&str; 8] = [
    "keys",
    "aliases",
    "users",
    "groups",
    "roles",
    "managedPolicies",
    "vpcEndpoints",
    "resources",
];

/// What a key is unless something else is said.
const DEFAULTS: [(&str, &str); 5] = [
    ("spec", "SYMMETRIC_DEFAULT"),
    ("usage", "ENCRYPT_DECRYPT"),
    ("origin", "AWS_KMS"),
    ("manager", "CUSTOMER"),
    ("state", "Enabled"),
];

impl<'a> Draft<'a> {
    /// Makes the world document.
    pub(crate) fn finish(mut self) -> Finished<'a> {
        self.fill_references();
        self.fill_accounts();
        self.fold_aliases();
        let organization = self.finish_organization();
        let mut of_account: BTreeMap<Option<String>, Sections<'a>> = BTreeMap::new();
        for ((account, sort, name), thing) in std::mem::take(&mut self.things) {
            let section = of_account.entry(account).or_default();
            let node = node(sort, &name, thing);
            section.entry(sort.section()).or_default().push(node);
        }
        let nowhere = Span::default();
        let mut members = Vec::new();
        let gaps = std::mem::take(&mut self.gaps);
        if !gaps.is_empty() {
            members.push(member(
                "gaps",
                list(gaps.iter().map(gap).collect(), nowhere),
            ));
        }
        let why = "the account is not among the inputs";
        members.push(member("otherPrincipals", unknown(why, nowhere)));
        members.extend(organization.map(|node| member("organization", node)));
        let accounts = std::mem::take(&mut self.accounts);
        let accounts = accounts
            .into_iter()
            .map(|(id, account)| {
                let sections = of_account.remove(&Some(id.clone())).unwrap_or_default();
                account_node(id, account, sections)
            })
            .collect();
        members.push(member("accounts", list(accounts, nowhere)));
        members.extend(sections(
            of_account.remove(&None).unwrap_or_default(),
            nowhere,
        ));
        Finished {
            world: object(members, nowhere),
            gaps,
            diagnostics: self.diagnostics,
        }
    }
}

impl Draft<'_> {
    /// What is missing of accounts.
    fn fill_accounts(&mut self) {
        let mut without: Vec<String> = Vec::new();
        for (id, account) in &self.accounts {
            if !account.has_principals {
                without.push(id.clone());
            }
        }
        if !without.is_empty() {
            let message = format!(
                "no export has all users and roles of {}: what those may do that are not listed is unknown",
                some_of(&without)
            );
            self.gap("no-principals", message);
        }
    }

    /// Aliases of keys that are there stand at their keys, where people look for them.
    fn fold_aliases(&mut self) {
        let mut folded = Vec::new();
        for ((account, sort, name), alias) in &self.things {
            let Some([_, partition, _, region, _, resource]) = arn::split(name) else {
                continue;
            };
            let target = alias.field("target");
            let (Sort::Alias, Some(id)) = (sort, target.and_then(Node::as_str)) else {
                continue;
            };
            let owner = account.as_deref().unwrap_or("");
            let key = match id.strip_prefix("arn:") {
                Some(_) => id.to_owned(),
                None => format!("arn:{partition}:kms:{region}:{owner}:key/{id}"),
            };
            let span = alias.span;
            folded.push((name.clone(), key, text(resource.to_owned(), span)));
        }
        for (alias, key, name) in folded {
            if self.has(Sort::Key, &key) {
                let span = name.span;
                self.thing(Sort::Key, &key, span).add("aliases", name);
                self.remove(Sort::Alias, &alias);
            }
        }
    }
}

fn gap<'a>(gap: &Gap) -> Node<'a> {
    let nowhere = Span::default();
    let field = |name: &'static str, value: &str| member(name, text(value.to_owned(), nowhere));
    object(
        vec![field("code", &gap.code), field("message", &gap.message)],
        nowhere,
    )
}

fn account_node<'a>(id: String, account: Account<'a>, found: Sections<'a>) -> Node<'a> {
    let span = account.span;
    let mut members = vec![member("id", text(id, span))];
    members.extend(account.name.map(|name| member("name", name)));
    if !account.has_principals {
        let why = "the users and roles of the account are not all among the inputs";
        members.push(member("otherPrincipals", unknown(why, span)));
    }
    members.extend(sections(found, span));
    object(members, span)
}

fn sections(mut found: Sections<'_>, span: Span) -> impl Iterator<Item = Member<'_>> {
    SECTIONS.into_iter().filter_map(move |name| {
        let nodes = found.remove(name)?;
        Some(member(name, list(nodes, span)))
    })
}

/// A thing as the world lists it.
fn node<'a>(sort: Sort, name: &str, thing: Thing<'a>) -> Node<'a> {
    let span = thing.span;
    let mut members = names(sort, name, span);
    let lists = thing
        .lists
        .into_iter()
        .map(|(field, items)| (field, list(items, span)));
    let entries = thing
        .entries
        .into_iter()
        .map(|(field, entries)| (field, object(entries, span)));
    let rest = lists
        .chain(entries)
        .map(|(field, node)| member(field, node));
    // Keys are mostly of one sort, which goes without saying. The usage of others must be said.
    let spec = thing.fields.iter().find(|field| field.key == "spec");
    let is_symmetric = spec.is_none_or(|field| field.value.as_str() == Some("SYMMETRIC_DEFAULT"));
    for found in thing.fields.into_iter().chain(rest) {
        let value = found.value.as_str().unwrap_or("");
        let is_default = sort == Sort::Key
            && DEFAULTS.contains(&(&*found.key, value))
            && (is_symmetric || found.key != "usage");
        if !is_default && !members.iter().any(|own| own.key == found.key) {
            members.push(found);
        }
    }
    object(members, span)
}

/// The fields that name a thing.
fn names<'a>(sort: Sort, name: &str, span: Span) -> Vec<Member<'a>> {
    let field = |field: &'static str, value: &str| member(field, text(value.to_owned(), span));
    let resource = arn::split(name).map_or(name, |[_, _, _, _, _, resource]| resource);
    match sort {
        Sort::User | Sort::Role | Sort::Group | Sort::ManagedPolicy => {
            let own = resource.rsplit('/').next().unwrap_or(resource);
            vec![field("name", own), field("arn", name)]
        }
        Sort::Key | Sort::Resource => vec![field("arn", name)],
        Sort::Alias => vec![field("name", resource), field("arn", name)],
        Sort::VpcEndpoint => vec![field("id", name)],
    }
}
