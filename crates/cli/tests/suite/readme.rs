//! The README tells the truth: every example that begins with `$ kmsim` is run, one after the other,
//! and prints what stands there. They see the checkout's files as at its root, and leave their own in
//! a folder of their own. `UPDATE=1 cargo test -p kmsim readme` writes it anew.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with the checkout's files that examples name.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["fixtures", "policies"] {
        let whole = root().join(name).canonicalize().unwrap();
        link(&whole, &folder.path().join(name));
    }
    folder
}

#[cfg(unix)]
fn link(to: &Path, from: &Path) {
    std::os::unix::fs::symlink(to, from).unwrap();
}

#[cfg(windows)]
fn link(to: &Path, from: &Path) {
    std::os::windows::fs::symlink_dir(to, from).unwrap();
}

/// What a command line prints, both streams, as a terminal shows them. A pipe is the shell's business.
fn output(line: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kmsim"));
    let mut command = if line.contains(" | ") {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = program.parent().unwrap().to_owned();
        let paths = std::iter::once(own).chain(std::env::split_paths(&path));
        let mut shell = Command::new("sh");
        shell
            .args(["-c", line])
            .env("PATH", std::env::join_paths(paths).unwrap());
        shell
    } else {
        let mut kmsim = Command::new(program);
        kmsim.args(line.split_whitespace().skip(1));
        kmsim
    };
    let ran = command
        .current_dir(folder)
        .env_remove("KMSIM_ROOT_KEY")
        .output()
        .unwrap();
    let text = [ran.stdout, ran.stderr]
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .concat();
    text.trim_end().to_owned()
}

/// The README with the output of every example in place.
fn renewed(readme: &str, folder: &Path) -> (String, usize) {
    let mut lines = readme.lines();
    let (mut renewed, mut examples) = (String::new(), 0);
    while let Some(line) = lines.next() {
        renewed.push_str(line);
        renewed.push('\n');
        let Some(command) = line
            .strip_prefix("$ ")
            .filter(|line| line.starts_with("kmsim "))
        else {
            continue;
        };
        examples += 1;
        // A command may go on in the next line.
        let mut command = command.to_owned();
        while let Some(start) = command.strip_suffix('\\').map(str::to_owned) {
            let next = lines.next().unwrap_or("");
            renewed.push_str(next);
            renewed.push('\n');
            command = start + next;
        }
        renewed.push_str(&output(&command, folder));
        renewed.push_str("\n```\n");
        for old in lines.by_ref() {
            if old == "```" {
                break;
            }
        }
        if let Some(link) = playground(&command, folder) {
            // What follows an example is a blank line; below that stands its link.
            let mut rest = lines.clone();
            let has_link = rest.nth(1).is_some_and(|line| line.starts_with(LINK));
            if has_link {
                lines = rest;
            }
            for part in ["\n", LINK, "(", &link, ")\n"] {
                renewed.push_str(part);
            }
        }
    }
    (renewed, examples)
}

const LINK: &str = "[Open it in the playground]";

/// The link to what an example asks, if it asks what a page can hold.
fn playground(command: &str, folder: &Path) -> Option<String> {
    let others = ["--batch", "--patch", " | "];
    if !command.starts_with("kmsim check ") || others.iter().any(|other| command.contains(other)) {
        return None;
    }
    let link = output(
        &format!("{} --link", command.replace("--fixes", "")),
        folder,
    );
    assert!(link.starts_with("https://"), "{command}: {link}");
    Some(link)
}

#[test]
fn its_examples_print_what_it_shows() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (renewed, examples) = renewed(&readme, folder().path());
    assert!(examples >= 7, "{examples} examples");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, renewed).unwrap();
    } else {
        assert_eq!(readme, renewed, "UPDATE=1 cargo test -p kmsim readme");
    }
}
