//! When a key was last used.

use kmsim_types::Operation;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;

/// The last successful cryptographic operation with a key (API reference, `GetKeyLastUsage`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LastUsage {
    /// `Operation`
    pub(crate) operation: Operation,
    /// `Timestamp`
    pub(crate) at: Timestamp,
    /// `CloudTrailEventId`
    pub(crate) event_id: Uuid,
    /// `KmsRequestId`
    pub(crate) request_id: Uuid,
}
