//! `cargo xtask web`: the playground. Builds the modules, then the page with npm, and tries it out:
//! its parts by Vitest, the built page in Chromium.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{command, is_there, root, run as run_command, target};
use crate::wasm;

/// Programs that may be Chromium, the likeliest first.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Builds everything from nothing. The result is in `target/web`.
pub(crate) fn build() -> Result<(), String> {
    let modules = wasm::make()?;
    install()?;
    page(&modules, "build")?;
    eprintln!("xtask: the page is in {}", target().join("web").display());
    Ok(())
}

/// Builds the page as one file, which needs no server: `target/web-single/kmsim-playground.html`.
pub(crate) fn single_file() -> Result<(), String> {
    let modules = wasm::make()?;
    install()?;
    page(&modules, "build:single")?;
    let file = target().join("web-single/kmsim-playground.html");
    eprintln!("xtask: the page is {}", file.display());
    Ok(())
}

/// Installs what the page is built with.
pub(crate) fn install() -> Result<(), String> {
    if !is_there("npm", "--version") {
        return Err("the playground needs Node.js 20 or later, with npm".to_owned());
    }
    run_command(npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// Builds the page around modules that are there, by one of the scripts of its package.
fn page(modules: &Path, script: &str) -> Result<(), String> {
    run_command(
        npm()
            .args(["run", "--silent", script])
            .env("KMSIM_WASM", modules.join("web")),
    )
}

/// Builds and tries out, and the package of the modules too.
pub(crate) fn run() -> Result<(), String> {
    let chromium = chromium()?;
    let modules = wasm::make()?;
    install()?;
    page(&modules, "build:single")?;
    page(&modules, "build")?;
    run_command(npm().args(["run", "--silent", "test"]))?;
    run_command(
        npm()
            .args(["run", "--silent", "test:browser"])
            .env("KMSIM_CHROMIUM", chromium)
            .env("KMSIM_NATIVE", wasm::native()?),
    )?;
    crate::npm::package(&modules)
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
