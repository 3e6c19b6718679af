//! `cargo xtask web`: the playground. Builds the modules, then the page with npm, and tries it out:
//! its parts by Vitest, the built page in Chromium.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::shell::{command, is_there, root, run as run_command, target};
use crate::wasm;

/// Programs that may be Chromium, the likeliest first.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Builds everything from nothing. The result is in `target/web`.
pub(crate) fn build() -> Result<(), String> {
    let modules = wasm::make()?;
    page(&modules)
}

/// Builds the page around modules that are there.
fn page(modules: &std::path::Path) -> Result<(), String> {
    if !is_there("npm", "--version") {
        return Err("the playground needs Node.js 20 or later, with npm".to_owned());
    }
    run_command(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    run_command(
        npm()
            .args(["run", "--silent", "build"])
            .env("KMSIM_WASM", modules.join("web")),
    )?;
    eprintln!("xtask: the page is in {}", target().join("web").display());
    Ok(())
}

/// Builds and tries out.
pub(crate) fn run() -> Result<(), String> {
    let chromium = chromium()?;
    build()?;
    run_command(npm().args(["run", "--silent", "test"]))?;
    run_command(
        npm()
            .args(["run", "--silent", "test:browser"])
            .env("KMSIM_CHROMIUM", chromium),
    )
}

fn npm() -> Command {
    let mut npm = command("npm");
    npm.current_dir(root().join("web"));
    npm
}

/// `KMSIM_CHROMIUM`, or the first of the usual names that is on `PATH`.
fn chromium() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("KMSIM_CHROMIUM") {
        return Ok(path.into());
    }
    let folders: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    CHROMIUM
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
        .ok_or_else(|| {
            "trying the playground needs Chromium: install it, or name it in KMSIM_CHROMIUM"
                .to_owned()
        })
}
