//! Files: telling a state from other files without touching them, and making new ones whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use kmsim_kms::Header;
use rand_core::CryptoRng;

use crate::error::StoreError;

/// `application_id` of a state: "kmsi" (`SQLite`, "Database file format", 1.3.17).
pub(crate) const APPLICATION_ID: u32 = 0x6b6d_7369;

/// Whether a state is there. The header of the file is enough to tell it from all others (`SQLite`,
/// "Database file format", 1.3: magic at 0, user version at 60, application id at 68); the
/// database library is not asked about foreign files, as it might write beside them.
pub(crate) fn exists(path: &Path) -> Result<bool, StoreError> {
    let io = |error| StoreError::io("read", path, error);
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened.map_err(io)?,
    };
    let foreign = |why: &str| StoreError::Foreign {
        path: path.to_owned(),
        why: why.to_owned(),
    };
    if file.metadata().map_err(io)?.is_dir() {
        return Err(foreign("it is a directory"));
    }
    let mut header = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut header).map_err(io)?;
    if header.is_empty() {
        return Err(foreign("it is empty"));
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(foreign("it is no SQLite database"));
    }
    let number = |at| {
        let bytes = header.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_be_bytes(*bytes))
    };
    let (Some(version), Some(application)) = (number(60), number(68)) else {
        return Err(foreign("it is cut off"));
    };
    if application != APPLICATION_ID {
        return Err(foreign("it is a database of another program"));
    }
    if version != Header::VERSION {
        return Err(StoreError::Version {
            path: path.to_owned(),
            version,
        });
    }
    Ok(true)
}

/// A path with something at the end of its last part.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Makes a file that is never seen half-written: `write` writes it under another name, then it
/// gets its own. Tells whether it did; a file that is there is left alone.
pub(crate) fn create_whole(
    path: &Path,
    rng: &mut dyn CryptoRng,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<bool> {
    let temporary = with_suffix(path, &format!(".{:016x}.new", rng.next_u64()));
    let made = write(&temporary).and_then(|()| publish(&temporary, path));
    // It has its own name by now, or is of no use to anybody.
    let removed = fs::remove_file(&temporary);
    let made = made?;
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    sync_folder(path)?;
    Ok(made)
}

fn publish(temporary: &Path, path: &Path) -> io::Result<bool> {
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // Some file systems have no links.
        Err(_) if !path.exists() => fs::rename(temporary, path).map(|()| true),
        Err(error) => Err(error),
    }
}

/// Makes sure that the name of a file outlasts a power failure.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
