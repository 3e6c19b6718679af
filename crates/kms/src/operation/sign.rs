//! `Sign` and `Verify`.

use kmsim_crypto::CryptoError;
use kmsim_types::{KeyUsage, MessageType, SigningAlgorithm};

use super::encrypt::{current_material, internal};
use super::{check_algorithm, check_usage};
use crate::error::{ErrorCode, KmsError};
use crate::members::{Member, members};
use crate::service::{Answer, Cx, Service};
use crate::state::KeyRecord;

impl Service {
    pub(super) fn sign(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        let (algorithm, message_type) = self.signing(cx)?;
        let message = cx.input.required_blob("Message")?;
        check_message(
            self.record_of(&arn)?,
            algorithm,
            message_type,
            message.len(),
        )?;
        cx.stop_if_dry()?;
        let key = self.keys.get(arn.as_str());
        let key = key.ok_or_else(|| crate::service::no_key(&arn))?;
        let signature = current_material(key)?
            .sign(algorithm, message_type, &message, &mut *self.rng)
            .map_err(|why| refused(key, message_type, why))?;
        Ok(members! {
            "KeyId": &arn,
            "Signature": Member::Blob(signature),
            "SigningAlgorithm": algorithm.name(),
        })
    }

    pub(super) fn verify(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let (algorithm, message_type) = self.signing(cx)?;
        let message = cx.input.required_blob("Message")?;
        let signature = cx.input.required_bytes("Signature")?;
        check_message(key, algorithm, message_type, message.len())?;
        match current_material(key)?.verify(algorithm, message_type, &message, &signature) {
            Ok(()) => {}
            Err(CryptoError::Failed) => {
                return Err(KmsError::new(ErrorCode::KmsInvalidSignature, ""));
            }
            Err(why) => return Err(refused(key, message_type, why)),
        }
        cx.stop_if_dry()?;
        Ok(members! {
            "KeyId": &key.arn,
            "SignatureValid": true,
            "SigningAlgorithm": algorithm.name(),
        })
    }

    fn signing(&self, cx: &Cx<'_>) -> Result<(SigningAlgorithm, MessageType), KmsError> {
        let key = self.key_of(cx)?;
        check_usage(key, KeyUsage::SignVerify, cx)?;
        let algorithm = cx.input.required_enum("SigningAlgorithm")?;
        check_algorithm(key, key.spec.signing_algorithms(), algorithm)?;
        let message_type = cx.input.enum_of("MessageType")?.unwrap_or(MessageType::Raw);
        Ok((algorithm, message_type))
    }
}

/// A digest must be as long as the hash of the algorithm makes it; which message types a key spec
/// has is the cryptography's to say.
fn check_message(
    key: &KeyRecord,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    length: usize,
) -> Result<(), KmsError> {
    use SigningAlgorithm as A;
    let expected = match (message_type, algorithm) {
        (MessageType::Raw, A::Ed25519PhSha512) => return Err(incompatible(key, message_type)),
        (MessageType::Raw, _) => return Ok(()),
        (MessageType::ExternalMu, A::MlDsaShake256) => 64,
        (MessageType::ExternalMu, _) => return Err(incompatible(key, message_type)),
        (MessageType::Digest, A::MlDsaShake256 | A::Ed25519Sha512) => {
            return Err(incompatible(key, message_type));
        }
        (MessageType::Digest, A::Ed25519PhSha512) => 64,
        (MessageType::Digest, A::RsassaPssSha256 | A::RsassaPkcs1V15Sha256 | A::EcdsaSha256) => 32,
        (MessageType::Digest, A::RsassaPssSha384 | A::RsassaPkcs1V15Sha384 | A::EcdsaSha384) => 48,
        (MessageType::Digest, A::RsassaPssSha512 | A::RsassaPkcs1V15Sha512 | A::EcdsaSha512) => 64,
        (MessageType::Digest, A::Sm2Dsa) => 32,
    };
    if length == expected {
        return Ok(());
    }
    Err(KmsError::validation(format!(
        "Digest is invalid length for algorithm {algorithm}."
    )))
}

fn refused(key: &KeyRecord, message_type: MessageType, why: CryptoError) -> KmsError {
    match why {
        CryptoError::Unsupported => incompatible(key, message_type),
        why => internal(&key.arn, why),
    }
}

fn incompatible(key: &KeyRecord, message_type: MessageType) -> KmsError {
    KmsError::validation(format!(
        "Message type {message_type} is incompatible with key spec {}.",
        key.spec
    ))
}
