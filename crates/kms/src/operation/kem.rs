//! `Encapsulate` and `Decapsulate`.

use kmsim_crypto::Secret;
use kmsim_types::KeyUsage;

use super::check_usage;
use super::encrypt::{current_material, internal};
use crate::error::KmsError;
use crate::members::{Member, members};
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn encapsulate(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        check_usage(self.record_of(&arn)?, KeyUsage::EncapsulateDecapsulate, cx)?;
        cx.stop_if_dry()?;
        let key = self.keys.get(arn.as_str());
        let key = key.ok_or_else(|| crate::service::no_key(&arn))?;
        let made = current_material(key)?.encapsulate(&mut *self.rng);
        let (secret, ciphertext) = made.map_err(|why| internal(&arn, why))?;
        Ok(members! {
            "KeyId": &arn,
            "EncapsulationAlgorithm": "ML_KEM",
            "SharedSecret": Secret::from(secret),
            "SharedSecretCiphertextBlob": Member::Blob(ciphertext),
        })
    }

    pub(super) fn decapsulate(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_usage(key, KeyUsage::EncapsulateDecapsulate, cx)?;
        let ciphertext = cx.input.required_bytes("SharedSecretCiphertextBlob")?;
        // A wrong length is an error; other wrong bytes give a secret that nobody else has.
        let secret = current_material(key)?
            .decapsulate(&ciphertext)
            .map_err(|_| KmsError::invalid_ciphertext())?;
        cx.stop_if_dry()?;
        Ok(members! {
            "KeyId": &key.arn,
            "EncapsulationAlgorithm": "ML_KEM",
            "SharedSecret": Secret::from(secret),
        })
    }
}
