//! A keyring of AES keys that are at hand (AWS Encryption SDK specification, "Raw AES keyring").

use std::fmt;

use kmsim_crypto::GcmKey;
use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{DataKey, EncryptedDataKey, Keyring, KeyringError, PlaintextDataKey};
use crate::context;

const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// Wraps data keys with AES-GCM, without any KMS. The official SDKs read and write the same data
/// keys.
pub struct RawAesKeyring {
    namespace: String,
    keys: Vec<RawKey>,
}

struct RawKey {
    name: String,
    key: GcmKey,
}

/// A wrapping key that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RawKeyError {
    /// AES has keys of 16, 24 and 32 bytes.
    #[error("a wrapping key has 16, 24 or 32 bytes, not {0}")]
    Length(usize),
    /// What begins with `aws-kms` is KMS's.
    #[error("the namespace `{0}` is for keys of KMS")]
    Namespace(String),
}

impl RawAesKeyring {
    /// A keyring of one wrapping key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// When the key has another length, or the namespace is KMS's.
    pub fn new(
        namespace: impl Into<String>,
        name: impl Into<String>,
        key: &[u8],
    ) -> Result<Self, RawKeyError> {
        let namespace = namespace.into();
        if namespace.starts_with("aws-kms") {
            return Err(RawKeyError::Namespace(namespace));
        }
        let keys = Vec::new();
        Self { namespace, keys }.with_key(name, key)
    }

    /// The same keyring with one more wrapping key: data keys are encrypted under all.
    ///
    /// # Errors
    /// When the key has another length than 16, 24 or 32 bytes.
    pub fn with_key(mut self, name: impl Into<String>, key: &[u8]) -> Result<Self, RawKeyError> {
        if !matches!(key.len(), 16 | 24 | 32) {
            return Err(RawKeyError::Length(key.len()));
        }
        let length = |_| RawKeyError::Length(key.len());
        self.keys.push(RawKey {
            name: name.into(),
            key: GcmKey::new(key).map_err(length)?,
        });
        Ok(self)
    }
}

impl Keyring for RawAesKeyring {
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError> {
        let mut plaintext = Zeroizing::new(vec![0; length]);
        rng.fill_bytes(&mut plaintext);
        let aad = context::serialize(context).map_err(KeyringError::other)?;
        let mut encrypted = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            encrypted.push(key.wrap(&self.namespace, &plaintext, &aad, rng)?);
        }
        Ok(DataKey {
            plaintext: plaintext.into(),
            encrypted,
        })
    }

    fn decrypt(
        &mut self,
        encrypted: &[EncryptedDataKey],
        length: usize,
        context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        let aad = context::serialize(context).map_err(KeyringError::other)?;
        let mut attempts = Vec::new();
        for key in &self.keys {
            let of_namespace = encrypted
                .iter()
                .filter(|found| found.provider_id == self.namespace);
            for (nonce, found) in of_namespace.filter_map(|found| Some((key.nonce(found)?, found)))
            {
                match key.unwrap(&nonce, &found.ciphertext, &aad) {
                    Some(plaintext) if plaintext.as_bytes().len() == length => {
                        return Ok(plaintext);
                    }
                    _ => attempts.push(KeyringError::NotUnwrapped(key.name.clone())),
                }
            }
        }
        Err(KeyringError::not_decrypted(encrypted, attempts))
    }
}

impl RawKey {
    fn wrap(
        &self,
        namespace: &str,
        data_key: &[u8],
        aad: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<EncryptedDataKey, KeyringError> {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        let mut ciphertext = data_key.to_vec();
        let tag = self
            .key
            .seal_in_place(&nonce, aad, &mut ciphertext)
            .map_err(KeyringError::other)?;
        ciphertext.extend(tag);
        Ok(EncryptedDataKey {
            provider_id: namespace.to_owned(),
            provider_info: [self.prefix().as_slice(), &nonce].concat(),
            ciphertext,
        })
    }

    /// What the provider information of this key's data keys begins with: the name, then the
    /// lengths of tag (in bits) and nonce (in bytes).
    fn prefix(&self) -> Vec<u8> {
        let lengths = [0, 0, 0, 128, 0, 0, 0, 12];
        [self.name.as_bytes(), &lengths].concat()
    }

    /// The nonce of a data key; nothing if it is another key's.
    fn nonce(&self, encrypted: &EncryptedDataKey) -> Option<[u8; NONCE_LENGTH]> {
        let info = encrypted.provider_info.as_slice();
        info.strip_prefix(self.prefix().as_slice())?.try_into().ok()
    }

    /// Nothing if the ciphertext is not authentic.
    fn unwrap(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        ciphertext: &[u8],
        aad: &[u8],
    ) -> Option<PlaintextDataKey> {
        let (data_key, tag) = ciphertext.split_last_chunk::<TAG_LENGTH>()?;
        let mut data_key = Zeroizing::new(data_key.to_vec());
        let opened = self.key.open_in_place(nonce, aad, &mut data_key, tag);
        opened.ok().map(|()| data_key.into())
    }
}

/// Shows names only.
impl fmt::Debug for RawAesKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.keys.iter().map(|key| key.name.as_str()).collect();
        f.debug_struct("RawAesKeyring")
            .field("namespace", &self.namespace)
            .field("names", &names)
            .finish_non_exhaustive()
    }
}
