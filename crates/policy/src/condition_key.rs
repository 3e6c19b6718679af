//! Names of condition keys: `kms:ViaService`, `aws:ResourceTag/team`.

use std::borrow::Cow;
use std::fmt;

use kmsim_types::condition_key::{ConditionKeyInfo, hash, known, lookup_hashed};

/// The name of a condition key. Names are compared without regard to case, the part behind
/// `kms:EncryptionContext:` or `aws:ResourceTag/` included (KMS Developer Guide, "Condition keys
/// for AWS KMS").
///
/// The name is folded, hashed and looked up once, so that finding it in a request costs one
/// comparison of numbers for each key that differs.
#[derive(Clone)]
pub struct ConditionKey {
    text: Cow<'static, str>,
    hash: u64,
    info: Option<&'static ConditionKeyInfo>,
}

impl ConditionKey {
    /// A key by its name, in any case.
    pub fn new(text: &str) -> Self {
        let hash = hash(text);
        let info = lookup_hashed(hash, text);
        // Most names are AWS's own, in AWS's spelling.
        let known = info.map(|info| info.name).filter(|name| *name == text);
        Self {
            text: known.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed),
            hash,
            info,
        }
    }

    /// A key of AWS's by its name in AWS's spelling: folded, hashed and looked up by the compiler
    /// where it stands in a constant.
    pub const fn known(name: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(name),
            hash: hash(name),
            info: known(name),
        }
    }

    /// The name as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A hash of the name that does not depend on case. A collision costs a comparison, never an
    /// answer, since equal hashes are followed by a comparison of names.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// What AWS documents about the key, if it documents the key.
    pub fn info(&self) -> Option<&'static ConditionKeyInfo> {
        self.info
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
    fn constants_are_the_keys_that_their_names_give() {
        for info in kmsim_types::condition_key::ALL {
            let (one, other) = (ConditionKey::known(info.name), ConditionKey::new(info.name));
            assert_eq!((&one, one.info()), (&other, other.info()));
        }
    }

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
