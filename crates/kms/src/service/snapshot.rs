//! The state as rows of JSON, and back. Key material leaves only sealed under the root key.

use std::fmt;

/// A stored state that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    /// What is wrong, and with which row.
    pub message: String,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SnapshotError {}
