//! Reading files and standard input.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use kmsim_authz::reader::{Files, Tools};
use kmsim_import::Exports;

use crate::discover::{self, Found};
use crate::outcome::Failure;
use crate::world_input::ENDINGS;

/// Longer documents are refused: a world with every policy of a large organization stays far
/// below, and a text of this size takes gigabytes once it is read. Batches have no limit.
const LONGEST: u64 = 256 << 20;

/// How messages call standard input.
const STDIN: &str = "<stdin>";

/// A text with the name that messages give it.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Text, Failure> {
    let name = if is_stdin(path) {
        STDIN.to_owned()
    } else {
        path.display().to_string()
    };
    match read_limited(path, LONGEST) {
        Ok(text) => Ok(Text { name, text }),
        Err(why) => Err(Failure::new(format!("cannot read `{name}`: {why}"))),
    }
}

/// Reads the bytes of a file, or of standard input for `-`.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(LONGEST).read_to_end(&mut bytes);
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::new(format!(
            "cannot read `{}`: {}",
            path.display(),
            describe(&error)
        ))),
    }
}

/// Whether a file is longer than that; and if so, whether `word` stands in it.
pub(crate) fn is_longer_than(path: &Path, longest: u64, word: &[u8]) -> Option<bool> {
    let mut file = File::open(path).ok()?;
    if file.metadata().ok()?.len() <= longest {
        return None;
    }
    let mut piece = vec![0; 1 << 20];
    let mut held = 0;
    loop {
        let count = file.read(piece.get_mut(held..)?).ok()?;
        let read = piece.get(..held + count)?;
        if read.windows(word.len()).any(|window| window == word) {
            return Some(true);
        }
        if count == 0 {
            return Some(false);
        }
        // The word may stand across two pieces.
        let end = held + count;
        held = end.min(word.len() - 1);
        piece.copy_within(end - held..end, 0);
    }
}

/// Opens a file for reading piece by piece, or standard input for `-`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if is_stdin(path) {
        return Ok(Box::new(std::io::stdin()));
    }
    match open_file(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(why) => Err(Failure::new(format!(
            "cannot read `{}`: {why}",
            path.display()
        ))),
    }
}

fn open_file(path: &Path) -> Result<File, String> {
    let file = File::open(path).map_err(|error| describe(&error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err("it is a directory".to_owned());
    }
    Ok(file)
}

fn read_limited(path: &Path, longest: u64) -> Result<String, String> {
    if is_stdin(path) {
        return read_from(std::io::stdin().lock(), longest, 0);
    }
    let file = open_file(path)?;
    let size = file.metadata().map_or(0, |found| found.len());
    read_from(file, longest, size)
}

/// Reads a text that is probably of this size: where that is known, it takes two calls of the system.
fn read_from(from: impl Read, longest: u64, size: u64) -> Result<String, String> {
    let room = usize::try_from(size.min(longest)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room.saturating_add(1));
    from.take(longest + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| describe(&error))?;
    if bytes.len() as u64 > longest {
        return Err(format!("it is longer than {} MiB", longest >> 20));
    }
    String::from_utf8(bytes)
        .map_err(|error| not_utf8(error.as_bytes(), error.utf8_error().valid_up_to()))
}

/// Says where a text stops being UTF-8 and what it may be instead.
fn not_utf8(bytes: &[u8], at: usize) -> String {
    let before = bytes.get(..at).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let last = before.rsplit(|byte| *byte == b'\n').next();
    let column = String::from_utf8_lossy(last.unwrap_or_default())
        .chars()
        .count()
        + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    let mut why =
        format!("it is not UTF-8: the byte 0x{byte:02x} stands at line {line}, column {column}");
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        why.push_str(" (the file is UTF-16; save it as UTF-8)");
    } else if bytes.contains(&0) {
        why.push_str(" (it is no text)");
    } else {
        why.push_str(" (save it as UTF-8)");
    }
    why
}

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

/// The files that `{"file": …}` names, relative to the file that refers to them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, from: &str, path: &str) -> Result<(String, String), String> {
        if path == "-" {
            let text = read_limited(Path::new("-"), LONGEST)?;
            return Ok((STDIN.to_owned(), text));
        }
        let path = beside(from, path);
        let text = read_limited(&path, LONGEST)?;
        Ok((without_detours(path).display().to_string(), text))
    }

    fn list(&self, from: &str, path: &str) -> Result<Vec<String>, String> {
        let folder = beside(from, path);
        if !folder.is_dir() {
            return Ok(vec![path.to_owned()]);
        }
        let found = discover::files_ending(std::slice::from_ref(&folder), &ENDINGS);
        let found = found.map_err(|failure| failure.message)?;
        let below = |file: Found| {
            let rest = file.path.strip_prefix(&folder).ok()?;
            Some(Path::new(path).join(rest).display().to_string())
        };
        Ok(found.into_iter().filter_map(below).collect())
    }

    fn tools(&self) -> Option<&dyn Tools> {
        Some(&Exports)
    }
}

/// A path as the file `from` means it.
pub(crate) fn beside(from: &str, path: &str) -> PathBuf {
    Path::new(from)
        .parent()
        .map_or_else(|| path.into(), |folder| folder.join(path))
}

/// A path without the detours of `..`, for messages. Links can make that another file, or none;
/// then the path stays as it is.
fn without_detours(path: PathBuf) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let within = matches!(short.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::ParentDir if within => {
                short.pop();
            }
            Component::CurDir => {}
            part => short.push(part),
        }
    }
    let same = |short: &Path| Some(short.canonicalize().ok()? == path.canonicalize().ok()?);
    if same(&short) == Some(true) {
        short
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_referring_file() {
        assert_eq!(
            beside("tests/a.yaml", "../b.json"),
            Path::new("tests/../b.json")
        );
        assert_eq!(beside("a.yaml", "b.json"), Path::new("b.json"));
        assert_eq!(beside(STDIN, "b.json"), Path::new("b.json"));
        assert_eq!(beside("tests/a.yaml", "/b.json"), Path::new("/b.json"));
    }

    #[test]
    fn long_files_are_told_apart_by_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut text = vec![b' '; (1 << 20) - 4];
        text.extend_from_slice(b"Statement");
        std::fs::write(&path, &text).unwrap();
        assert_eq!(is_longer_than(&path, 1 << 20, b"Statement"), Some(true));
        assert_eq!(is_longer_than(&path, 1 << 20, b"Resources"), Some(false));
        assert_eq!(is_longer_than(&path, 2 << 20, b"Statement"), None);
    }

    #[test]
    fn long_texts_and_wrong_encodings_are_named() {
        assert_eq!(read_from(&b"1234"[..], 4, 0), Ok("1234".to_owned()));
        assert_eq!(
            read_from(std::io::repeat(b' '), 2 << 20, 9),
            Err("it is longer than 2 MiB".to_owned())
        );
        assert_eq!(
            read_from(&b"{\n\"a\": \"\xe9\"}"[..], 100, 100),
            Err(
                "it is not UTF-8: the byte 0xe9 stands at line 2, column 7 (save it as UTF-8)"
                    .to_owned()
            )
        );
        assert!(
            read_from(&b"\xff\xfe{\0"[..], 100, 2)
                .unwrap_err()
                .contains("UTF-16")
        );
    }
}
