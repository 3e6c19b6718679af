//! The manager that asks the cache before it asks the keyring.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;

use super::id::{self, CacheId};
use super::{DataKeyCache, Materials, Usage};
use crate::error::Error;
use crate::keyring::{EncryptedDataKey, PlaintextDataKey};
use crate::materials::{EncryptionMaterials, EncryptionRequest, MaterialsManager};
use crate::suite::AlgorithmSuite;

/// The most messages that one data key may encrypt.
const MOST_MESSAGES: u64 = 1 << 32;
/// The most bytes that one data key may encrypt.
const MOST_BYTES: u64 = (1 << 63) - 1;

/// For how long and how much a cached data key is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// How old an entry may become, counted from when it was made. Not zero.
    pub max_age: Duration,
    /// How many messages a data key encrypts: 1 to 2^32.
    pub max_messages: u64,
    /// How many bytes a data key encrypts: up to 2^63 - 1. A message that is longer by itself has
    /// a data key of its own.
    pub max_bytes: u64,
}

/// Limits that make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CacheLimitsError {
    /// The age is zero.
    #[error("the maximum age of cached data keys must be more than 0 seconds")]
    MaxAge,
    /// The number of messages is zero, or more than 2^32.
    #[error("the maximum number of messages under a data key is from 1 to 2^32, not {0}")]
    MaxMessages(u64),
    /// The number of bytes is 2^63 or more.
    #[error("the maximum number of bytes under a data key is up to 2^63 - 1, not {0}")]
    MaxBytes(u64),
}

impl CacheLimits {
    /// Limits of age only.
    pub const fn of_age(max_age: Duration) -> Self {
        Self {
            max_age,
            max_messages: MOST_MESSAGES,
            max_bytes: MOST_BYTES,
        }
    }

    fn check(self) -> Result<Self, CacheLimitsError> {
        if self.max_age.is_zero() {
            Err(CacheLimitsError::MaxAge)
        } else if !(1..=MOST_MESSAGES).contains(&self.max_messages) {
            Err(CacheLimitsError::MaxMessages(self.max_messages))
        } else if self.max_bytes > MOST_BYTES {
            Err(CacheLimitsError::MaxBytes(self.max_bytes))
        } else {
            Ok(self)
        }
    }
}

/// A caching materials manager: keeps the data keys of a keyring, or of another manager, in a
/// [`DataKeyCache`].
///
/// A message is encrypted under a cached data key if the entry is of the same partition, the same
/// requested suite and the same encryption context, and all limits allow one more message of its
/// length. A message is decrypted with a cached data key if suite, encrypted data keys and
/// encryption context are the same; only age limits that. Signed messages under one data key are
/// signed with one key. Suites without key derivation, and messages of unknown length, are never
/// cached.
pub struct CachingManager<M> {
    inner: M,
    limits: CacheLimits,
    partition: Vec<u8>,
}

impl<M: MaterialsManager> CachingManager<M> {
    /// A manager that shares no entries: its partition is random.
    ///
    /// # Errors
    /// When a limit is out of its range.
    pub fn new(
        inner: M,
        limits: CacheLimits,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, CacheLimitsError> {
        let mut partition = vec![0; 16];
        rng.fill_bytes(&mut partition);
        Ok(Self {
            inner,
            limits: limits.check()?,
            partition,
        })
    }

    /// The same manager, sharing entries with others of this partition.
    #[must_use]
    pub fn with_partition(self, partition: impl Into<Vec<u8>>) -> Self {
        Self {
            partition: partition.into(),
            ..self
        }
    }

    /// The manager at a moment, as encryptor and decryptor take it. `now` counts from any fixed
    /// point in time, the same for all managers of a cache.
    pub fn at<'a>(&'a mut self, cache: &'a mut DataKeyCache, now: Duration) -> CachingAt<'a, M> {
        CachingAt {
            manager: self,
            cache,
            now,
        }
    }

    /// What is asked when the cache has nothing.
    pub fn inner(&self) -> &M {
        &self.inner
    }

    /// What is asked when the cache has nothing, to be changed between messages.
    pub fn inner_mut(&mut self) -> &mut M {
        &mut self.inner
    }
}

impl<M: fmt::Debug> fmt::Debug for CachingManager<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingManager")
            .field("inner", &self.inner)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A [`CachingManager`] with its cache at a moment.
#[derive(Debug)]
pub struct CachingAt<'a, M> {
    manager: &'a mut CachingManager<M>,
    cache: &'a mut DataKeyCache,
    now: Duration,
}

impl<M: MaterialsManager> MaterialsManager for CachingAt<'_, M> {
    fn encryption_materials(
        &mut self,
        request: &EncryptionRequest<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Arc<EncryptionMaterials>, Error> {
        let limits = self.manager.limits;
        let length = request
            .plaintext_length
            .filter(|length| *length <= limits.max_bytes && request.suite.is_none_or(is_cacheable));
        let Some(length) = length else {
            return self.manager.inner.encryption_materials(request, rng);
        };
        let id = id::encryption(&self.manager.partition, request.suite, request.context)?;
        if let Some(Materials::Encryption(materials)) = self.find(&id, Some(length)) {
            // Without a requested suite, the id doesn't tell what was chosen under which policy.
            if request.commitment_policy.allows_encrypt(materials.suite) {
                return Ok(materials);
            }
        }
        // The materials are for more than this message.
        let request = EncryptionRequest {
            plaintext_length: Some(limits.max_bytes),
            ..*request
        };
        let materials = self.manager.inner.encryption_materials(&request, rng)?;
        if is_cacheable(materials.suite) {
            let usage = Usage {
                messages: 1,
                bytes: length,
            };
            self.keep(id, Materials::Encryption(Arc::clone(&materials)), usage);
        }
        Ok(materials)
    }

    fn decryption_key(
        &mut self,
        suite: AlgorithmSuite,
        encrypted: &[EncryptedDataKey],
        context: &EncryptionContext,
    ) -> Result<Arc<PlaintextDataKey>, Error> {
        let inner = &mut self.manager.inner;
        if !is_cacheable(suite) {
            return inner.decryption_key(suite, encrypted, context);
        }
        let id = id::decryption(&self.manager.partition, suite, encrypted, context)?;
        if let Some(Materials::Decryption(data_key)) = self.find(&id, None) {
            return Ok(data_key);
        }
        let inner = &mut self.manager.inner;
        let data_key = inner.decryption_key(suite, encrypted, context)?;
        let materials = Materials::Decryption(Arc::clone(&data_key));
        self.keep(id, materials, Usage::default());
        Ok(data_key)
    }
}

impl<M> CachingAt<'_, M> {
    /// The entry, with one more message of `encrypting` bytes counted; nothing if a limit would be
    /// passed by that, and then the entry is dropped.
    fn find(&mut self, id: &CacheId, encrypting: Option<u64>) -> Option<Materials> {
        let limits = self.manager.limits;
        let entry = self.cache.get(id)?;
        if let Some(length) = encrypting {
            entry.usage.messages = entry.usage.messages.saturating_add(1);
            entry.usage.bytes = entry.usage.bytes.saturating_add(length);
        }
        let is_old =
            self.now > entry.expires || self.now.saturating_sub(entry.created) > limits.max_age;
        let usage = entry.usage;
        if is_old || usage.messages > limits.max_messages || usage.bytes > limits.max_bytes {
            self.cache.remove(id);
            return None;
        }
        Some(entry.materials.clone())
    }

    fn keep(&mut self, id: CacheId, materials: Materials, usage: Usage) {
        let expires = self.now.saturating_add(self.manager.limits.max_age);
        self.cache.put(id, materials, usage, (self.now, expires));
    }
}

/// A data key without derivation would encrypt several messages under one key with the same
/// nonces.
fn is_cacheable(suite: AlgorithmSuite) -> bool {
    suite.key_derivation().is_some()
}
