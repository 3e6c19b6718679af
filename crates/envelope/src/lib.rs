#![doc = include_str!("../README.md")]

mod body;
mod cache;
pub mod context;
mod decrypt;
mod encrypt;
mod error;
mod header;
pub mod keyring;
mod keys;
mod materials;
mod source;
mod suite;

pub use cache::{CacheLimits, CacheLimitsError, CachingAt, CachingManager, DataKeyCache};
pub use context::ContextError;
pub use decrypt::{Decrypted, Decryptor, Signatures};
pub use encrypt::Encryptor;
pub use error::{Check, Error, Malformed};
pub use header::{Content, EncryptedDataKey, Header};
pub use keyring::{DataKey, Keyring, KeyringError, PlaintextDataKey};
pub use materials::{EncryptionMaterials, EncryptionRequest, MaterialsManager};
pub use suite::{AlgorithmSuite, CommitmentPolicy, MessageVersion};
