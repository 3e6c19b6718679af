//! Names of condition keys: `kms:ViaService`, `aws:ResourceTag/team`.

use std::fmt;

use kmsim_types::condition_key::{ConditionKeyInfo, lookup};

/// The name of a condition key. Names are compared without regard to case, the part behind
/// `kms:EncryptionContext:` or `aws:ResourceTag/` included (KMS Developer Guide, "Condition keys
/// for AWS KMS").
///
/// The name is folded and hashed once, so that looking it up in a request costs one comparison
/// of numbers for each key that differs.
#[derive(Clone)]
pub struct ConditionKey {
    text: Box<str>,
    hash: u64,
}

impl ConditionKey {
    /// A key by its name, in any case.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            hash: Self::hash_of(text),
        }
    }

    /// The name as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A hash of the name that does not depend on case.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The hash that a key of this name has. FNV-1a over the name in lower case; a collision costs
    /// a comparison, never an answer, since equal hashes are followed by a comparison of names.
    pub fn hash_of(name: &str) -> u64 {
        name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// What AWS documents about the key, if it documents the key.
    pub fn info(&self) -> Option<&'static ConditionKeyInfo> {
        lookup(&self.text)
    }
}

impl PartialEq for ConditionKey {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for ConditionKey {}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_in_any_case() {
        assert_eq!(
            ConditionKey::new("kms:ViaService"),
            ConditionKey::new("KMS:viaservice")
        );
        assert_ne!(
            ConditionKey::new("kms:ViaService"),
            ConditionKey::new("kms:ViaServices")
        );
    }
}
