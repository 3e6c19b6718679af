//! Finding the files that paths mean.

use std::path::{Path, PathBuf};

use crate::files::{self, is_stdin};
use crate::outcome::Failure;

/// A file that was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Whether it was named, not found in a folder: then it must be what is looked for.
    pub(crate) named: bool,
}

impl Found {
    pub(crate) fn read(&self) -> Result<files::Text, Failure> {
        files::read(&self.path)
    }
}

/// The files that `paths` name and the JSON and YAML files in the folders that they name, in the order
/// of the arguments and then of the names.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    files_ending(paths, &["json", "yaml", "yml"])
}

/// The same with files of other endings in the folders.
pub(crate) fn files_ending(paths: &[PathBuf], endings: &[&str]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if !is_stdin(path) && path.is_dir() {
            walk(path, endings, &mut found)?;
        } else {
            found.push(Found {
                path: path.clone(),
                named: true,
            });
        }
    }
    Ok(found)
}

/// Walks a folder. Names that begin with a dot are left out, links to folders are not followed.
fn walk(folder: &Path, endings: &[&str], found: &mut Vec<Found>) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!(
            "cannot read the folder `{}`: {error}",
            folder.display()
        ))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let is_folder = entry.file_type().map_err(cannot)?.is_dir();
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            let path = entry.path();
            let path = path.strip_prefix(".").unwrap_or(&path).to_owned();
            paths.push((path, is_folder));
        }
    }
    paths.sort();
    for (path, is_folder) in paths {
        if is_folder {
            walk(&path, endings, found)?;
        } else if ends_in(&path, endings) && path.is_file() {
            found.push(Found { path, named: false });
        }
    }
    Ok(())
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| {
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
