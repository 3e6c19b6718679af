//! Running other programs from the root of the workspace.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The root of the workspace. Cargo names the running package's folder in the environment.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match package
        .as_deref()
        .and_then(Path::parent)
        .and_then(Path::parent)
    {
        Some(root) => root.to_path_buf(),
        None => PathBuf::from("."),
    }
}

/// Where this crate's own products go, whatever `CARGO_TARGET_DIR` says about Cargo's.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Where Cargo's products go.
pub(crate) fn cargo_target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(target, |folder| root().join(folder))
}

/// A command that runs at the root and reads nothing.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The Cargo that runs us, with `words` as its arguments.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(words);
    cargo
}

/// Runs to the end with our own output; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", show(command)))
    }
}

/// Runs to the end and gives what it printed on standard output.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("{} failed: {}", show(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no text", show(command)))
}

/// Whether it starts and succeeds. It is ended when `limit` is over: a mirror that never answers
/// must not stop the tests, since there is another way.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => sleep(Duration::from_millis(50)),
            Err(_) => return false,
        }
    }
    // The child may have ended by itself just now; then there is nothing to end.
    let _ = child.kill();
    let _ = child.wait();
    false
}

/// Whether `program --version` (or another harmless argument) runs here.
pub(crate) fn is_there(program: impl AsRef<OsStr>, argument: &str) -> bool {
    let mut command = command(program);
    command
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A Cargo subcommand: the one on `PATH`, or ours, which is built the first time.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Result<PathBuf, String> {
    if is_there(name, "--version") {
        return Ok(PathBuf::from(name));
    }
    let tools = target().join("tools");
    let program = tools.join("bin").join(name);
    if !is_there(&program, "--version") {
        eprintln!(
            "xtask: {name} is not installed; building {version} into {}",
            tools.display()
        );
        run(cargo(&[
            "install",
            "--quiet",
            "--locked",
            "--version",
            version,
            name,
            "--root",
        ])
        .arg(&tools)
        .env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} did not start: {error}", show(command))
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy(),
    ];
    words.extend(command.get_args().map(OsStr::to_string_lossy));
    format!("`{}`", words.join(" "))
}
