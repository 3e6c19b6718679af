//! The root key: in a file beside the state that nobody else can read, or given.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::RootKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::file;

/// Where the root key comes from.
#[derive(Debug)]
pub enum RootKeySource {
    /// The file beside the state whose name has `.key` at its end. It is made with a new state.
    File,
    /// It is known already, such as from the environment.
    Given(RootKey),
}

/// A root key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootKeyError {
    /// The text is no key.
    #[error("a root key is 32 bytes in base64 or 64 hexadecimal digits")]
    Malformed,
    /// The file holds no key.
    #[error("`{}` holds no root key: it has to be 32 bytes in base64 or 64 hexadecimal digits", .0.display())]
    MalformedFile(PathBuf),
    /// The state is there and its key is not.
    #[error("the root key `{}` is not there", .0.display())]
    Missing(PathBuf),
    /// Others than the owner could read the key.
    #[error("others can read the root key `{}`: its mode is {mode:04o}", .path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The state was written under another key.
    #[error("wrong root key: the state needs the one with id {needed}, this one has id {given}")]
    Wrong {
        /// The id of the key that the state was written under.
        needed: String,
        /// The id of the key that was given.
        given: String,
    },
}

/// Reads a root key: 32 bytes in base64, or 64 hexadecimal digits.
///
/// # Errors
/// [`RootKeyError::Malformed`] for everything else.
pub fn parse_root_key(text: &str) -> Result<RootKey, RootKeyError> {
    let text = text.trim();
    let bytes = match text.len() {
        64 => Zeroizing::new(hexadecimal(text).ok_or(RootKeyError::Malformed)?),
        _ => Zeroizing::new(STANDARD.decode(text).map_err(|_| RootKeyError::Malformed)?),
    };
    RootKey::from_bytes(&bytes).map_err(|_| RootKeyError::Malformed)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits = Zeroizing::new(digits.collect::<Option<Vec<u32>>>()?);
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| pair.iter().fold(0, |value, digit| value << 4 | digit));
    bytes.map(|byte| u8::try_from(byte).ok()).collect()
}

/// The file in which a state's root key is.
pub(crate) fn path_of(state: &Path) -> PathBuf {
    file::with_suffix(state, ".key")
}

/// The key of a state that is there.
pub(crate) fn load(state: &Path) -> Result<RootKey, StoreError> {
    let path = path_of(state);
    read(&path)?.ok_or_else(|| RootKeyError::Missing(path).into())
}

/// The key for a new state, and whether it was made now. One that is there is taken: it is left
/// from a crash before the state was made, or the user put it there.
pub(crate) fn load_or_create(
    state: &Path,
    rng: &mut dyn CryptoRng,
) -> Result<(RootKey, bool), StoreError> {
    let path = path_of(state);
    if let Some(key) = read(&path)? {
        return Ok((key, false));
    }
    let key = RootKey::generate(rng);
    let mut text = Zeroizing::new(String::with_capacity(45));
    STANDARD.encode_string(key.to_bytes().as_slice(), &mut text);
    text.push('\n');
    let made = file::create_whole(&path, rng, |new| {
        let mut file = private().write(true).create_new(true).open(new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    if made.map_err(|error| StoreError::io("write", &path, error))? {
        return Ok((key, true));
    }
    // Another process was faster.
    Ok((load(state)?, false))
}

fn read(path: &Path) -> Result<Option<RootKey>, StoreError> {
    let io = |error| StoreError::io("read", path, error);
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(io)?,
    };
    check_mode(path, &file.metadata().map_err(io)?)?;
    let mut text = Zeroizing::new(String::with_capacity(256));
    let read = file.take(256).read_to_string(&mut text);
    let parsed = read.ok().and_then(|_| parse_root_key(&text).ok());
    match parsed {
        Some(key) => Ok(Some(key)),
        None => Err(RootKeyError::MalformedFile(path.to_owned()).into()),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o7777;
    let of_others = 0o077;
    if mode & of_others == 0 {
        return Ok(());
    }
    let path = path.to_owned();
    Err(RootKeyError::TooOpen { path, mode }.into())
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), StoreError> {
    Ok(())
}

/// Options for a file that only its owner can read and write.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
