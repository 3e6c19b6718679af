//! The keys of a world become keys with material.

use std::collections::HashMap;
use std::time::Duration;

use kmsim_authz::grant::Grant;
use kmsim_authz::world::Key;
use kmsim_policy::print;
use kmsim_types::{AccountId, Arn, GrantOperation, KeyOrigin, KeyState};
use serde_json::{Map, Value, json};

use super::Service;
use crate::change::Row;
use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::members::set;
use crate::state::{AliasRecord, Deletion, GrantRecord, KeyRecord, Material, Rotation};

mod stores;

/// How long it usually takes at most until a grant counts everywhere (KMS Developer Guide, "Grants
/// in AWS KMS", "eventual consistency").
const USUAL_DELAY: Duration = Duration::from_mins(5);

/// Days of a deletion of which the world does not say when it began.
const WINDOW_DAYS: u32 = 30;

/// `ACCOUNT:ID` of a multi-Region family, and one of its keys.
type Families = HashMap<String, Arn>;

impl Service {
    /// Gives every key of the world that the service does not have yet its material, as if the key
    /// had been made now. Keys that wait for imported material get none. What was taken over before
    /// and is not there any more was deleted, and stays away.
    pub(super) fn adopt_world(&mut self) -> Result<(), KmsError> {
        let now = self.clock.now();
        let mut families = self.families();
        for key in self.world.contents().keys.clone() {
            let arn = key.arn.as_str();
            if self.keys.contains_key(arn) {
                continue;
            }
            if self.is_adopted(arn) {
                self.world.remove_key(arn);
            } else {
                self.adopt_key(&key, now, &mut families)?;
            }
        }
        self.plan_next();
        for alias in self.world.contents().aliases.clone() {
            let arn = alias.arn.as_str();
            if self.aliases.contains_key(arn) {
                continue;
            }
            if self.is_adopted(arn) {
                self.world.remove_alias(arn);
                continue;
            }
            let record = AliasRecord {
                target: alias.target.as_ref().map(|target| target.as_str().into()),
                created: now,
                updated: now,
            };
            self.aliases.insert(arn.into(), record);
            self.changed.insert(Row::Alias(arn.into()));
            self.note_adopted(arn);
            // The key's names are those of the stored aliases until here.
            self.world.put_alias(alias);
        }
        Ok(())
    }

    fn is_adopted(&self, arn: &str) -> bool {
        self.adopted.contains(arn)
    }

    fn note_adopted(&mut self, arn: &str) {
        self.adopted.insert(arn.into());
        self.changed.insert(Row::Adopted(arn.into()));
    }

    fn adopt_key(
        &mut self,
        key: &Key,
        now: Timestamp,
        families: &mut Families,
    ) -> Result<(), KmsError> {
        let arn = key.arn.clone();
        let family = key.multi_region.map(|_| family(key.account, key.id()));
        let relative = family.as_ref().and_then(|family| families.get(family));
        let relative = relative
            .and_then(|arn| self.keys.get(arn.as_str()))
            .cloned();
        let materials = self.adopted_material(key, relative.as_ref())?;
        if let (Some(family), false) = (family, materials.is_empty()) {
            families.insert(family, arn.clone());
        }
        let custom_key_store = self.adopted_store(key, now);
        let xks_key = key.origin == KeyOrigin::ExternalKeyStore;
        let grants = key
            .grants
            .iter()
            .map(|grant| self.adopted_grant(key, grant, now));
        let grants: Vec<GrantRecord> = grants.collect::<Result<_, _>>()?;
        let record = KeyRecord {
            account: key.account,
            spec: key.spec,
            usage: key.usage,
            origin: key.origin,
            manager: key.manager,
            state: key.state,
            resume: (key.state == KeyState::Unavailable).then_some(KeyState::Enabled),
            settles: None,
            multi_region: key.multi_region,
            created: now,
            description: String::new(),
            policy: print::to_json(&key.policy.policy),
            tags: key.tags.clone(),
            grants,
            deletion: deletion(key.state, now),
            rotation: relative.map_or_else(
                || Rotation::of_new_key(key.manager, now),
                |relative| relative.rotation,
            ),
            materials,
            custom_key_store,
            xks_key: xks_key.then(|| key.id().into()),
            metered: now,
            arn,
        };
        self.changed.insert(Row::Key(key.arn.as_str().into()));
        self.note_adopted(key.arn.as_str());
        // The world keeps its own compiled policy and grants: explanations point into its texts.
        if let Some(compiled) = self.world.key_mut(key.arn.as_str()) {
            for (grant, record) in compiled.grants.iter_mut().zip(&record.grants) {
                grant.id = record.id.clone();
                grant.token = Some(record.token.clone());
            }
        }
        self.keys.insert(key.arn.as_str().into(), record);
        Ok(())
    }

    /// A key of each multi-Region family that is there already.
    fn families(&self) -> Families {
        let keys = self.keys.values();
        let keys = keys.filter(|key| key.multi_region.is_some() && !key.materials.is_empty());
        keys.map(|key| (family(key.account, key.id()), key.arn.clone()))
            .collect()
    }

    /// Keys of one multi-Region family have one history of material.
    fn adopted_material(
        &mut self,
        key: &Key,
        relative: Option<&KeyRecord>,
    ) -> Result<Vec<Material>, KmsError> {
        if key.origin == KeyOrigin::External && key.state == KeyState::PendingImport {
            return Ok(Vec::new());
        }
        if let Some(relative) = relative {
            return Ok(relative.materials.clone());
        }
        let material = self.new_material(&key.arn, key.spec)?;
        let material = match (key.origin, material.key) {
            // Imported material is known again by its fingerprint.
            (KeyOrigin::External, Some(own)) => Material::imported(own, key.id())
                .map_err(|why| KmsError::internal(format!("{}: {why}", key.arn)))?,
            (_, own) => Material {
                key: own,
                ..material
            },
        };
        Ok(vec![material])
    }

    fn adopted_grant(
        &mut self,
        key: &Key,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<GrantRecord, KmsError> {
        let id = match &*grant.id {
            "" => self.hex_id::<32>().into(),
            _ => grant.id.clone(),
        };
        let token = match &grant.token {
            Some(token) => token.clone(),
            None => self.new_grant_token(&key.arn, &id)?,
        };
        Ok(GrantRecord {
            id,
            token,
            created: now,
            visible: if grant.pending {
                now + self.settings.grant_delay.max(USUAL_DELAY)
            } else {
                now
            },
            entry: grant_entry(&key.arn, grant),
        })
    }
}

fn family(account: AccountId, id: &str) -> String {
    format!("{account}:{id}")
}

/// The waiting period of a key that the world says is pending deletion: the longest one, from now.
fn deletion(state: KeyState, now: Timestamp) -> Option<Deletion> {
    let at = match state {
        KeyState::PendingDeletion => Some(now.plus_days(WINDOW_DAYS)),
        KeyState::PendingReplicaDeletion => None,
        _ => return None,
    };
    Some(Deletion {
        window_days: WINDOW_DAYS,
        at,
    })
}

/// The members of a `GrantListEntry` that `CreateGrant` was asked for.
pub(super) fn grant_entry(key: &Arn, grant: &Grant) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("KeyId".to_owned(), Value::from(key.as_str()));
    let is_service = kmsim_types::service::is_service_principal;
    let mut party = |principal: &str, service: &str, text: &str| {
        let name = if is_service(text) { service } else { principal };
        entry.insert(name.to_owned(), Value::from(text));
    };
    party(
        "GranteePrincipal",
        "GranteeServicePrincipal",
        &grant.grantee.text,
    );
    if let Some(retiring) = &grant.retiring {
        party(
            "RetiringPrincipal",
            "RetiringServicePrincipal",
            &retiring.text,
        );
    }
    let operations = grant.operations.iter().map(GrantOperation::name);
    entry.insert("Operations".to_owned(), operations.collect());
    if let Some(name) = &grant.name {
        entry.insert("Name".to_owned(), Value::from(&**name));
    }
    if let Some(account) = grant.issuing_account {
        let root = format!("arn:{}:iam::{account}:root", key.partition());
        entry.insert("IssuingAccount".to_owned(), Value::from(root));
    }
    let mut constraints = json!({});
    if let Some(constraint) = &grant.encryption_context {
        let name = if constraint.equals {
            "EncryptionContextEquals"
        } else {
            "EncryptionContextSubset"
        };
        let pairs = constraint.pairs.iter();
        let pairs = pairs.map(|(key, value)| (key.to_string(), Value::from(&**value)));
        set(&mut constraints, name, Value::Object(pairs.collect()));
    }
    if let Some(source) = &grant.source_arn {
        set(&mut constraints, "SourceArn", source.text());
    }
    if constraints.as_object().is_some_and(|own| !own.is_empty()) {
        entry.insert("Constraints".to_owned(), constraints);
    }
    entry
}
