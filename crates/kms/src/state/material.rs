//! Key material of a key, one for each rotation.

use std::sync::Arc;

use base64_simd::STANDARD;
use kmsim_crypto::{CryptoError, Hash, KeyMaterial, MaterialId, hkdf};
use kmsim_types::{KeyMaterialState, RotationType};
use serde::{Deserialize, Serialize};

use super::hex;
use crate::clock::Timestamp;

/// One generation of a key's material.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Material {
    /// The material; none while imported material is deleted or expired. It is stored sealed.
    #[serde(skip)]
    pub(crate) key: Option<Arc<KeyMaterial>>,
    /// `KeyMaterialId`, of symmetric encryption keys.
    #[serde(with = "hex::material_id")]
    pub(crate) id: Option<MaterialId>,
    /// `KeyMaterialState`
    pub(crate) state: KeyMaterialState,
    /// `KeyMaterialDescription`
    pub(crate) description: Option<Box<str>>,
    /// `ValidTo`: when imported material is deleted by itself.
    pub(crate) valid_to: Option<Timestamp>,
    /// `RotationDate` and `RotationType`; none for the first material.
    pub(crate) rotation: Option<(Timestamp, RotationType)>,
    /// A fingerprint of imported material, by which it is known again when it comes back.
    #[serde(with = "hex::bytes")]
    pub(crate) fingerprint: Option<[u8; 32]>,
    /// The public half of imported material in base64. It is told also while the private half is
    /// deleted (table of key states, `GetPublicKey`).
    pub(crate) public_key: Option<Box<str>>,
}

impl Material {
    /// Material that the service made.
    pub(crate) fn new(key: Arc<KeyMaterial>, key_id: &str) -> Self {
        Self {
            id: key.id(key_id).ok(),
            key: Some(key),
            state: KeyMaterialState::Current,
            description: None,
            valid_to: None,
            rotation: None,
            fingerprint: None,
            public_key: None,
        }
    }

    /// Material from outside.
    pub(crate) fn imported(key: Arc<KeyMaterial>, key_id: &str) -> Result<Self, CryptoError> {
        let mut fingerprint = [0; 32];
        let info = b"kmsim imported key material";
        hkdf::derive(
            Hash::Sha256,
            key_id.as_bytes(),
            &key.export(),
            info,
            &mut fingerprint,
        )?;
        Ok(Self {
            fingerprint: Some(fingerprint),
            public_key: key
                .public_key()
                .map(|public| STANDARD.encode_to_string(public).into()),
            ..Self::new(key, key_id)
        })
    }

    /// What a replica knows of material that was imported into its primary: everything but the
    /// material and its expiry (KMS Developer Guide, "Rotating multi-Region keys").
    pub(crate) fn without_key(&self) -> Self {
        Self {
            key: None,
            valid_to: None,
            ..self.clone()
        }
    }
}
