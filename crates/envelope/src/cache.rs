//! Data key caching (AWS Encryption SDK Developer Guide, "Data key caching"; specification,
//! "Caching cryptographic materials manager" and "Local cryptographic materials cache").
//!
//! A hit calls nobody: whoever could use the key when the entry was made can use it until the
//! entry is too old, whatever happens to policies, grants and the key meanwhile, and no trail
//! shows it.

mod id;
mod manager;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::keyring::PlaintextDataKey;
use crate::materials::EncryptionMaterials;
use id::CacheId;
pub use manager::{CacheLimits, CacheLimitsError, CachingAt, CachingManager};

/// How many of the entries that were not used for longest are looked at for having expired,
/// whenever one is added.
const PRUNED: usize = 10;

/// Data keys in memory, up to a number of entries. Beyond it, the entry that was not used for
/// longest is dropped, and its key erased.
///
/// Several managers may share a cache; they share entries only if they were given the same
/// partition.
pub struct DataKeyCache {
    capacity: usize,
    entries: HashMap<CacheId, Entry>,
    /// The entries by their last use.
    by_use: BTreeMap<u64, CacheId>,
    uses: u64,
}

struct Entry {
    materials: Materials,
    created: Duration,
    expires: Duration,
    usage: Usage,
    last_use: u64,
}

/// What is kept.
#[derive(Clone)]
enum Materials {
    Encryption(Arc<EncryptionMaterials>),
    Decryption(Arc<PlaintextDataKey>),
}

/// What an entry has encrypted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Usage {
    messages: u64,
    bytes: u64,
}

impl DataKeyCache {
    /// An empty cache of at most this many entries.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: HashMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
        }
    }

    /// How many entries there are, expired ones included until they are dropped.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Drops every entry.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.by_use.clear();
    }

    /// The entry, which counts as used by that.
    fn get(&mut self, id: &CacheId) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(id)?;
        self.by_use.remove(&entry.last_use);
        self.uses += 1;
        entry.last_use = self.uses;
        self.by_use.insert(self.uses, *id);
        Some(entry)
    }

    fn put(&mut self, id: CacheId, materials: Materials, usage: Usage, life: (Duration, Duration)) {
        let (created, expires) = life;
        self.remove(&id);
        self.prune(created);
        self.uses += 1;
        let last_use = self.uses;
        self.by_use.insert(last_use, id);
        let entry = Entry {
            materials,
            created,
            expires,
            usage,
            last_use,
        };
        self.entries.insert(id, entry);
        while self.entries.len() > self.capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                break;
            };
            self.entries.remove(&oldest);
        }
    }

    fn remove(&mut self, id: &CacheId) {
        if let Some(entry) = self.entries.remove(id) {
            self.by_use.remove(&entry.last_use);
        }
    }

    fn prune(&mut self, now: Duration) {
        let oldest = self.by_use.values().take(PRUNED);
        let expired: Vec<CacheId> = oldest
            .filter(|id| {
                self.entries
                    .get(*id)
                    .is_some_and(|entry| now > entry.expires)
            })
            .copied()
            .collect();
        for id in expired {
            self.remove(&id);
        }
    }
}

/// Shows no entry.
impl fmt::Debug for DataKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeyCache")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
