//! Accounts and Regions: a plan does not say them, but what was read and created before does.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::json::Node;
use kmsim_types::{AccountId, Partition, Region, arn};

use super::plan::{Plan, Resource};

/// What is known of a configured provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Provider {
    accounts: BTreeSet<AccountId>,
    regions: BTreeSet<Region>,
    /// The Region that the configuration states.
    stated: Option<Region>,
}

/// The providers, by the keys that resources name them with; a state has one, without key.
#[derive(Debug, Default)]
pub(super) struct Providers {
    by_key: BTreeMap<String, Provider>,
}

impl Providers {
    /// Learns accounts and Regions from ARNs, the identity of the caller and the configuration.
    pub(super) fn new(plan: &Plan<'_, '_>) -> Self {
        let mut providers = Self::default();
        let all = plan
            .resources
            .iter()
            .chain(&plan.prior)
            .chain(&plan.deleted);
        for resource in all {
            let key = key(plan, resource);
            let provider = providers.by_key.entry(key).or_default();
            provider.learn(resource);
        }
        let keys: Vec<String> = providers.by_key.keys().cloned().collect();
        for key in keys {
            let stated = plan.configuration.provider(&key);
            if let (Some(stated), Some(provider)) = (stated, providers.by_key.get_mut(&key)) {
                provider.configured(plan, stated);
            }
        }
        providers
    }

    /// The account of a resource that does not tell it: that of its provider, or the only one there is.
    pub(super) fn account(
        &self,
        plan: &Plan<'_, '_>,
        resource: &Resource<'_, '_>,
    ) -> Option<AccountId> {
        let own = self.by_key.get(&key(plan, resource));
        let own = own.map(|own| &own.accounts);
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            return single(own);
        }
        // Another provider is for another account or Region: only one of them can be all.
        if self.by_key.len() > 1 {
            return None;
        }
        single(&self.by_key.values().next()?.accounts)
    }

    /// The Region of a resource that does not tell it.
    pub(super) fn region(
        &self,
        plan: &Plan<'_, '_>,
        resource: &Resource<'_, '_>,
    ) -> Option<Region> {
        let own = self.by_key.get(&key(plan, resource))?;
        own.stated.clone().or_else(|| single(&own.regions))
    }
}

/// The only element of a set.
fn single<T: Clone>(set: &BTreeSet<T>) -> Option<T> {
    let mut all = set.iter();
    match (all.next(), all.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

fn key(plan: &Plan<'_, '_>, resource: &Resource<'_, '_>) -> String {
    let declared = plan.declaration(resource);
    let key = declared.and_then(|declared| declared.member("provider_config_key"));
    key.and_then(Node::as_str).unwrap_or("aws").to_owned()
}

impl Provider {
    fn learn(&mut self, resource: &Resource<'_, '_>) {
        let text =
            |node: &Node<'_>, name| node.member(name).and_then(Node::as_str).map(str::to_owned);
        let values = resource.values;
        match resource.declared.split('.').nth(1) {
            Some("aws_caller_identity") if resource.is_data => {
                let id = text(values, "account_id").and_then(|id| AccountId::new(&id).ok());
                self.accounts.extend(id);
                return;
            }
            Some("aws_region") if resource.is_data => {
                // The name of the attribute has changed over time.
                let names = ["region", "name", "id"];
                let name = names.iter().find_map(|name| text(values, name));
                let region = name.and_then(|name| Region::new(&name).ok());
                self.regions.extend(region);
                return;
            }
            _ => {}
        }
        let is_own = ["aws_kms_", "aws_iam_"]
            .iter()
            .any(|start| resource.kind.starts_with(start));
        if resource.is_data || !is_own {
            return;
        }
        for values in [Some(values), resource.before].into_iter().flatten() {
            let arn = text(values, "arn");
            if let Some([_, _, _, region, account, _]) = arn.as_deref().and_then(arn::split) {
                self.accounts.extend(AccountId::new(account));
                self.regions.extend(Region::new(region));
            }
        }
    }

    /// What the arguments of a provider say, if they are constants or variables of the root.
    fn configured(&mut self, plan: &Plan<'_, '_>, stated: &Node<'_>) {
        let value = |name: &str, node: &Node<'_>| {
            let argument = node.member(name)?;
            if let Some(constant) = argument.member("constant_value") {
                return constant.as_list().first()?.as_str().map(str::to_owned);
            }
            let reference = argument.member("references")?.as_list().first()?.as_str()?;
            let variable = reference.strip_prefix("var.")?;
            let value = plan.variables?.member(variable)?.member("value")?;
            value.as_list().first()?.as_str().map(str::to_owned)
        };
        let region = value("region", stated);
        self.stated = region.and_then(|region| Region::new(&region).ok());
        let roles = stated.member("assume_role").map_or(&[][..], Node::as_list);
        let role = roles.last().and_then(|role| value("role_arn", role));
        let role = role.as_deref().and_then(arn::split);
        if let Some([_, _, _, _, account, _]) = role {
            self.accounts.extend(AccountId::new(account));
        }
        let allowed = stated.member("allowed_account_ids");
        let allowed = allowed.and_then(|allowed| allowed.member("constant_value"));
        if let Some([only]) = allowed.map(Node::as_list) {
            let only = only.as_str().and_then(|only| AccountId::new(only).ok());
            self.accounts.extend(only);
        }
    }
}

/// The partition of an account whose Region is known, or not.
pub(super) fn partition(region: Option<&Region>) -> Partition {
    region.map_or(Partition::Aws, Region::partition)
}
