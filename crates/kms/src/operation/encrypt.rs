//! `Encrypt`, `Decrypt`, `ReEncrypt`.

use std::sync::Arc;

use kmsim_crypto::{CryptoError, KeyMaterial, MaterialId, Secret, blob};
use kmsim_types::{
    Arn, EncryptionAlgorithm, EncryptionContext, KeyMaterialState, KeySpec, KeyUsage,
};

use super::custom_key_store::external_key;
use super::{check_algorithm, check_usage};
use crate::error::KmsError;
use crate::members::{Member, members};
use crate::service::{Answer, Cx, Service};
use crate::state::KeyRecord;

/// Most bytes of an encryption context: keys and values together.
const LONGEST_CONTEXT: usize = 8192;

/// A ciphertext, and which generation of material made it.
pub(super) struct Sealed {
    pub(super) blob: Vec<u8>,
    pub(super) material: Option<MaterialId>,
}

/// A plaintext, and which generation of material it was under.
struct Opened {
    plaintext: Secret,
    material: Option<MaterialId>,
}

/// One side of an encryption: algorithm and context, and the names of their parameters.
struct Side<'p> {
    algorithm: &'p str,
    context: &'p str,
}

const ONLY: Side<'_> = Side {
    algorithm: "EncryptionAlgorithm",
    context: "EncryptionContext",
};
const SOURCE: Side<'_> = Side {
    algorithm: "SourceEncryptionAlgorithm",
    context: "SourceEncryptionContext",
};
const DESTINATION: Side<'_> = Side {
    algorithm: "DestinationEncryptionAlgorithm",
    context: "DestinationEncryptionContext",
};

impl Service {
    pub(super) fn encrypt(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        let (algorithm, context) = self.chosen(cx, &arn, &ONLY)?;
        let plaintext = cx.input.required_blob("Plaintext")?;
        check_length(self.record_of(&arn)?.spec, algorithm, plaintext.len())?;
        cx.stop_if_dry()?;
        let sealed = self.seal(&arn, algorithm, &context, &plaintext)?;
        if let Some(id) = sealed.material {
            cx.trail.key_material("keyMaterialId", id);
        }
        Ok(members! {
            "CiphertextBlob": Member::Blob(sealed.blob),
            "KeyId": &arn,
            "EncryptionAlgorithm": algorithm.name(),
        })
    }

    pub(super) fn decrypt(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        let (algorithm, context) = self.chosen(cx, &arn, &ONLY)?;
        stop_if_ciphertext_is_ignored(cx)?;
        let ciphertext = cx.input.required_bytes("CiphertextBlob")?;
        let opened = self.open(&arn, algorithm, &context, &ciphertext)?;
        cx.stop_if_dry()?;
        let mut answer = members! {
            "KeyId": &arn,
            "EncryptionAlgorithm": algorithm.name(),
        };
        if let Some(id) = opened.material {
            cx.trail.key_material("keyMaterialId", id);
            answer.set("KeyMaterialId", id);
        }
        self.deliver(cx, &mut answer, "Plaintext", opened.plaintext)?;
        Ok(answer)
    }

    pub(super) fn re_encrypt(&mut self, cx: &mut Cx<'_>) -> Answer {
        let source = cx.key()?.clone();
        let missing = || KmsError::missing("destinationKeyId");
        let destination = cx.other.clone().ok_or_else(missing)?;
        let (from, from_context) = self.chosen(cx, &source, &SOURCE)?;
        let (to, to_context) = self.chosen(cx, &destination, &DESTINATION)?;
        stop_if_ciphertext_is_ignored(cx)?;
        let ciphertext = cx.input.required_bytes("CiphertextBlob")?;
        let opened = self.open(&source, from, &from_context, &ciphertext)?;
        check_length(
            self.record_of(&destination)?.spec,
            to,
            opened.plaintext.len(),
        )?;
        cx.stop_if_dry()?;
        let sealed = self.seal(&destination, to, &to_context, &opened.plaintext)?;
        let mut answer = members! {
            "CiphertextBlob": Member::Blob(sealed.blob),
            "SourceKeyId": &source,
            "KeyId": &destination,
            "SourceEncryptionAlgorithm": from.name(),
            "DestinationEncryptionAlgorithm": to.name(),
        };
        if let Some(id) = opened.material {
            cx.trail.key_material("sourceKeyMaterialId", id);
            answer.set("SourceKeyMaterialId", id);
        }
        if let Some(id) = sealed.material {
            cx.trail.key_material("destinationKeyMaterialId", id);
            answer.set("DestinationKeyMaterialId", id);
        }
        Ok(answer)
    }

    /// Algorithm and encryption context of one side, which must go with the key.
    fn chosen(
        &self,
        cx: &Cx<'_>,
        arn: &Arn,
        side: &Side<'_>,
    ) -> Result<(EncryptionAlgorithm, EncryptionContext), KmsError> {
        let key = self.record_of(arn)?;
        check_usage(key, KeyUsage::EncryptDecrypt, cx)?;
        let algorithm = cx.input.enum_of(side.algorithm)?;
        let algorithm = algorithm.unwrap_or(EncryptionAlgorithm::SymmetricDefault);
        check_algorithm(key, key.spec.encryption_algorithms(), algorithm)?;
        let context = encryption_context(cx, side.context)?;
        if !context.is_empty() && !key.is_symmetric_encryption() {
            return Err(KmsError::validation(
                "You cannot specify an EncryptionContext for an asymmetric KMS key.",
            ));
        }
        Ok((algorithm, context))
    }

    /// Encrypts with the key's current material.
    pub(super) fn seal(
        &mut self,
        arn: &Arn,
        algorithm: EncryptionAlgorithm,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Sealed, KmsError> {
        // The fields are borrowed one by one: the key and the random source at once.
        let key = self.keys.get(arn.as_str());
        let key = key.ok_or_else(|| crate::service::no_key(arn))?;
        let material = current_material(key)?;
        if algorithm != EncryptionAlgorithm::SymmetricDefault {
            let blob = material.encrypt(algorithm, plaintext, &mut *self.rng);
            let blob = blob.map_err(|why| internal(arn, why))?;
            return Ok(Sealed {
                blob,
                material: None,
            });
        }
        let blob = blob::seal(material, key.id(), context, plaintext, &mut *self.rng)
            .and_then(|inner| {
                external_key::seal(&self.root_key, key, context, inner, &mut *self.rng)
            })
            .map_err(|why| internal(arn, why))?;
        let material = key.current().and_then(|own| own.id);
        Ok(Sealed { blob, material })
    }

    /// Decrypts with the material that a symmetric ciphertext names, or with the private key.
    fn open(
        &self,
        arn: &Arn,
        algorithm: EncryptionAlgorithm,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Opened, KmsError> {
        let key = self.record_of(arn)?;
        if algorithm != EncryptionAlgorithm::SymmetricDefault {
            let plaintext = current_material(key)?.decrypt(algorithm, ciphertext);
            let plaintext = plaintext.map_err(|_| KmsError::invalid_ciphertext())?;
            return Ok(Opened {
                plaintext: plaintext.into(),
                material: None,
            });
        }
        let header = blob::Header::parse(ciphertext).map_err(|_| KmsError::invalid_ciphertext())?;
        if header.key_id() != key.id() {
            return Err(KmsError::incorrect_key());
        }
        let inner = external_key::open(&self.root_key, key, context, ciphertext)?;
        let (ciphertext, header) = match &inner {
            None => (ciphertext, header),
            Some(inner) => (
                &**inner,
                blob::Header::parse(inner).map_err(|_| KmsError::invalid_ciphertext())?,
            ),
        };
        let id = header.material_id();
        let generation = key
            .materials
            .iter()
            .find(|own| own.id == Some(id) && has_been_current(own.state));
        let material = generation.and_then(|own| own.key.as_deref());
        let material = material.ok_or_else(KmsError::invalid_ciphertext)?;
        let plaintext = blob::open(material, context, ciphertext)
            .map_err(|_| KmsError::invalid_ciphertext())?;
        Ok(Opened {
            plaintext,
            material: Some(id),
        })
    }
}

/// Imported material decrypts once it has been rotated to.
const fn has_been_current(state: KeyMaterialState) -> bool {
    matches!(
        state,
        KeyMaterialState::Current | KeyMaterialState::NonCurrent
    )
}

/// The material that encrypts, signs and so on. The key's state has been checked: it is there.
pub(super) fn current_material(key: &KeyRecord) -> Result<&Arc<KeyMaterial>, KmsError> {
    let material = key.current().and_then(|own| own.key.as_ref());
    material.ok_or_else(|| {
        KmsError::invalid_state(key.arn.as_str(), "has no key material at the moment.")
    })
}

/// What the checks before it should have found; said so, not panicked.
pub(super) fn internal(arn: &Arn, why: CryptoError) -> KmsError {
    KmsError::internal(format!("{arn}: {why}"))
}

/// The encryption context of a parameter, not longer than KMS takes it.
pub(super) fn encryption_context(
    cx: &Cx<'_>,
    parameter: &str,
) -> Result<EncryptionContext, KmsError> {
    let context = cx.input.pairs(parameter);
    let length: usize = context
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    if length > LONGEST_CONTEXT {
        return Err(KmsError::validation(format!(
            "1 validation error detected: Value at 'encryptionContext' failed to satisfy constraint: \
             Keys and values together must have length less than or equal to {LONGEST_CONTEXT}"
        )));
    }
    Ok(context)
}

/// With `IGNORE_CIPHERTEXT` a dry run ends before the ciphertext is looked at.
fn stop_if_ciphertext_is_ignored(cx: &Cx<'_>) -> Result<(), KmsError> {
    let ignored = cx
        .input
        .strings("DryRunModifiers")
        .any(|modifier| modifier == "IGNORE_CIPHERTEXT");
    if !ignored {
        return Ok(());
    }
    cx.stop_if_dry()?;
    Err(KmsError::validation(
        "DryRunModifiers can only be specified when DryRun is true.",
    ))
}

/// How long a plaintext can be (KMS Developer Guide, "Key spec reference").
fn check_length(
    spec: KeySpec,
    algorithm: EncryptionAlgorithm,
    length: usize,
) -> Result<(), KmsError> {
    let modulus = match spec {
        KeySpec::Rsa2048 => 256,
        KeySpec::Rsa3072 => 384,
        _ => 512,
    };
    let most = match algorithm {
        EncryptionAlgorithm::SymmetricDefault => 4096,
        // RFC 8017, 7.1.1: k - 2 hLen - 2.
        EncryptionAlgorithm::RsaesOaepSha1 => modulus - 2 * 20 - 2,
        EncryptionAlgorithm::RsaesOaepSha256 => modulus - 2 * 32 - 2,
        EncryptionAlgorithm::Sm2Pke => 1024,
    };
    if length <= most {
        return Ok(());
    }
    Err(KmsError::validation(format!(
        "Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes."
    )))
}
