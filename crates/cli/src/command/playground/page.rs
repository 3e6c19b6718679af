//! The files of the built page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::outcome::Failure;

/// The page that was built into the program (see build.rs): names and contents.
mod built_in {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}

const INDEX: &str = "index.html";

/// More than this is no page of ours.
const MOST_FILES: usize = 500;

/// The page: its files by their names, with `/` between folders.
#[derive(Debug)]
pub(super) struct Page {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Page {
    /// The page in `folder`, else the one that is built in, else the one that was built beside the program:
    /// `target/web` for `target/release/kmsim`.
    pub(super) fn find(folder: Option<&Path>) -> Result<Self, Failure> {
        if let Some(folder) = folder {
            return Self::read(folder);
        }
        if !built_in::FILES.is_empty() {
            let files = built_in::FILES.iter();
            let files = files.map(|(name, bytes)| ((*name).to_owned(), Cow::Borrowed(*bytes)));
            return Ok(Self {
                files: files.collect(),
            });
        }
        let program = std::env::current_exe().ok();
        let beside = program
            .as_deref()
            .and_then(Path::parent)
            .and_then(Path::parent);
        let beside = beside.map(|target| target.join("web"));
        match beside.filter(|folder| folder.join(INDEX).is_file()) {
            Some(folder) => Self::read(&folder),
            None => Err(Failure::new("this kmsim was built without the page of the playground")
                .hint("build it in a checkout (cargo xtask web --build) and name it: --page target/web")),
        }
    }

    fn read(folder: &Path) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        collect(folder, "", &mut files).map_err(|error| {
            Failure::new(format!(
                "cannot read the page in `{}`: {error}",
                folder.display()
            ))
        })?;
        if !files.contains_key(INDEX) {
            let message = format!(
                "there is no page in `{}`: it has no {INDEX}",
                folder.display()
            );
            return Err(
                Failure::new(message).hint("cargo xtask web --build writes one into target/web")
            );
        }
        Ok(Self { files })
    }

    /// Puts what is to be opened into the page. It is data: nothing of it runs.
    pub(super) fn open(&mut self, json: &str) -> Result<(), Failure> {
        let index = self.files.get_mut(INDEX);
        let opened = index.and_then(|bytes| {
            let html = std::str::from_utf8(bytes).ok()?;
            let (head, rest) = html.split_once("</head>")?;
            // In a script element only `<` could end it.
            let json = json.replace('<', "\\u003c");
            let data = format!("<script type=\"application/json\" id=\"opened\">{json}</script>");
            *bytes = Cow::Owned(format!("{head}{data}</head>{rest}").into_bytes());
            Some(())
        });
        opened.ok_or_else(|| Failure::new(format!("the page's {INDEX} is none of ours")))
    }

    /// The file of a path below the page's address, with its media type.
    pub(super) fn get(&self, path: &str) -> Option<(&[u8], &'static str)> {
        let name = if path.is_empty() { INDEX } else { path };
        let bytes = self.files.get(name)?;
        Some((bytes, media_type(name)))
    }
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Cow<'static, [u8]>>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if files.len() == MOST_FILES {
            return Err(std::io::Error::other("it holds too many files"));
        } else {
            files.insert(name, Cow::Owned(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
