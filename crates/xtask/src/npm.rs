//! `cargo xtask npm`: the package for browsers and Node. Packs it, installs it into a folder of its own as
//! its users do, and tries it out there: in Node, and against the types.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{command, is_there, root, run as run_command, target};
use crate::{wasm, web};

/// What stands in `crates/wasm/npm`.
const FILES: [&str; 6] = [
    "README.md",
    "browser.js",
    "index.d.ts",
    "node.js",
    "package.json",
    "shared.js",
];

const LICENSES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Builds, packs, and tries out. The result is `target/npm/kmsim-VERSION.tgz`.
pub(crate) fn run() -> Result<(), String> {
    let modules = wasm::make()?;
    web::install()?;
    package(&modules)
}

/// The same with modules that are there, in a checkout whose `web` is installed.
pub(crate) fn package(modules: &Path) -> Result<(), String> {
    if !is_there("npm", "--version") {
        return Err("the package needs Node.js 20 or later, with npm".to_owned());
    }
    let packed = pack(modules)?;
    try_out(&packed)?;
    eprintln!("xtask: the package is {}", packed.display());
    Ok(())
}

fn pack(modules: &Path) -> Result<PathBuf, String> {
    let out = target().join("npm");
    let folder = out.join("package");
    renew(&out)?;
    make(&folder.join("wasm"))?;
    for name in FILES {
        copy(
            &root().join("crates/wasm/npm").join(name),
            &folder.join(name),
        )?;
    }
    for name in LICENSES {
        copy(&root().join(name), &folder.join(name))?;
    }
    for module in ["kmsim_wasm", "kmsim_wasm_service"] {
        for name in [format!("{module}.js"), format!("{module}_bg.wasm")] {
            let from = modules.join("web").join(&name);
            copy(&from, &folder.join("wasm").join(name))?;
        }
    }
    run_command(
        command("npm")
            .current_dir(&folder)
            .args(["pack", "--silent", "--pack-destination"])
            .arg(&out),
    )?;
    Ok(out.join(format!("kmsim-{}.tgz", env!("CARGO_PKG_VERSION"))))
}

fn try_out(packed: &Path) -> Result<(), String> {
    let folder = target().join("npm").join("try");
    make(&folder)?;
    write(
        &folder.join("package.json"),
        "{\"private\": true, \"type\": \"module\"}\n",
    )?;
    run_command(
        command("npm")
            .current_dir(&folder)
            .args([
                "install",
                "--silent",
                "--offline",
                "--no-audit",
                "--no-fund",
            ])
            .arg(packed),
    )?;
    let tests = root().join("crates/wasm/tests");
    for name in ["package.test.mjs", "consumer.ts"] {
        copy(&tests.join(name), &folder.join(name))?;
    }
    run_command(
        command("node")
            .current_dir(&folder)
            .args(["--test", "package.test.mjs"]),
    )?;
    let compiler = root().join("web/node_modules/.bin/tsc");
    run_command(command(compiler).current_dir(&folder).args([
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--lib",
        "es2022,dom",
        "--types",
        "",
        "consumer.ts",
    ]))
}

/// An empty folder in place of whatever is there.
fn renew(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|why| cannot("remove", folder, &why))?;
    }
    make(folder)
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|why| cannot("make", folder, &why))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let copied = fs::copy(from, to).map_err(|why| cannot("copy", from, &why));
    copied.map(|_| ())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| cannot("write", path, &why))
}

fn cannot(what: &str, path: &Path, why: &std::io::Error) -> String {
    format!("can't {what} {}: {why}", path.display())
}
