//! The encryption context.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The pairs that a caller binds to a ciphertext as additional authenticated data.
///
/// Both halves of a pair are compared letter for letter by the cryptography; conditions and grant
/// constraints have their own rules. The order of the pairs never matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EncryptionContext(pub BTreeMap<String, String>);

impl EncryptionContext {
    /// The context without pairs: what a call without the parameter has.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value of a key that is spelt exactly this way.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The keys, sorted: what `kms:EncryptionContextKeys` holds.
    pub fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.keys().map(String::as_str)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for EncryptionContext {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl From<BTreeMap<String, String>> for EncryptionContext {
    fn from(pairs: BTreeMap<String, String>) -> Self {
        Self(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_is_a_json_object_without_order() {
        let context: EncryptionContext = serde_json::from_str(r#"{"b": "2", "a": "1"}"#).unwrap();
        assert_eq!(
            context,
            EncryptionContext::from_iter([("a", "1"), ("b", "2")])
        );
        assert_eq!(
            serde_json::to_string(&context).unwrap(),
            r#"{"a":"1","b":"2"}"#
        );
        assert_eq!(
            (context.len(), context.get("a"), context.get("A")),
            (2, Some("1"), None)
        );
        assert_eq!(context.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(context.iter().last(), Some(("b", "2")));
        assert!(EncryptionContext::new().is_empty());
        assert!(serde_json::from_str::<EncryptionContext>(r#"{"a": 1}"#).is_err());
    }
}
