//! `DescribeKey` and `GetPublicKey`.

use base64_simd::STANDARD;
use kmsim_types::{Arn, KeyUsage};
use serde_json::Value;

use super::encrypt::current_material;
use crate::error::KmsError;
use crate::members::members;
use crate::service::{Answer, Cx, Service};
use crate::state::key_metadata;

impl Service {
    pub(super) fn describe_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        Ok(members! {"KeyMetadata": self.metadata_of(&arn)?})
    }

    /// `KeyMetadata` of a key.
    pub(crate) fn metadata_of(&self, arn: &Arn) -> Result<Value, KmsError> {
        let key = self.record_of(arn)?;
        let store = key.custom_key_store.as_deref();
        let store = store.and_then(|id| self.custom_key_stores.get(id));
        let cluster = store.and_then(|store| store.cluster());
        Ok(key_metadata(key, &self.family(key), cluster))
    }

    pub(super) fn get_public_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        if !key.spec.is_asymmetric() {
            return Err(KmsError::unsupported(format!(
                "{} key spec is {} which is not valid for {}.",
                key.arn, key.spec, cx.operation
            )));
        }
        let known = key.current().and_then(|own| own.public_key.as_deref());
        let public = if let Some(known) = known {
            known.to_owned()
        } else {
            let public = current_material(key)?.public_key().unwrap_or_default();
            STANDARD.encode_to_string(public)
        };
        let mut answer = members! {
            "KeyId": &key.arn,
            "PublicKey": public,
            "CustomerMasterKeySpec": key.spec.name(),
            "KeySpec": key.spec.name(),
            "KeyUsage": key.usage.name(),
        };
        let metadata = self.metadata_of(&key.arn)?;
        let list = match key.usage {
            KeyUsage::EncryptDecrypt => "EncryptionAlgorithms",
            KeyUsage::SignVerify => "SigningAlgorithms",
            KeyUsage::KeyAgreement => "KeyAgreementAlgorithms",
            KeyUsage::EncapsulateDecapsulate => "EncapsulationAlgorithms",
            KeyUsage::GenerateVerifyMac => return Ok(answer),
        };
        answer.set(list, metadata.get(list).cloned().unwrap_or_default());
        Ok(answer)
    }
}
