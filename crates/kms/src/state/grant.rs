//! Grants.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Timestamp;

/// A grant as it was asked for, and what the service adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GrantRecord {
    /// `GrantId`
    pub(crate) id: Box<str>,
    /// The token by which decisions know the grant: the one that `CreateGrant` returned first, or what
    /// the world says.
    pub(crate) token: Box<str>,
    /// `CreationDate`
    pub(crate) created: Timestamp,
    /// When the grant counts without its token.
    pub(crate) visible: Timestamp,
    /// `GrantListEntry` without the fields above: what the request said, `IssuingAccount`, `KeyId`.
    pub(crate) entry: Map<String, Value>,
}

impl GrantRecord {
    /// The entry of `ListGrants`.
    pub(crate) fn list_entry(&self) -> Value {
        let mut entry = self.entry.clone();
        entry.insert("GrantId".to_owned(), Value::from(&*self.id));
        entry.insert("CreationDate".to_owned(), self.created.to_json());
        Value::Object(entry)
    }
}
