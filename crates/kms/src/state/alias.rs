//! Aliases.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// What is kept of an alias besides its ARN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AliasRecord {
    /// ARN of the key. Aliases of AWS have none before their key exists.
    pub(crate) target: Option<Box<str>>,
    /// `CreationDate`
    pub(crate) created: Timestamp,
    /// `LastUpdatedDate`
    pub(crate) updated: Timestamp,
}
