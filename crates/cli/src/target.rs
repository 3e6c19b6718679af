//! Output that is whole or not there.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rand_core::Rng as _;

use crate::files::is_stdin;
use crate::outcome::Failure;
use crate::simulation;

/// Where a result goes: a file, which appears when all of it was written; a device or a pipe; or
/// standard output.
pub(crate) struct Target {
    path: PathBuf,
    /// The file until then. It is removed if it is never finished.
    unfinished: Option<PathBuf>,
    writer: BufWriter<Box<dyn Write>>,
}

/// Pieces are collected up to this size.
const BUFFER: usize = 256 * 1024;

impl Target {
    /// Opens a target; `-` is standard output. A `private` file can be read by its owner only.
    pub(crate) fn open(path: &Path, private: bool) -> Result<Self, Failure> {
        Self::open_any(path, private).map_err(|error| failure(path, &error))
    }

    fn open_any(path: &Path, private: bool) -> io::Result<Self> {
        if is_stdin(path) {
            return Ok(Self::straight(path, Box::new(io::stdout())));
        }
        // A link stays one: the file that it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() => {
                let device = OpenOptions::new().write(true).open(&path)?;
                Ok(Self::straight(&path, Box::new(device)))
            }
            found => {
                let (unfinished, file) = beside(&path, private)?;
                // Who may read a file stays so when it is written anew.
                if let (Ok(found), false) = (found, private) {
                    file.set_permissions(found.permissions())?;
                }
                Ok(Self {
                    path,
                    unfinished: Some(unfinished),
                    writer: BufWriter::with_capacity(BUFFER, Box::new(file)),
                })
            }
        }
    }

    fn straight(path: &Path, writer: Box<dyn Write>) -> Self {
        Self {
            path: path.to_owned(),
            unfinished: None,
            writer: BufWriter::with_capacity(BUFFER, writer),
        }
    }

    /// Whether what was written is seen by others before [`Target::finish`].
    pub(crate) fn is_immediate(&self) -> bool {
        self.unfinished.is_none()
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.writer.flush();
        flushed.map_err(|error| failure(&self.path, &error))?;
        if let Some(unfinished) = &self.unfinished {
            let renamed = File::open(unfinished)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(unfinished, &self.path));
            renamed.map_err(|error| failure(&self.path, &error))?;
            self.unfinished = None;
        }
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(unfinished) = &self.unfinished {
            // It is gone, or there is nobody to tell.
            let _ = fs::remove_file(unfinished);
        }
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display()))
}

/// A new file in the same folder.
fn beside(path: &Path, private: bool) -> io::Result<(PathBuf, File)> {
    let mut rng = simulation::rng().map_err(|failure| io::Error::other(failure.message))?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{:016x}.tmp", rng.next_u64()));
    let unfinished = path.with_file_name(name);
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let file = options.write(true).create_new(true).open(&unfinished)?;
    Ok((unfinished, file))
}
