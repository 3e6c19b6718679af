//! Rules about the shape of the project that no compiler checks: which crate may depend on which,
//! no Cargo features at the core, and nothing in the sources that holds on one machine only.
//!
//! Each test lists every violation at once, in words that say what to do.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test program: what it can't read is a failed test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each crate of the workspace, by folder, and what it may depend on.
///
/// The sources of the arrows are below their targets: an edge that isn't here would be a new rule
/// of the architecture, so it is added to `ARCHITECTURE.md` in the same commit.
const LAYERS: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("policy", &["types"]),
    ("authz", &["types", "policy"]),
    ("analysis", &["types", "policy", "authz"]),
    ("lint", &["types", "policy", "authz", "analysis", "import"]),
    ("crypto", &["types"]),
    ("envelope", &["types", "crypto"]),
    ("kms", &["types", "policy", "authz", "crypto"]),
    ("store", &["kms", "crypto"]),
    (
        "scenario",
        &["types", "policy", "authz", "crypto", "envelope", "kms"],
    ),
    ("import", &["types", "policy", "authz"]),
    (
        "denial",
        &["types", "policy", "authz", "analysis", "import"],
    ),
    ("server", &["kms", "store", "import"]),
    (
        "cli",
        &[
            "types", "policy", "authz", "analysis", "lint", "crypto", "envelope", "kms", "store",
            "scenario", "import", "denial", "server",
        ],
    ),
    ("embed", &["policy", "authz"]),
    (
        "wasm",
        &["types", "policy", "authz", "analysis", "lint", "embed"],
    ),
    (
        "wasm-service",
        &[
            "types", "policy", "authz", "analysis", "import", "denial", "crypto", "envelope",
            "kms", "scenario", "embed",
        ],
    ),
    // The second evaluator must not lean on the one that it checks.
    ("testkit", &[]),
    ("bindgen", &[]),
    ("xtask", &[]),
];

/// Crates that only machines with files, processes or sockets run. The others compile for browsers:
/// the WebAssembly module contains them.
const NATIVE: &[&str] = &["store", "server", "cli", "testkit", "bindgen", "xtask"];

/// Crates with one shape only: what is tested is what everyone runs.
const WITHOUT_FEATURES: &[&str] = &["types", "policy", "authz", "lint", "kms"];

#[test]
fn dependencies_point_one_way() {
    let mut wrong = String::new();
    for package in packages() {
        let folder = package.folder();
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == folder) else {
            _ = writeln!(
                wrong,
                "crates/{folder} stands in no layer: add it to LAYERS"
            );
            continue;
        };
        for (target, kind) in package.edges() {
            // Any crate's tests may use the test helpers, and those may be tested against anything.
            // Tests may make what they test with from all that is below: no arrow turns by that.
            let in_tests = kind == "dev"
                && (target == "testkit"
                    || folder == "testkit"
                    || below(&folder).contains(&*target));
            if !in_tests && !allowed.contains(&target.as_str()) {
                _ = writeln!(
                    wrong,
                    "crates/{folder} may not depend on crates/{target} ({kind})"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_not_native_is_in_the_webassembly_module() {
    let packages = packages();
    let mut reached = BTreeSet::from(["wasm".to_owned(), "wasm-service".to_owned()]);
    let mut open = vec!["wasm".to_owned(), "wasm-service".to_owned()];
    while let Some(folder) = open.pop() {
        let package = packages.iter().find(|package| package.folder() == folder);
        for (target, kind) in package.unwrap().edges() {
            if kind == "normal" && reached.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    let mut wrong = String::new();
    for package in &packages {
        let folder = package.folder();
        if reached.contains(&folder) == NATIVE.contains(&&*folder) {
            _ = writeln!(
                wrong,
                "crates/{folder} stands in NATIVE or below crates/wasm and crates/wasm-service, and not in both"
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// All that a crate may depend on, directly or by way of others.
fn below(folder: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        let allowed = LAYERS.iter().find(|(name, _)| *name == folder);
        for target in allowed.into_iter().flat_map(|(_, targets)| *targets) {
            if found.insert(*target) {
                open.push(target);
            }
        }
    }
    found
}

#[test]
fn core_crates_have_no_features() {
    let mut wrong = String::new();
    for package in packages() {
        let folder = package.folder();
        if WITHOUT_FEATURES.contains(&folder.as_str()) {
            for feature in package.0["features"].as_object().unwrap().keys() {
                _ = writeln!(wrong, "crates/{folder}/Cargo.toml: feature `{feature}`");
            }
        }
    }
    for (path, text) in sources() {
        let core = WITHOUT_FEATURES
            .iter()
            .any(|name| path.starts_with(format!("crates/{name}")));
        if core && is_rust(&path) {
            report(&mut wrong, &path, &text, "cfg(feature)", |line| {
                let line: String = line.split_whitespace().collect();
                has_word(&line, "feature=\"")
            });
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    let mut wrong = String::new();
    for package in packages() {
        let manifest = package.0["manifest_path"].as_str().unwrap();
        let text = std::fs::read_to_string(manifest).unwrap();
        if !text.contains("[lints]\nworkspace = true\n") {
            _ = writeln!(
                wrong,
                "crates/{}/Cargo.toml: no `[lints] workspace`",
                package.folder()
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn sources_are_finished() {
    let markers = [concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut wrong = String::new();
    for (path, text) in sources() {
        if is_rust(&path) {
            for marker in markers {
                report(&mut wrong, &path, &text, marker, |line| {
                    has_word(line, marker)
                });
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn sources_name_no_folder_of_one_machine() {
    let folders = ["home", "root", "Users", "work", "mnt"].map(|name| format!("/{name}/"));
    let mut wrong = String::new();
    for (path, text) in sources() {
        for folder in &folders {
            let what = format!("absolute path below {folder}");
            report(&mut wrong, &path, &text, &what, |line| {
                is_absolute(line, folder)
            });
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn only_paths_that_begin_with_the_folder_are_absolute() {
    for line in [
        "see /srv/me/x",
        "\"/srv/me\"",
        "file:///srv/me",
        "cd=/srv/me",
    ] {
        assert!(is_absolute(line, "/srv/"), "{line}");
    }
    for line in [
        "arn:aws:iam::111122223333:role/srv/x",
        "./srv/x",
        "${dir}/srv/x",
        "/srvs/",
    ] {
        assert!(!is_absolute(line, "/srv/"), "{line}");
    }
}

/// Whether `folder` stands in `line` at the beginning of a path.
fn is_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = &line[..at];
        before.ends_with("://")
            || !before
                .ends_with(|last: char| last.is_alphanumeric() || "/._-}>*)]~$".contains(last))
    })
}

/// Whether `word` stands in `line` and is not the end of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_'))
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn report(wrong: &mut String, path: &Path, text: &str, what: &str, is: impl Fn(&str) -> bool) {
    for (index, line) in text.lines().enumerate() {
        if is(line) {
            _ = writeln!(wrong, "{}:{}: {what}", path.display(), index + 1);
        }
    }
}

fn root() -> PathBuf {
    // Not `env!`: the value at compile time is wrong in a checkout that was moved.
    let package = std::env::var("CARGO_MANIFEST_DIR").expect("tests are run by Cargo");
    Path::new(&package)
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// Every text file that git tracks or would track, by its path from the root.
fn sources() -> Vec<(PathBuf, String)> {
    let root = root();
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&root)
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let sources: Vec<(PathBuf, String)> = String::from_utf8(output.stdout)
        .unwrap()
        .split_terminator('\0')
        .filter_map(|path| Some((path.into(), std::fs::read_to_string(root.join(path)).ok()?)))
        .collect();
    assert!(!sources.is_empty(), "git lists no file");
    sources
}

/// A package of the workspace, as `cargo metadata` tells it.
struct Package(Value);

impl Package {
    /// The name of its folder under `crates/`.
    fn folder(&self) -> String {
        let manifest = Path::new(self.0["manifest_path"].as_str().unwrap());
        manifest
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// The crates of the workspace that it depends on: folder, and `normal`, `build` or `dev`.
    fn edges(&self) -> Vec<(String, String)> {
        let edge = |dependency: &Value| {
            let target = Path::new(dependency["path"].as_str()?)
                .file_name()?
                .to_str()?
                .to_owned();
            Some((
                target,
                dependency["kind"].as_str().unwrap_or("normal").to_owned(),
            ))
        };
        self.0["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(edge)
            .collect()
    }
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").expect("tests are run by Cargo");
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().cloned().map(Package).collect()
}
