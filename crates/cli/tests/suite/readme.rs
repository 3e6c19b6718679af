//! The README tells the truth: every example that begins with `$ kmsim` is run at the root of the
//! checkout and prints what stands there. `UPDATE=1 cargo test -p kmsim readme` writes it anew.

use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a command line prints, both streams, as a terminal shows them.
fn output(line: &str) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_kmsim"))
        .current_dir(root())
        .args(line.split_whitespace().skip(1))
        .output()
        .unwrap();
    let text = [ran.stdout, ran.stderr]
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .concat();
    text.trim_end().to_owned()
}

/// The README with the output of every example in place.
fn renewed(readme: &str) -> (String, usize) {
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
        renewed.push_str(&output(&command));
        renewed.push_str("\n```\n");
        for old in lines.by_ref() {
            if old == "```" {
                break;
            }
        }
    }
    (renewed, examples)
}

#[test]
fn its_examples_print_what_it_shows() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (renewed, examples) = renewed(&readme);
    assert!(examples >= 7, "{examples} examples");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, renewed).unwrap();
    } else {
        assert_eq!(readme, renewed, "UPDATE=1 cargo test -p kmsim readme");
    }
}
