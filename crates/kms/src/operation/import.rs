//! Imported key material.
//!
//! Sources: KMS Developer Guide of 2026, "Importing key material for AWS KMS keys" and its pages;
//! API reference, `GetParametersForImport`, `ImportKeyMaterial`, `DeleteImportedKeyMaterial`.
//!
//! A key remembers every generation of its material, by a fingerprint, also while the material
//! itself is deleted. Only symmetric encryption keys can have several.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::KeyMaterial;
use kmsim_crypto::wrapping::unwrap;
use kmsim_types::{Arn, KeyMaterialState, KeyOrigin, KeySpec};
use serde_json::Value;

use super::encrypt::internal;
use crate::clock::Timestamp;
use crate::error::{ErrorCode, KmsError};
use crate::members::{Members, members, object};
use crate::service::{Answer, Cx, Service};
use crate::state::{KeyRecord, Material};

mod request;
mod token;
mod wrapping;

use request::{ImportRequest, ImportType};
use token::ImportToken;

/// How long wrapping key and token can be used, in days.
const TOKEN_DAYS: u32 = 1;

impl Service {
    /// The wrapping key is a fresh one each time, and its private half travels in the token.
    pub(super) fn get_parameters_for_import(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let arn = key.arn.clone();
        let algorithm = cx.input.required_enum("WrappingAlgorithm")?;
        let spec: KeySpec = cx.input.required_enum("WrappingKeySpec")?;
        wrapping::check(key, cx.caller.region(), algorithm, spec)?;
        let failed = |why| internal(&arn, why);
        let wrapping_key = KeyMaterial::generate(spec, &mut *self.rng).map_err(failed)?;
        let token = ImportToken {
            algorithm,
            wrapping_key,
            valid_to: cx.now.plus_days(TOKEN_DAYS),
        };
        let sealed = token.seal(&self.root_key, &arn, &mut *self.rng);
        let sealed = sealed.map_err(failed)?;
        let public_key = token.wrapping_key.public_key().unwrap_or_default();
        Ok(members! {
            "KeyId": &arn,
            "ImportToken": STANDARD.encode(sealed),
            "PublicKey": STANDARD.encode(public_key),
            "ParametersValidTo": token.valid_to.to_json(),
        })
    }

    pub(super) fn import_key_material(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let arn = key.arn.clone();
        // The table of key states does not say so of keys that are `Updating`.
        if key.origin != KeyOrigin::External {
            return Err(KmsError::unsupported_origin(arn.as_str(), key.origin));
        }
        let request = ImportRequest::read(cx, key)?;
        let offered = self.unwrap_material(cx, key)?;
        let id = offered.id.map(|id| id.to_string());
        self.learn_from_primary(&arn)?;
        let key = self.record_of(&arn)?;
        let mut all = key.materials.iter();
        let known = all.any(|own| own.fingerprint == offered.fingerprint);
        match (request.import_type(key), known) {
            (ImportType::Existing, true) => self.import_again(&arn, &request, offered)?,
            (ImportType::New, false) => self.import_new(&arn, &request, offered)?,
            (ImportType::Existing, false) => {
                return Err(incorrect(
                    "The key material is not the key material that was previously imported into this KMS key.",
                ));
            }
            (ImportType::New, true) => {
                return Err(incorrect(
                    "The key material is already associated with this KMS key.",
                ));
            }
        }
        self.change_key(&arn, KeyRecord::follow_material)?;
        self.stage_material(&arn);
        Ok(answer(cx, &arn, id))
    }

    /// The material of the request, as the key would have it.
    fn unwrap_material(&self, cx: &Cx<'_>, key: &KeyRecord) -> Result<Material, KmsError> {
        let token = cx.input.required_blob("ImportToken")?;
        let wrapped = cx.input.required_blob("EncryptedKeyMaterial")?;
        let token = ImportToken::open(&self.root_key, &key.arn, &token).ok_or_else(|| {
            KmsError::new(
                ErrorCode::InvalidImportToken,
                "The import token is invalid or belongs to another KMS key.",
            )
        })?;
        if token.valid_to <= cx.now {
            return Err(KmsError::new(
                ErrorCode::ExpiredImportToken,
                "The import token is expired.",
            ));
        }
        let bytes = unwrap(&token.wrapping_key, token.algorithm, &wrapped)
            .map_err(|_| KmsError::invalid_ciphertext())?;
        let material = KeyMaterial::import(key.spec, &bytes).map_err(|_| {
            incorrect(format!(
                "The key material is not valid for a KMS key of spec {}.",
                key.spec
            ))
        })?;
        Material::imported(Arc::new(material), key.id()).map_err(|why| internal(&key.arn, why))
    }

    /// A replica knows the material of its primary, without having it.
    fn learn_from_primary(&mut self, arn: &Arn) -> Result<(), KmsError> {
        let key = self.record_of(arn)?;
        let Some(primary) = self.primary_of(key).filter(|_| key.is_replica()) else {
            return Ok(());
        };
        let own = |theirs: &Material| {
            let mut all = key.materials.iter();
            all.find(|own| own.fingerprint == theirs.fingerprint)
                .cloned()
        };
        let materials: Vec<Material> = primary
            .materials
            .iter()
            .map(|theirs| own(theirs).unwrap_or_else(|| theirs.without_key()))
            .collect();
        if materials.len() == key.materials.len() {
            return Ok(());
        }
        self.change_key(arn, |key| key.materials = materials)
    }

    /// The same material once more: it comes back, or its expiry or description changes.
    fn import_again(
        &mut self,
        arn: &Arn,
        request: &ImportRequest<'_>,
        offered: Material,
    ) -> Result<(), KmsError> {
        request.check_id(&offered)?;
        let print = offered.fingerprint;
        let of_offered = move |own: &&mut Material| own.fingerprint == print;
        if let Some(description) = request.description {
            for related in self.related(arn) {
                self.change_key(&related, |key| {
                    if let Some(own) = key.materials.iter_mut().find(of_offered) {
                        own.description = Some(description.into());
                    }
                })?;
            }
        }
        self.change_key(arn, |key| {
            if let Some(own) = key.materials.iter_mut().find(of_offered) {
                own.key = offered.key;
                own.valid_to = request.valid_to;
            }
        })
    }

    /// The first material of a key is its current one; later material waits for a rotation on
    /// demand, one at a time. The replicas learn of it.
    fn import_new(
        &mut self,
        arn: &Arn,
        request: &ImportRequest<'_>,
        offered: Material,
    ) -> Result<(), KmsError> {
        let key = self.record_of(arn)?;
        if key.is_replica() {
            return Err(KmsError::unsupported(format!(
                "{arn} is a multi-Region replica key. New key material must be imported into the \
                 primary key first."
            )));
        }
        let waits = key.materials.iter().any(|own| is_staged(own.state));
        if waits {
            return Err(KmsError::invalid_state(
                arn.as_str(),
                "has key material that is pending rotation. Rotate the key, or delete that key \
                 material first.",
            ));
        }
        let state = if key.materials.is_empty() {
            KeyMaterialState::Current
        } else {
            KeyMaterialState::PendingMultiRegionImportAndRotation
        };
        let new = Material {
            state,
            description: request.description.map(Box::from),
            valid_to: request.valid_to,
            ..offered
        };
        for related in self.related(arn) {
            let new = if related == *arn {
                new.clone()
            } else {
                new.without_key()
            };
            self.change_key(&related, |key| key.materials.push(new))?;
        }
        Ok(())
    }

    /// New material that every related key has can be rotated to.
    pub(super) fn stage_material(&mut self, arn: &Arn) {
        const WAITS: KeyMaterialState = KeyMaterialState::PendingMultiRegionImportAndRotation;
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let has = |key: &KeyRecord| {
            let mut all = key.materials.iter();
            all.any(|own| own.state == WAITS && own.key.is_some())
        };
        if !self.family(key).into_iter().all(has) {
            return;
        }
        for related in self.related(arn) {
            // The key is there: it was found among the related ones.
            let _ = self.change_key(&related, |key| {
                for own in key.materials.iter_mut().filter(|own| own.state == WAITS) {
                    own.state = KeyMaterialState::PendingRotation;
                }
            });
        }
    }

    /// Without an id it is the current material that goes.
    pub(super) fn delete_imported_key_material(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let arn = key.arn.clone();
        let named = cx.input.str("KeyMaterialId");
        if named.is_some() {
            request::check_several(key, "KeyMaterialId")?;
        }
        let mut all = key.materials.iter();
        let found = all.find(|own| match named {
            Some(id) => own.id.is_some_and(|own| own.to_string() == id),
            None => own.state == KeyMaterialState::Current,
        });
        let id = found.and_then(|own| own.id).map(|id| id.to_string());
        match found.map(|own| own.fingerprint) {
            Some(fingerprint) => self.delete_material(&arn, fingerprint)?,
            None if named.is_some() => {
                return Err(KmsError::not_found(format!(
                    "{arn} has no key material with this ID."
                )));
            }
            // Nothing was ever imported: nothing is left to delete.
            None => {}
        }
        Ok(answer(cx, &arn, id))
    }

    /// Deletes material. The key remembers what belongs to it for good, and waits for it to come
    /// back. Of new material that was not rotated to nothing remains; if the primary gives it up,
    /// so do the replicas (API reference, `DeleteImportedKeyMaterial`).
    fn delete_material(&mut self, arn: &Arn, print: Option<[u8; 32]>) -> Result<(), KmsError> {
        let key = self.record_of(arn)?;
        let mut all = key.materials.iter();
        let found = all.find(|own| own.fingerprint == print);
        let is_permanent = found.is_some_and(|own| key.is_permanent(own));
        if is_permanent || key.is_replica() {
            return self.change_key(arn, |key| {
                let mut all = key.materials.iter_mut();
                if let Some(own) = all.find(|own| own.fingerprint == print) {
                    *own = own.without_key();
                }
                key.follow_material();
            });
        }
        for related in self.related(arn) {
            self.change_key(&related, |key| {
                key.materials.retain(|own| own.fingerprint != print);
            })?;
        }
        Ok(())
    }

    /// Material whose time is over is deleted.
    pub(crate) fn expire_material(&mut self, arn: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let key_id = key.id().to_owned();
        let over = |own: &&Material| own.valid_to.is_some_and(|valid_to| valid_to <= at);
        let all: Vec<Material> = key.materials.iter().filter(over).cloned().collect();
        for own in all {
            // The key is there: it was found above.
            let _ = self.delete_material(arn, own.fingerprint);
            let details = object([
                ("keyId", Some(Value::from(key_id.as_str()))),
                (
                    "keyMaterialId",
                    own.id.map(|id| Value::from(id.to_string())),
                ),
            ]);
            self.record_service_event("DeleteExpiredKeyMaterial", arn, at, details);
        }
    }
}

/// Material that is not rotated to.
const fn is_staged(state: KeyMaterialState) -> bool {
    matches!(
        state,
        KeyMaterialState::PendingRotation | KeyMaterialState::PendingMultiRegionImportAndRotation
    )
}

/// What both operations answer, and their event shows. Only material of symmetric encryption keys
/// has an id.
fn answer(cx: &mut Cx<'_>, arn: &Arn, material: Option<String>) -> Members {
    let (key, material) = (Value::from(arn.as_str()), material.map(Value::from));
    cx.trail.response = Some(object([
        ("keyId", Some(key.clone())),
        ("keyMaterialId", material.clone()),
    ]));
    object([("KeyId", Some(key)), ("KeyMaterialId", material)]).into()
}

#[cold]
fn incorrect(why: impl Into<String>) -> KmsError {
    KmsError::new(ErrorCode::IncorrectKeyMaterial, why)
}
