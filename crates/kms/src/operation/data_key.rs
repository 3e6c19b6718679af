//! `GenerateDataKey`, `GenerateDataKeyPair`, and both `WithoutPlaintext`.

use kmsim_crypto::KeyMaterial;
use kmsim_types::{Arn, EncryptionAlgorithm, EncryptionContext, KeySpec, KeyUsage, Operation};

use super::check_usage;
use super::encrypt::{encryption_context, internal};
use crate::error::KmsError;
use crate::members::{Member, members};
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn generate_data_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        let (arn, context) = self.data_key_target(cx)?;
        let length = match (cx.input.str("KeySpec"), cx.input.int("NumberOfBytes")) {
            (Some("AES_128"), None) => 16,
            (Some(_), None) => 32,
            (None, Some(length)) => length,
            _ => {
                return Err(KmsError::validation(
                    "Please specify either number of bytes or key spec.",
                ));
            }
        };
        cx.stop_if_dry()?;
        let secret = self.secret_bytes(length);
        let mut answer = self.sealed_data_key(cx, &arn, &context, &secret, "CiphertextBlob")?;
        if cx.operation == Operation::GenerateDataKey {
            self.deliver(cx, &mut answer, "Plaintext", secret)?;
        }
        Ok(answer)
    }

    pub(super) fn generate_data_key_pair(&mut self, cx: &mut Cx<'_>) -> Answer {
        let (arn, context) = self.data_key_target(cx)?;
        if self.record_of(&arn)?.is_in_custom_key_store() {
            return Err(KmsError::unsupported(format!(
                "{arn} is in a custom key store, which is not valid for {}.",
                cx.operation
            )));
        }
        let spec: KeySpec = cx.input.required_enum("KeyPairSpec")?;
        cx.stop_if_dry()?;
        let pair =
            KeyMaterial::generate(spec, &mut *self.rng).map_err(|why| internal(&arn, why))?;
        let private = pair.export();
        let name = "PrivateKeyCiphertextBlob";
        let mut answer = self.sealed_data_key(cx, &arn, &context, &private, name)?;
        let public = pair.public_key().unwrap_or_default();
        answer.set("PublicKey", Member::Blob(public.to_vec()));
        answer.set("KeyPairSpec", spec.name());
        if cx.operation == Operation::GenerateDataKeyPair {
            self.deliver(cx, &mut answer, "PrivateKeyPlaintext", private.into())?;
        }
        Ok(answer)
    }

    /// Data keys are protected by symmetric encryption keys only.
    fn data_key_target(&self, cx: &Cx<'_>) -> Result<(Arn, EncryptionContext), KmsError> {
        let key = self.key_of(cx)?;
        check_usage(key, KeyUsage::EncryptDecrypt, cx)?;
        if !key.is_symmetric_encryption() {
            return Err(KmsError::invalid_key_usage(format!(
                "{} key spec is {} which is not valid for {}.",
                key.arn, key.spec, cx.operation
            )));
        }
        Ok((
            key.arn.clone(),
            encryption_context(cx, "EncryptionContext")?,
        ))
    }

    fn sealed_data_key(
        &mut self,
        cx: &mut Cx<'_>,
        arn: &Arn,
        context: &EncryptionContext,
        secret: &[u8],
        name: &'static str,
    ) -> Answer {
        let algorithm = EncryptionAlgorithm::SymmetricDefault;
        let sealed = self.seal(arn, algorithm, context, secret)?;
        let mut answer = members! {"KeyId": arn};
        answer.set(name, Member::Blob(sealed.blob));
        if let Some(id) = sealed.material {
            cx.trail.key_material("keyMaterialId", id);
            answer.set("KeyMaterialId", id);
        }
        Ok(answer)
    }
}
