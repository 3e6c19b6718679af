//! Paging: `Limit` and `Marker` of a request, `Truncated` and `NextMarker` of its answer.
//!
//! Limits: API model of 2026-11, documentation of each `Limit`. A marker holds the last key of the
//! page before, so that nothing is listed twice or left out when things are created or deleted in
//! between. It belongs to one operation and to what that was asked about (the key, the
//! `ResourceOwners` …): everywhere else it is an `InvalidMarkerException`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kmsim_types::Operation;
use serde_json::{Map, Value};

use crate::error::KmsError;
use crate::input::Input;
use crate::model::Interface;

/// How many entries a page can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The greatest `Limit`.
    pub max: u32,
    /// The `Limit` of a request without one.
    pub default: u32,
}

impl Limits {
    /// The limits of an operation that pages. The documentation is silent on
    /// `DescribeCustomKeyStores`, which gets those of `ListKeys`.
    pub const fn of(operation: Operation) -> Self {
        let (max, default) = match operation {
            Operation::ListAliases | Operation::ListGrants | Operation::ListRetirableGrants => {
                (100, 50)
            }
            Operation::ListResourceTags => (50, 50),
            _ => (1000, 100),
        };
        Self { max, default }
    }
}

/// What a request asks of the paging.
#[derive(Clone, Debug)]
pub struct Paging {
    operation: Operation,
    about: String,
    limit: usize,
    after: Option<String>,
}

impl Paging {
    /// Reads `Limit` and `Marker`. `about` is what the listing is about beside the operation: a
    /// marker of another listing is refused.
    ///
    /// # Errors
    /// `ValidationException` for a limit that the operation does not take,
    /// `InvalidMarkerException` for a marker that no page of this listing gave.
    pub fn read(
        operation: Operation,
        about: impl Into<String>,
        input: Input<'_>,
    ) -> Result<Self, KmsError> {
        let limits = Limits::of(operation);
        let limit = input.int("Limit").unwrap_or(limits.default);
        if limit > limits.max {
            return Err(KmsError::validation(format!(
                "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy \
                 constraint: Member must have value less than or equal to {}",
                limits.max
            )));
        }
        let about = about.into();
        let after = input
            .str("Marker")
            .map(|marker| open(marker, operation, &about).ok_or_else(|| wrong_marker(operation)))
            .transpose()?;
        Ok(Self {
            operation,
            about,
            limit: limit as usize,
            after,
        })
    }

    /// The key after which the page begins: a listing that can seek may start there.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The page of a listing that is sorted by its keys, each of which stands once.
    pub fn page<T>(
        &self,
        listing: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> Cow<'_, str>,
    ) -> Page<T> {
        let mut rest = listing.into_iter();
        let mut items = Vec::new();
        for item in rest.by_ref() {
            if self.after().is_some_and(|after| *key(&item) <= *after) {
                continue;
            }
            if items.len() == self.limit {
                let next_marker = items
                    .last()
                    .map(|last| seal(self.operation, &self.about, &key(last)));
                return Page { items, next_marker };
            }
            items.push(item);
        }
        Page {
            items,
            next_marker: None,
        }
    }
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// What to ask for the next page with, if there is one.
    pub next_marker: Option<String>,
}

impl<T> Page<T> {
    /// The answer of a listing operation: the entries under their name, `Truncated`, and
    /// `NextMarker` where it is.
    pub fn into_json(self, name: &str, entry: impl FnMut(T) -> Value) -> Map<String, Value> {
        let mut answer = Map::new();
        let entries = self.items.into_iter().map(entry).collect();
        answer.insert(name.to_owned(), Value::Array(entries));
        if let Some(marker) = &self.next_marker {
            answer.insert("NextMarker".to_owned(), marker.as_str().into());
        }
        answer.insert("Truncated".to_owned(), self.next_marker.is_some().into());
        answer
    }
}

/// Bytes of the checksum in front of a marker's key.
const CHECKSUM: usize = 8;

fn seal(operation: Operation, about: &str, key: &str) -> String {
    let mut bytes = checksum(operation, about, key.as_bytes()).to_vec();
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(marker: &str, operation: Operation, about: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).ok()?;
    let (sum, key) = bytes.split_first_chunk::<CHECKSUM>()?;
    if *sum != checksum(operation, about, key) {
        return None;
    }
    String::from_utf8(key.to_vec()).ok()
}

/// FNV-1a: enough to tell a marker from a slip. Forging one gains nobody anything.
fn checksum(operation: Operation, about: &str, key: &[u8]) -> [u8; CHECKSUM] {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let operation = operation.name().bytes();
    let about = about.bytes();
    let bytes = operation.chain([0]).chain(about).chain([0]);
    bytes
        .chain(key.iter().copied())
        .fold(OFFSET, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(PRIME)
        })
        .to_be_bytes()
}

/// Of the operations that list, `ListKeyPolicies` alone does not declare
/// `InvalidMarkerException`.
fn wrong_marker(operation: Operation) -> KmsError {
    let error = KmsError::invalid_marker();
    if Interface::of(operation).errors.contains(&error.code) {
        return error;
    }
    KmsError::validation(error.message)
}

#[cfg(test)]
mod tests;
