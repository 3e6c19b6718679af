//! A service from a stored state.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_authz::grant::Grant;
use kmsim_authz::reader::Moment;
use kmsim_authz::world::{Alias, Key, World};
use kmsim_crypto::{KeyMaterial, RootKey};
use kmsim_policy::instant::Instant;
use kmsim_policy::print;
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{Arn, KeyManager};
use rand_core::CryptoRng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Header, PURPOSE, Snapshot, SnapshotError, associated};
use crate::change::Row;
use crate::clock::Clock;
use crate::service::Service;
use crate::service::adopt::grant_entry;
use crate::service::keys::compiled_key;
use crate::settings::Settings;
use crate::state::{AliasRecord, GrantRecord, KeyRecord, Material};

impl Service {
    /// A service with a stored state, in a world that may have changed since: the accounts,
    /// principals and the organization are those of the world, keys and aliases those of the state.
    /// Keys and aliases that are new in the world are taken over as [`Service::new`] does.
    ///
    /// # Errors
    /// If the state is of another version, was written under another root key, or is damaged.
    pub fn restore(
        snapshot: &Snapshot,
        world: World,
        sources: Sources<'static>,
        settings: Settings,
        clock: Box<dyn Clock>,
        rng: Box<dyn CryptoRng + Send>,
        root_key: RootKey,
    ) -> Result<Self, SnapshotError> {
        let header = &snapshot.header;
        if header.version != Header::VERSION {
            return Err(SnapshotError::Version(header.version));
        }
        if header.root_key != root_key.id() {
            return Err(SnapshotError::RootKey {
                needed: header.root_key.clone(),
                given: root_key.id(),
            });
        }
        let mut service = Self::empty(world, sources, settings, clock, rng, root_key);
        // Keys come first in the order of rows: aliases and usages point at them.
        for (row, record) in &snapshot.rows {
            service.put_row(row, record)?;
        }
        service.adopt_world()?;
        service.plan_next();
        Ok(service)
    }

    fn put_row(&mut self, row: &Row, record: &Value) -> Result<(), SnapshotError> {
        match row {
            Row::Key(arn) => {
                let key = self.stored_key(row, record)?;
                if key.arn.as_str() != &**arn {
                    return Err(SnapshotError::row(row, "it holds another key"));
                }
                self.put_stored_key(row, key)?;
            }
            Row::Alias(arn) => {
                let alias: AliasRecord = read(row, record)?;
                self.world.put_alias(Alias {
                    arn: parsed(row, arn)?,
                    name: parsed(row, arn)?.resource().into(),
                    target: alias
                        .target
                        .as_deref()
                        .map(|target| parsed(row, target))
                        .transpose()?,
                    span: Span::default(),
                });
                self.aliases.insert(arn.clone(), alias);
            }
            Row::CustomKeyStore(id) => {
                let store = read(row, record)?;
                self.custom_key_stores.insert(id.clone(), store);
            }
            Row::Usage(arn) => {
                let usage: crate::state::LastUsage = read(row, record)?;
                if let Some(key) = self.world.key_mut(arn) {
                    key.last_used = Some(Moment {
                        instant: Instant::from_epoch_seconds(usage.at.seconds()),
                        text: usage.at.to_string().into(),
                    });
                }
                self.last_usage.insert(arn.clone(), usage);
            }
            Row::Meter => self.meter = read(row, record)?,
            Row::Adopted(arn) => drop(self.adopted.insert(arn.clone())),
        }
        Ok(())
    }

    fn stored_key(&self, row: &Row, record: &Value) -> Result<KeyRecord, SnapshotError> {
        let mut record = record.clone();
        let materials = record
            .as_object_mut()
            .and_then(|members| members.remove("materials"));
        let Some(Value::Array(materials)) = materials else {
            return Err(SnapshotError::row(row, "it has no list of materials"));
        };
        let mut key: KeyRecord = read(row, &record)?;
        for stored in materials {
            let material = self.stored_material(row, &key, stored)?;
            key.materials.push(material);
        }
        Ok(key)
    }

    fn stored_material(
        &self,
        row: &Row,
        key: &KeyRecord,
        mut stored: Value,
    ) -> Result<Material, SnapshotError> {
        let sealed = stored
            .as_object_mut()
            .and_then(|members| members.remove("sealed"));
        let mut material: Material = read(row, &stored)?;
        let Some(sealed) = sealed else {
            return Ok(material);
        };
        let broken = || SnapshotError::row(row, "its key material cannot be decrypted");
        let sealed = sealed.as_str().and_then(|text| STANDARD.decode(text).ok());
        let bytes = self.root_key.open(
            PURPOSE,
            &associated(key, material.id),
            &sealed.ok_or_else(broken)?,
        );
        let bytes = bytes.map_err(|_| broken())?;
        material.key = Some(Arc::new(KeyMaterial::stored(key.spec, bytes)));
        Ok(material)
    }

    /// Puts a key into the world. Where the world's text says the same of its policy or a grant,
    /// explanations go on pointing there.
    fn put_stored_key(&mut self, row: &Row, key: KeyRecord) -> Result<(), SnapshotError> {
        let damaged = |why: crate::error::KmsError| SnapshotError::row(row, why.message);
        let text = self.world.key(key.arn.as_str()).cloned();
        let same = text
            .as_ref()
            .filter(|own| print::to_json(&own.policy.policy) == key.policy);
        let policy = match same {
            Some(own) => Arc::clone(&own.policy),
            None => self
                .compiled_policy(&key.arn, &key.policy)
                .map_err(damaged)?,
        };
        let mut written: Vec<Grant> = text
            .as_ref()
            .map(|own| own.grants.clone())
            .unwrap_or_default();
        let mut grants = Vec::with_capacity(key.grants.len());
        for grant in &key.grants {
            grants.push(match take_written(&key, grant, &mut written) {
                Some(own) => own,
                None => self.compiled_grant(grant).map_err(damaged)?,
            });
        }
        let mut compiled = compiled_key(&key, policy, grants).map_err(damaged)?;
        for grant in &mut compiled.grants {
            let visible = key.grants.iter().find(|own| own.id == grant.id);
            grant.pending = visible.is_some_and(|own| own.visible > self.clock.now());
        }
        let assumed = same.map(|own| own.is_policy_assumed);
        compiled.is_policy_assumed = assumed.unwrap_or(key.manager == KeyManager::Aws);
        if let Some(Key {
            ram_policy,
            last_used,
            span,
            ..
        }) = text
        {
            compiled.ram_policy = ram_policy;
            compiled.last_used = last_used;
            compiled.span = span;
        }
        self.world.put_key(compiled);
        self.keys.insert(key.arn.as_str().into(), key);
        Ok(())
    }
}

/// The grant as it stands in the world's text.
fn take_written(key: &KeyRecord, grant: &GrantRecord, written: &mut Vec<Grant>) -> Option<Grant> {
    let is_it = |own: &Grant| {
        (own.id.is_empty() || own.id == grant.id) && grant_entry(&key.arn, own) == grant.entry
    };
    let at = written.iter().position(is_it)?;
    let mut own = written.remove(at);
    own.id = grant.id.clone();
    own.token = Some(grant.token.clone());
    Some(own)
}

fn read<T: DeserializeOwned>(row: &Row, record: &Value) -> Result<T, SnapshotError> {
    T::deserialize(record).map_err(|why| SnapshotError::row(row, why))
}

fn parsed(row: &Row, arn: &str) -> Result<Arn, SnapshotError> {
    Arn::parse(arn).map_err(|why| SnapshotError::row(row, why))
}
