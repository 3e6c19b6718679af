//! What can go wrong with a stored state.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use kmsim_kms::{Header, SnapshotError};

use crate::root_key::RootKeyError;

/// Why a state cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no state `{}`", .0.display())]
    Missing(PathBuf),
    /// The file is no state of kmsim. It was not touched.
    #[error("`{}` is not a state of kmsim: {why}", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The state is of a version that did not exist when this program was made.
    #[error("`{}` has format version {version}, this kmsim reads version {}", .path.display(), Header::VERSION)]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The file is damaged. It was not touched.
    #[error("`{}` is damaged: {why}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The root key is not there, cannot be used, or is another one.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// Another process keeps the state for itself.
    #[error("`{}` is in use by another process", .0.display())]
    Busy(PathBuf),
    /// The operating system does not let us.
    #[error("cannot {what} `{}`: {error}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What came of it.
        error: io::Error,
    },
    /// Something else that the database reports, such as a full disk.
    #[error("cannot use `{}`: {why}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database says.
        why: String,
    },
}

impl StoreError {
    pub(crate) fn io(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            what,
            path: path.to_owned(),
            error,
        }
    }

    pub(crate) fn damaged(path: &Path, why: impl Display) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            why: why.to_string(),
        }
    }

    /// An error of the database itself.
    pub(crate) fn database(path: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let path = path.to_owned();
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy(path),
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Damaged { path, why },
            // A table that is not there, or a value of another type: somebody changed the schema.
            Some(Code::Unknown | Code::TypeMismatch) => Self::Damaged { path, why },
            Some(_) => Self::Database { path, why },
            None => Self::Damaged { path, why },
        }
    }

    /// A state whose rows make no sense.
    pub fn of_snapshot(path: &Path, error: SnapshotError) -> Self {
        match error {
            SnapshotError::Foreign(why) => Self::Foreign {
                path: path.to_owned(),
                why,
            },
            SnapshotError::Version(version) => Self::Version {
                path: path.to_owned(),
                version,
            },
            SnapshotError::RootKey { needed, given } => {
                Self::RootKey(RootKeyError::Wrong { needed, given })
            }
            other => Self::damaged(path, other),
        }
    }
}
