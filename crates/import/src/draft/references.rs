//! What principals refer to and no input has.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_types::arn;

use super::{Draft, Sort, Thing};
use crate::node::{member, unknown};

/// AWS's own policy that the reader of worlds knows by itself.
const KNOWN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

impl Draft<'_> {
    /// ARNs of managed policies that principals refer to, attached or as a boundary, and whose
    /// documents no input has.
    pub fn missing_policies(&self) -> BTreeMap<String, Span> {
        let mut missing = BTreeMap::new();
        for sort in [Sort::User, Sort::Role, Sort::Group] {
            for (_, thing) in self.all(sort) {
                for reference in references(thing) {
                    let Some(policy) = reference.as_str().filter(|text| is_policy(text)) else {
                        continue;
                    };
                    let known = self.find(Sort::ManagedPolicy, policy);
                    let known = known.is_some_and(|known| known.field("policy").is_some());
                    if !known && policy != KNOWN {
                        missing.entry(policy.to_owned()).or_insert(reference.span);
                    }
                }
            }
        }
        missing
    }

    /// Groups that users are in and that no input has: account, name, and where a user says so.
    fn missing_groups(&self) -> BTreeMap<(String, String), Span> {
        let groups: BTreeSet<(String, String)> = self
            .all(Sort::Group)
            .filter_map(|(arn, _)| Some((account(arn)?, arn.rsplit('/').next()?.to_owned())))
            .collect();
        let mut missing = BTreeMap::new();
        for (arn, user) in self.all(Sort::User) {
            for group in user.items("groups") {
                let name = account(arn).zip(group.as_str().map(str::to_owned));
                if let Some(name) = name.filter(|name| !groups.contains(name)) {
                    missing.entry(name).or_insert(group.span);
                }
            }
        }
        missing
    }

    /// Makes what is referred to and missing unknown: nothing that is attached may count for nothing.
    pub(super) fn fill_references(&mut self) {
        let mut names = Vec::new();
        for (policy, span) in self.missing_policies() {
            let why = format!("no input has the document of {policy}");
            let mut thing = self.thing(Sort::ManagedPolicy, &policy, span);
            thing.state("policy", unknown(why, span));
            names.push(policy);
        }
        self.missing("no-policy-document", "the document of", &names);
        let mut names = Vec::new();
        for ((account, group), span) in self.missing_groups() {
            let arn = format!("arn:aws:iam::{account}:group/{group}");
            let why = format!("no input has the policies of {arn}");
            let mut thing = self.thing(Sort::Group, &arn, span);
            thing.entry("policies", member("not exported", unknown(why, span)));
            names.push(arn);
        }
        self.missing("no-group", "the policies of", &names);
    }

    fn missing(&mut self, code: &'static str, what: &str, names: &[String]) {
        if !names.is_empty() {
            let names = some_of(names);
            let message = format!("no input has {what} {names}: what depends on it is unknown");
            self.gap(code, message);
        }
    }
}

fn references<'t, 'a>(thing: &'t Thing<'a>) -> impl Iterator<Item = &'t Node<'a>> {
    let attached = thing.items("managedPolicies").iter();
    attached.chain(thing.field("permissionsBoundary"))
}

fn account(arn: &str) -> Option<String> {
    let [_, _, _, _, account, _] = arn::split(arn)?;
    Some(account.to_owned())
}

fn is_policy(text: &str) -> bool {
    arn::split(text).is_some_and(|[_, _, _, _, _, resource]| resource.starts_with("policy/"))
}

/// Names for a message: a few of them, and how many more there are.
pub(crate) fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
