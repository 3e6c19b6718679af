//! Finding the files that paths mean.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use crate::files::{self, is_stdin};
use crate::outcome::Failure;

/// A file that was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Whether it was named, not found in a folder: then it must be what is looked for.
    pub(crate) named: bool,
    /// Whether a pattern matches it: then files of every form are meant.
    pub(crate) matched: bool,
}

impl Found {
    pub(crate) fn read(&self) -> Result<files::Text, Failure> {
        files::read(&self.path)
    }
}

/// What is looked for in folders, and what is left out.
#[derive(Debug)]
pub(crate) struct Search {
    endings: &'static [&'static str],
    /// Whether what `.gitignore` and `.ignore` name is left out.
    gitignore: bool,
    excluded: Override,
}

impl Search {
    /// A search for files of some endings that leaves nothing out but what is hidden.
    pub(crate) fn all(endings: &'static [&'static str]) -> Self {
        Self {
            endings,
            gitignore: false,
            excluded: Override::empty(),
        }
    }

    /// A search that leaves out what Git ignores, and what the patterns match, which are those of
    /// `.gitignore`.
    pub(crate) fn sources(
        endings: &'static [&'static str],
        exclude: &[String],
    ) -> Result<Self, Failure> {
        let mut excluded = OverrideBuilder::new(".");
        for pattern in exclude {
            let added = excluded.add(&format!("!{pattern}"));
            added.map_err(|error| not_a_pattern(pattern, &error))?;
        }
        let excluded = excluded.build();
        let excluded = excluded.map_err(|error| not_a_pattern(&exclude.join(" "), &error))?;
        Ok(Self {
            endings,
            gitignore: true,
            excluded,
        })
    }

    /// The files that `paths` name, those in the folders that they name, and those that match if they
    /// are patterns: in the order of the arguments and then of the names.
    pub(crate) fn files(&self, paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
        let mut found = Vec::new();
        for path in paths {
            if is_stdin(path) || path.is_file() {
                self.named(path, &mut found);
            } else if path.is_dir() {
                let own = |path: &Path| ends_in(path, self.endings);
                self.walk(path, own, false, &mut found)?;
            } else if let Some(pattern) = Pattern::of(path)? {
                let before = found.len();
                let own = |path: &Path| pattern.matches(path);
                self.walk(&pattern.folder, own, true, &mut found)?;
                if found.len() == before {
                    let message = format!("no file matches `{}`", path.display());
                    return Err(Failure::new(message)
                        .hint("what Git ignores and what is hidden is not looked at"));
                }
            } else {
                self.named(path, &mut found);
            }
        }
        Ok(found)
    }

    fn named(&self, path: &Path, found: &mut Vec<Found>) {
        if !self.excluded.matched(path, false).is_ignore() {
            found.push(Found {
                path: path.to_owned(),
                named: true,
                matched: false,
            });
        }
    }

    /// Walks a folder in the order of names. What begins with a dot is left out, links to folders are not
    /// followed.
    fn walk(
        &self,
        folder: &Path,
        is_meant: impl Fn(&Path) -> bool,
        matched: bool,
        found: &mut Vec<Found>,
    ) -> Result<(), Failure> {
        let mut walk = WalkBuilder::new(folder);
        walk.standard_filters(self.gitignore)
            .hidden(true)
            .require_git(false)
            .overrides(self.excluded.clone())
            .sort_by_file_name(std::ffi::OsStr::cmp);
        for entry in walk.build() {
            let entry = entry.map_err(|error| {
                let folder = folder.display();
                Failure::new(format!("cannot read the folder `{folder}`: {error}"))
            })?;
            let path = entry.path();
            let path = path.strip_prefix(".").unwrap_or(path);
            if is_meant(path) && path.is_file() {
                found.push(Found {
                    path: path.to_owned(),
                    named: false,
                    matched,
                });
            }
        }
        Ok(())
    }
}

/// A path with wildcards.
struct Pattern {
    /// The part before them.
    folder: PathBuf,
    matcher: GlobMatcher,
}

impl Pattern {
    /// Reads a path that no file has; nothing if it has no wildcards.
    fn of(path: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = path.to_str().filter(|text| text.contains(['*', '?', '['])) else {
            return Ok(None);
        };
        let is_plain = |part: &&std::ffi::OsStr| !part.to_string_lossy().contains(['*', '?', '[']);
        let folder: PathBuf = path.iter().take_while(is_plain).collect();
        let folder = if folder.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            folder
        };
        let text = text.strip_prefix("./").unwrap_or(text);
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| not_a_pattern(text, &error))?;
        let matcher = glob.compile_matcher();
        Ok(folder.is_dir().then_some(Self { folder, matcher }))
    }

    fn matches(&self, path: &Path) -> bool {
        self.matcher.is_match(path)
    }
}

fn not_a_pattern(pattern: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("`{pattern}` is no pattern for files: {error}"))
        .hint("`*` stands for a part of a name, `**` for any folders")
}

/// The files that `paths` name and the JSON and YAML files in the folders that they name, in the order
/// of the arguments and then of the names.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    files_ending(paths, &["json", "yaml", "yml"])
}

/// The same with files of other endings in the folders.
pub(crate) fn files_ending(
    paths: &[PathBuf],
    endings: &'static [&'static str],
) -> Result<Vec<Found>, Failure> {
    Search::all(endings).files(paths)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| {
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
