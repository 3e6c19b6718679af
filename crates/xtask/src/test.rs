//! `cargo xtask test`: every check of the project, in one order, stopping at the first failure.

use std::io::{BufRead, BufReader, Write, stdout};
use std::process::Stdio;
use std::time::Instant;

use crate::shell::{cargo, run as run_command};
use crate::{deny, wasm, web};

/// How much of it to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything.
    Full,
    /// What a change of the code is most likely to break.
    Quick,
}

struct Step {
    name: &'static str,
    quick: bool,
    check: fn(&mut Tally) -> Result<(), String>,
}

/// In order of what fails soonest. The layering rules are tests of this package.
const STEPS: [Step; 7] = [
    Step {
        name: "format",
        quick: true,
        check: |_| run_command(&mut cargo(&["fmt", "--all", "--check"])),
    },
    Step {
        name: "clippy",
        quick: true,
        check: |_| clippy(),
    },
    Step {
        name: "test",
        quick: true,
        check: unit_tests,
    },
    Step {
        name: "doc",
        quick: false,
        check: |_| doc(),
    },
    Step {
        name: "deny",
        quick: false,
        check: |_| deny::run(),
    },
    Step {
        name: "wasm",
        quick: false,
        check: |_| wasm::run(),
    },
    Step {
        name: "web",
        quick: false,
        check: |_| web::run(),
    },
];

/// Runs the steps. The count of tests and `OK` are the last lines on standard output.
pub(crate) fn run(extent: Extent) -> Result<(), String> {
    let steps: Vec<&Step> = STEPS
        .iter()
        .filter(|step| step.quick || extent == Extent::Full)
        .collect();
    let mut tally = Tally::default();
    let start = Instant::now();
    for (index, step) in steps.iter().enumerate() {
        let place = format!("[{}/{}] {}", index + 1, steps.len(), step.name);
        eprintln!("{place} ...");
        let start = Instant::now();
        (step.check)(&mut tally).map_err(|message| {
            format!("{place} FAILED: {message}\nThe steps after it did not run.")
        })?;
        eprintln!("{place} ok, {:.1} s", start.elapsed().as_secs_f32());
    }
    eprintln!(
        "all {} steps, {:.1} s",
        steps.len(),
        start.elapsed().as_secs_f32()
    );
    let Tally {
        passed,
        failed,
        ignored,
    } = tally;
    writeln!(
        stdout(),
        "{passed} passed, {failed} failed, {ignored} skipped\nOK"
    )
    .map_err(|error| format!("can't write the result: {error}"))
}

fn clippy() -> Result<(), String> {
    run_command(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn doc() -> Result<(), String> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps"]);
    run_command(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// `cargo test`, whose output goes through us to be counted.
fn unit_tests(tally: &mut Tally) -> Result<(), String> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo test did not start: {error}"))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| format!("can't read cargo test: {error}"))?;
            let line = String::from_utf8_lossy(&line);
            tally.add(&line);
            writeln!(stdout(), "{line}").map_err(|error| format!("can't write: {error}"))?;
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cargo test was lost: {error}"))?;
    match tally.passed {
        _ if !status.success() => Err(format!("cargo test failed: {status}")),
        0 => Err("cargo test ran no test".to_owned()),
        _ => Ok(()),
    }
}

/// Tests counted over all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Counts a closing line, `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|result| result.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.ignored += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn counts_closing_lines_only() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result_of_something ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.add(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 5,
                failed: 5,
                ignored: 1
            }
        );
    }
}
