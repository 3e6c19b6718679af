//! Looking up and changing keys. The record of a key and its compiled half in the world change
//! together, here.

use std::sync::Arc;

use kmsim_authz::grant::Grant;
use kmsim_authz::layers::AttachedPolicy;
use kmsim_authz::world::{Alias, Key};
use kmsim_policy::source::Span;
use kmsim_types::key_state::{self, KeyFacts, KeyRole};
use kmsim_types::{Arn, MultiRegionKeyType, Operation, Region};

use super::resolve::no_key;
use super::{Cx, Service};
use crate::change::Row;
use crate::clock::Timestamp;
use crate::compile;
use crate::error::KmsError;
use crate::pricing;
use crate::state::{AliasRecord, GrantRecord, KeyRecord};

impl Service {
    /// The key with this ARN.
    pub(crate) fn record_of(&self, arn: &Arn) -> Result<&KeyRecord, KmsError> {
        self.keys.get(arn.as_str()).ok_or_else(|| no_key(arn))
    }

    /// The key that the call is on.
    pub(crate) fn key_of(&self, cx: &Cx<'_>) -> Result<&KeyRecord, KmsError> {
        self.record_of(cx.key()?)
    }

    /// Changes a key, and what decisions see of it: state, tags, and the place in its family.
    pub(crate) fn change_key(
        &mut self,
        arn: &Arn,
        change: impl FnOnce(&mut KeyRecord),
    ) -> Result<(), KmsError> {
        self.meter_key(arn.as_str());
        let key = self.keys.get_mut(arn.as_str()).ok_or_else(|| no_key(arn))?;
        change(key);
        if let Some(compiled) = self.world.key_mut(arn.as_str()) {
            compiled.state = key.state;
            compiled.multi_region = key.multi_region;
            compiled.tags.clone_from(&key.tags);
        }
        self.changed.insert(Row::Key(arn.as_str().into()));
        self.plan(arn.as_str());
        Ok(())
    }

    /// Adds a key with its compiled policy.
    pub(crate) fn insert_key(
        &mut self,
        key: KeyRecord,
        policy: Arc<AttachedPolicy>,
    ) -> Result<(), KmsError> {
        let grants: Result<_, _> = key
            .grants
            .iter()
            .map(|grant| self.compiled_grant(grant))
            .collect();
        self.world.put_key(compiled_key(&key, policy, grants?)?);
        self.changed.insert(Row::Key(key.arn.as_str().into()));
        let arn = key.arn.clone();
        self.keys.insert(arn.as_str().into(), key);
        self.plan(arn.as_str());
        Ok(())
    }

    /// A grant as decisions see it.
    pub(crate) fn compiled_grant(&mut self, grant: &GrantRecord) -> Result<Grant, KmsError> {
        let mut compiled =
            compile::grant(&mut self.sources, &grant.list_entry()).map_err(|found| {
                let first = found.first().map(|found| found.message.clone());
                KmsError::validation(first.unwrap_or_default())
            })?;
        compiled.token = Some(grant.token.clone());
        compiled.pending = grant.visible > self.clock.now();
        Ok(compiled)
    }

    /// Adds an alias, or points it at another key.
    pub(crate) fn put_alias(&mut self, arn: &Arn, target: Option<&Arn>, now: Timestamp) {
        let old = self.aliases.get(arn.as_str());
        let record = AliasRecord {
            target: target.map(|target| target.as_str().into()),
            created: old.map_or(now, |old| old.created),
            updated: now,
        };
        self.aliases.insert(arn.as_str().into(), record);
        self.world.put_alias(Alias {
            arn: arn.clone(),
            name: arn.resource().into(),
            target: target.cloned(),
            span: Span::default(),
        });
        self.changed.insert(Row::Alias(arn.as_str().into()));
    }

    pub(crate) fn remove_alias(&mut self, arn: &str) {
        self.aliases.remove(arn);
        self.world.remove_alias(arn);
        self.changed.insert(Row::Alias(arn.into()));
    }

    /// Removes a key for ever, and its aliases and grants with it.
    pub(crate) fn remove_key(&mut self, arn: &str) {
        let aliases: Vec<Arc<str>> = self
            .aliases
            .iter()
            .filter(|(_, alias)| alias.target.as_deref() == Some(arn))
            .map(|(alias, _)| alias.clone())
            .collect();
        for alias in aliases {
            self.remove_alias(&alias);
        }
        self.meter_key(arn);
        self.keys.remove(arn);
        self.last_usage.remove(arn);
        self.world.remove_key(arn);
        self.changed.insert(Row::Key(arn.into()));
        self.changed.insert(Row::Usage(arn.into()));
    }

    /// Counts the time of a key until now, as the key has been so far.
    fn meter_key(&mut self, arn: &str) {
        let Some(key) = self.keys.get_mut(arn) else {
            return;
        };
        if pricing::is_charged(key.manager, key.state) {
            let rotations = key
                .materials
                .iter()
                .filter(|own| own.rotation.is_some())
                .count();
            let rotations = u32::try_from(rotations).unwrap_or(u32::MAX);
            self.meter
                .keep(key.account, key.metered, self.now, rotations);
            self.changed.insert(Row::Meter);
        }
        key.metered = self.now;
    }

    pub(super) fn meter_all_keys(&mut self) {
        let arns: Vec<Arc<str>> = self.keys.keys().cloned().collect();
        for arn in arns {
            self.meter_key(&arn);
            self.changed.insert(Row::Key(arn));
        }
    }

    /// The multi-Region family of a key, the key itself included; a single-Region key's family is
    /// the key alone.
    pub(crate) fn family(&self, key: &KeyRecord) -> Vec<&KeyRecord> {
        if key.multi_region.is_none() {
            return self.keys.get(key.arn.as_str()).into_iter().collect();
        }
        self.keys
            .values()
            .filter(|own| own.account == key.account && own.id() == key.id())
            .collect()
    }

    /// The primary key of a multi-Region family.
    pub(crate) fn primary_of(&self, key: &KeyRecord) -> Option<&KeyRecord> {
        self.family(key)
            .into_iter()
            .find(|own| own.multi_region == Some(MultiRegionKeyType::Primary))
    }

    /// Checks that the states of the keys let the operation succeed (KMS Developer Guide, "Key
    /// states of AWS KMS keys").
    pub(super) fn check_states(&mut self, cx: &mut Cx<'_>) -> Result<(), KmsError> {
        if let Some(arn) = &cx.key {
            key_state::permits(cx.operation, &facts(self.record_of(arn)?))?;
        }
        if let Some(arn) = &cx.other {
            let role = match cx.operation {
                Operation::UpdateAlias => KeyRole::FormerTarget,
                _ => KeyRole::Subject,
            };
            key_state::permits_as(cx.operation, role, &facts(self.record_of(arn)?))?;
        }
        Ok(())
    }
}

/// A key as decisions see it, without its aliases.
pub(super) fn compiled_key(
    key: &KeyRecord,
    policy: Arc<AttachedPolicy>,
    grants: Vec<Grant>,
) -> Result<Key, KmsError> {
    let region = Region::new(key.region()).map_err(|why| KmsError::internal(why.to_string()))?;
    Ok(Key {
        arn: key.arn.clone(),
        account: key.account,
        region,
        spec: key.spec,
        usage: key.usage,
        origin: key.origin,
        manager: key.manager,
        state: key.state,
        multi_region: key.multi_region,
        policy,
        is_policy_assumed: false,
        ram_policy: None,
        grants,
        aliases: Vec::new(),
        tags: key.tags.clone(),
        last_used: None,
        span: Span::default(),
    })
}

/// What the table of key states looks at.
pub(crate) fn facts(key: &KeyRecord) -> KeyFacts<'_> {
    KeyFacts {
        arn: key.arn.as_str(),
        state: key.state,
        origin: key.origin,
    }
}
