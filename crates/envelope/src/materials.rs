//! Cryptographic materials: what the encryptor and the decryptor ask for (AWS Encryption SDK
//! specification, "CMM interface" and "Default CMM").

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::ecdsa::EphemeralKey;
use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;

use crate::context;
use crate::error::Error;
use crate::keyring::{DataKey, EncryptedDataKey, Keyring, PlaintextDataKey};
use crate::suite::{AlgorithmSuite, CommitmentPolicy};

/// A cryptographic materials manager. Every [`Keyring`] is one by itself: it asks for a data key
/// for each message. [`CachingManager`](crate::CachingManager) is the other one.
pub trait MaterialsManager {
    /// What to encrypt a message with.
    fn encryption_materials(
        &mut self,
        request: &EncryptionRequest<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Arc<EncryptionMaterials>, Error>;

    /// The data key of a message with these encrypted data keys.
    fn decryption_key(
        &mut self,
        suite: AlgorithmSuite,
        encrypted: &[EncryptedDataKey],
        context: &EncryptionContext,
    ) -> Result<Arc<PlaintextDataKey>, Error>;
}

/// What is known of a message before it is encrypted.
#[derive(Debug, Clone, Copy)]
pub struct EncryptionRequest<'a> {
    /// The caller's encryption context.
    pub context: &'a EncryptionContext,
    /// The suite that the caller asked for.
    pub suite: Option<AlgorithmSuite>,
    /// What chooses the suite otherwise.
    pub commitment_policy: CommitmentPolicy,
    /// The most bytes of plaintext that will come, if known.
    pub plaintext_length: Option<u64>,
}

/// What a message is encrypted with. Keyrings are what it is made by: the parts fit each other.
#[derive(Debug)]
pub struct EncryptionMaterials {
    pub(crate) suite: AlgorithmSuite,
    pub(crate) context: EncryptionContext,
    pub(crate) data_key: PlaintextDataKey,
    pub(crate) encrypted_data_keys: Vec<EncryptedDataKey>,
    /// There is one exactly if the suite has a signature.
    pub(crate) signing_key: Option<EphemeralKey>,
}

impl EncryptionMaterials {
    /// The algorithm suite.
    pub fn suite(&self) -> AlgorithmSuite {
        self.suite
    }

    /// The encryption context, with the public key if messages are signed.
    pub fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// The data key under each wrapping key.
    pub fn encrypted_data_keys(&self) -> &[EncryptedDataKey] {
        &self.encrypted_data_keys
    }
}

impl<K: Keyring + ?Sized> MaterialsManager for K {
    fn encryption_materials(
        &mut self,
        request: &EncryptionRequest<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Arc<EncryptionMaterials>, Error> {
        let default = request.commitment_policy.default_suite();
        let suite = request.suite.unwrap_or(default);
        let mut context = request.context.clone();
        let signing_key = suite.signature().map(|curve| {
            let key = EphemeralKey::generate(curve, rng);
            let public = STANDARD.encode(key.public_key_compressed());
            context.0.insert(context::PUBLIC_KEY.to_owned(), public);
            key
        });
        // What has no place in the header must not cost a data key.
        context::serialize(&context)?;
        let DataKey {
            plaintext,
            encrypted,
        } = self.generate(suite.key_length(), &context, rng)?;
        Ok(Arc::new(EncryptionMaterials {
            suite,
            context,
            data_key: plaintext,
            encrypted_data_keys: encrypted,
            signing_key,
        }))
    }

    fn decryption_key(
        &mut self,
        suite: AlgorithmSuite,
        encrypted: &[EncryptedDataKey],
        context: &EncryptionContext,
    ) -> Result<Arc<PlaintextDataKey>, Error> {
        let data_key = self.decrypt(encrypted, suite.key_length(), context)?;
        Ok(Arc::new(data_key))
    }
}
