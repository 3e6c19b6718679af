//! Builds the page of the playground into the program, if `KMSIM_PAGE` names its folder:
//! `KMSIM_PAGE=target/web cargo install --path crates/cli`. Without it `kmsim playground` looks for the
//! page beside the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=KMSIM_PAGE");
    let mut table = String::from("pub(super) static FILES: &[(&str, &[u8])] = &[\n");
    if let Some(folder) = env::var_os("KMSIM_PAGE") {
        let folder = fs::canonicalize(from_the_root(&folder))?;
        println!("cargo::rerun-if-changed={}", folder.display());
        add(&folder, "", &mut table)?;
    }
    table.push_str("];\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("page.rs"), table)
}

/// A relative path is one from the root of the checkout, wherever cargo runs this.
fn from_the_root(folder: &std::ffi::OsStr) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder)
}

fn add(folder: &Path, prefix: &str, table: &mut String) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add(&path, &format!("{name}/"), table)?;
        } else {
            let line = writeln!(
                table,
                "    ({name:?}, include_bytes!({:?})),",
                path.display().to_string()
            );
            line.map_err(io::Error::other)?;
        }
    }
    Ok(())
}
