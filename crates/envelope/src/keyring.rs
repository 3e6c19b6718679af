//! Keyrings: where data keys come from (AWS Encryption SDK Developer Guide, "Using keyrings").

mod client;
mod json;
mod key_arn;
mod kms;
mod raw_aes;

use std::error::Error as StdError;
use std::fmt;

use kmsim_types::{EncryptionContext, Operation};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use crate::header::EncryptedDataKey;
pub use client::{KmsCiphertext, KmsClient, KmsDataKey, KmsPlaintext};
pub use json::JsonClient;
pub use kms::{DiscoveryFilter, KeyIdsError, KmsKeyring};
pub use raw_aes::{RawAesKeyring, RawKeyError};

/// An error of any kind, as keyrings and clients of KMS report it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What makes data keys, and decrypts them again.
pub trait Keyring {
    /// A new data key of `length` bytes, in plaintext and under each of the wrapping keys.
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError>;

    /// The data key of a message: what the first of the encrypted ones gives that can be
    /// decrypted and has `length` bytes.
    fn decrypt(
        &mut self,
        encrypted: &[EncryptedDataKey],
        length: usize,
        context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError>;
}

/// A new data key.
#[derive(Debug)]
pub struct DataKey {
    /// The key.
    pub plaintext: PlaintextDataKey,
    /// The key under each of the wrapping keys: at least one.
    pub encrypted: Vec<EncryptedDataKey>,
}

/// The bytes of a data key. They are erased when it is dropped, and `Debug` doesn't show them.
#[derive(Clone)]
pub struct PlaintextDataKey(Zeroizing<Vec<u8>>);

impl PlaintextDataKey {
    /// A data key of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for PlaintextDataKey {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for PlaintextDataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlaintextDataKey({} bytes)", self.0.len())
    }
}

/// Why a keyring has no data key.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// KMS refused, or could not be asked.
    #[error("{operation} under {key_id} failed: {source}")]
    Kms {
        /// The operation.
        operation: Operation,
        /// The key as the request named it.
        key_id: String,
        /// The client's error.
        source: BoxError,
    },
    /// KMS answered with something else than what was asked for.
    #[error("{operation} under {key_id} answered with {found}")]
    Response {
        /// The operation.
        operation: Operation,
        /// The key as the request named it.
        key_id: String,
        /// What is wrong with the answer.
        found: UnexpectedResponse,
    },
    /// The keyring has no key to encrypt under.
    #[error("a discovery keyring can't encrypt: it has no key of its own")]
    DiscoveryEncrypts,
    /// No encrypted data key is this keyring's to decrypt.
    #[error("the keyring decrypts none of the message's data keys: {}", list(.found))]
    NoMatch {
        /// The data keys of the message, by provider and wrapping key.
        found: Vec<String>,
    },
    /// Every data key that is this keyring's was tried.
    #[error("no data key could be decrypted: {}", list(.attempts))]
    NotDecrypted {
        /// Why, in the order in which they were tried.
        attempts: Vec<Self>,
    },
    /// The wrapping key is wrong, or the data key was changed.
    #[error("the data key is not one that `{0}` wrapped under this encryption context")]
    NotUnwrapped(String),
    /// A keyring of somebody else's.
    #[error(transparent)]
    Other(BoxError),
}

/// What KMS must not answer with (specification, "AWS KMS keyring", `OnEncrypt` and `OnDecrypt`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnexpectedResponse {
    /// A key that isn't the one asked for, or no key ARN.
    #[error("the key `{0}`")]
    KeyId(String),
    /// A data key that doesn't fit the algorithm suite.
    #[error("a data key of {0} bytes")]
    Length(usize),
}

impl KeyringError {
    /// An error of a keyring of one's own.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    /// That none of these is the keyring's.
    pub fn no_match(encrypted: &[EncryptedDataKey]) -> Self {
        let name = |key: &EncryptedDataKey| {
            // What raw keyrings keep is not all text.
            let info: String = String::from_utf8_lossy(&key.provider_info)
                .chars()
                .take_while(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER)
                .take(200)
                .collect();
            format!("{} {info}", key.provider_id)
        };
        Self::NoMatch {
            found: encrypted.iter().map(name).collect(),
        }
    }

    /// The result of trying some data keys and failing with each.
    fn not_decrypted(encrypted: &[EncryptedDataKey], attempts: Vec<Self>) -> Self {
        if attempts.is_empty() {
            Self::no_match(encrypted)
        } else {
            Self::NotDecrypted { attempts }
        }
    }
}

fn list(items: &[impl fmt::Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join("; ")
}

#[cfg(test)]
mod tests;
