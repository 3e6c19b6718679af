//! Rotation and imported material.

use kmsim_kms::ErrorCode;
use kmsim_types::Operation;
use serde_json::json;

use super::model::{DAY, Imported, Kind, State, Who};
use super::run::Run;
use super::scene::{self, SCENE};

impl Run {
    pub(super) fn set_rotation(&mut self, who: Who, key: u8, days: Option<u32>) {
        let key = self.key(key);
        let answer = match days {
            Some(days) => {
                let input = json!({"RotationPeriodInDays": days});
                self.on(who, key, Operation::EnableKeyRotation, input)
            }
            None => self.on(who, key, Operation::DisableKeyRotation, json!({})),
        };
        let works = self.rotates(key) && self.model.keys[key].import.is_none();
        assert_eq!(answer.is_ok(), works && who.manages(), "{answer:?}");
    }

    /// Whether a key is of those that rotate, and in a state for it.
    fn rotates(&self, key: usize) -> bool {
        let key = &self.model.keys[key];
        let is_replica = key.is_primary == Some(false);
        key.state == State::Enabled && key.kind == Kind::Encrypt && !is_replica
    }

    /// It may be too often, or too soon after or before another one.
    pub(super) fn rotate(&mut self, who: Who, key: u8) {
        let at = self.key(key);
        let answer = self.on(who, at, Operation::RotateKeyOnDemand, json!({}));
        let can = self.rotates(at) && who.manages();
        let key = &mut self.model.keys[at];
        let has_material = key.import.is_none() || key.staged.is_some();
        if !can || !has_material {
            assert!(answer.is_err(), "{key:?}");
        } else if let Err(error) = answer {
            let reasons = [ErrorCode::Conflict, ErrorCode::LimitExceeded];
            assert!(reasons.contains(&error), "{error} {key:?}");
        } else {
            key.imported.extend(key.staged.take());
        }
    }

    pub(super) fn import(&mut self, key: u8, material: usize, days: Option<i64>) {
        // The keys for it are the first ones.
        let prepared = &SCENE.prepared;
        let at = usize::from(key) % prepared.len();
        let mut input = prepared[at].request(material);
        let expires = days.map(|days| self.model.now + days * DAY);
        match expires {
            Some(expires) => {
                let start = scene::start().seconds();
                input["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
                input["ValidTo"] = json!(start + expires);
            }
            None => input["ExpirationModel"] = json!("KEY_MATERIAL_DOES_NOT_EXPIRE"),
        }
        let key = &self.model.keys[at];
        let mut known = key.imported.iter().chain(&key.staged);
        let is_known = known.any(|own| own.which == material);
        let is_first = key.imported.is_empty();
        input["ImportType"] = json!(if is_known {
            "EXISTING_KEY_MATERIAL"
        } else {
            "NEW_KEY_MATERIAL"
        });
        let alive = key.state != State::Gone && !key.state.is_pending_deletion();
        let answer = self.call(Who::Root, 0, Operation::ImportKeyMaterial, input);
        let key = &mut self.model.keys[at];
        let Ok(answer) = answer else {
            // Other material waits for its rotation, or is on the way to it.
            let is_full = !is_known && !is_first;
            assert!(!alive || is_full, "{answer:?} {key:?}");
            return;
        };
        assert!(alive, "{key:?}");
        let own = Imported {
            which: material,
            there: true,
            expires,
        };
        let mut all = key.imported.iter_mut().chain(&mut key.staged);
        if let Some(known) = all.find(|own| own.which == material) {
            *known = own;
        } else if is_first {
            key.imported.push(own);
        } else {
            assert!(key.staged.is_none(), "{key:?}");
            key.staged = Some(own);
        }
        key.follow_material();
        let id = answer["KeyMaterialId"].clone();
        let before = self.material_ids.insert((at, material), id.clone());
        assert!(before.is_none_or(|before| before == id), "one id for ever");
    }

    pub(super) fn delete_material(&mut self, key: u8, material: usize) {
        let at = usize::from(key) % SCENE.prepared.len();
        let Some(id) = self.material_ids.get(&(at, material)) else {
            return;
        };
        let input = json!({"KeyMaterialId": id});
        let answer = self.on(Who::Root, at, Operation::DeleteImportedKeyMaterial, input);
        let key = &mut self.model.keys[at];
        let mut known = key.imported.iter().chain(&key.staged);
        let is_known = known.any(|own| own.which == material);
        assert_eq!(answer.is_ok(), is_known && key.state != State::Gone);
        if answer.is_err() {
            return;
        }
        for own in key.imported.iter_mut().filter(|own| own.which == material) {
            (own.there, own.expires) = (false, None);
        }
        key.staged = key.staged.filter(|own| own.which != material);
        key.follow_material();
    }
}
