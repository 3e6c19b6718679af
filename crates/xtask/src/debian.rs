//! A compiler for WebAssembly out of Debian's packages, unpacked into `target/`.
//!
//! Debian packages a newer Rust for its browsers, without the compiled standard library for
//! `wasm32-unknown-unknown` but with the sources, from which Cargo can build it. Nothing is
//! installed: the packages are downloaded and unpacked into a folder of ours, and only the
//! WebAssembly build looks there. The linker is the one that our own toolchain brings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{command, read, run as run_command, target};
use crate::wasm::TARGET;

/// Makes `cargo`, a build for WebAssembly, compile with Debian's compiler.
pub(crate) fn use_for_wasm(cargo: &mut Command) -> Result<(), String> {
    let compiler = unpacked()?;
    let libraries = library_folder(&compiler)?;
    cargo
        .args(["-Z", "build-std=std,panic_abort"])
        // build-std is for nightly compilers unless the compiler is told to act as one.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", compiler.join("usr/bin/rustc"))
        .env("LD_LIBRARY_PATH", libraries)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()?);
    debug_assert_eq!(
        TARGET, "wasm32-unknown-unknown",
        "the linker's variable names the target"
    );
    Ok(())
}

/// The folder with the unpacked packages, filled the first time.
fn unpacked() -> Result<PathBuf, String> {
    let folder = target().join("debian-rust");
    let complete = folder.join("complete");
    if complete.is_file() {
        return Ok(folder);
    }
    let say = |error: std::io::Error| format!("can't write {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(say)?;
    }
    let archives = folder.join("archives");
    fs::create_dir_all(&archives).map_err(say)?;

    let packages = packages()?;
    eprintln!(
        "xtask: unpacking {} into {}",
        packages.join(", "),
        folder.display()
    );
    let mut download = command("apt-get");
    download
        .current_dir(&archives)
        .args(["-qq", "download"])
        .args(packages);
    run_command(&mut download)?;
    for archive in fs::read_dir(&archives).map_err(say)? {
        let archive = archive.map_err(say)?.path();
        run_command(
            command("dpkg-deb")
                .arg("--extract")
                .args([&archive, &folder]),
        )?;
    }
    fs::remove_dir_all(&archives).map_err(say)?;
    fs::write(&complete, "").map_err(say)?;
    Ok(folder)
}

/// The packages to unpack. Two names carry a version, which the others' dependencies tell.
fn packages() -> Result<Vec<String>, String> {
    let mut depends = depends_on("libstd-rust-web-dev");
    if !matches!(depends, Ok(Some(_))) {
        // A machine that has never read the package lists knows of no package.
        run_command(command("apt-get").args(["-qq", "update"]))?;
        depends = depends_on("libstd-rust-web-dev");
    }
    let missing = || "the package lists have no Rust for browsers (rustc-web)".to_owned();
    let standard_library = depends?.ok_or_else(missing)?;
    let llvm = depends_on(&standard_library)?.ok_or_else(missing)?;
    let fixed = ["rustc-web", "libstd-rust-web-dev", "rust-web-src"].map(str::to_owned);
    Ok(fixed.into_iter().chain([standard_library, llvm]).collect())
}

/// The versioned package that `package` depends on: the standard library, or LLVM.
fn depends_on(package: &str) -> Result<Option<String>, String> {
    Ok(versioned(&read(
        command("apt-cache").args(["depends", package]),
    )?))
}

fn versioned(depends: &str) -> Option<String> {
    depends
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .find(|name| name.starts_with("libstd-rust-web-") || name.starts_with("libllvm"))
        .map(str::to_owned)
}

/// Debian keeps libraries in a folder named after the machine, as `usr/lib/x86_64-linux-gnu`.
fn library_folder(compiler: &Path) -> Result<PathBuf, String> {
    let libraries = compiler.join("usr/lib");
    fs::read_dir(&libraries)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with("-linux-gnu"))
        .ok_or_else(|| format!("no libraries in {}", libraries.display()))
}

fn linker() -> Result<PathBuf, String> {
    let sysroot = read(command("rustc").args(["--print", "sysroot"]))?;
    let version = read(command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();
    let linker = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    if linker.is_file() {
        Ok(linker)
    } else {
        Err(format!(
            "the toolchain has no linker for WebAssembly at {}",
            linker.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn finds_the_package_that_carries_a_version() {
        let depends = "libstd-rust-web-1.96\n  Depends: libc6\n  Depends: libllvm22\n";
        assert_eq!(versioned(depends).as_deref(), Some("libllvm22"));
        let depends = "libstd-rust-web-dev\n  Depends: libstd-rust-web-1.96\n";
        assert_eq!(versioned(depends).as_deref(), Some("libstd-rust-web-1.96"));
        assert_eq!(versioned("rustc-web\n  Depends: libc6\n"), None);
    }
}
