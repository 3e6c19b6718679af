//! Every policy test of the fixtures comes out as expected: verdicts, and the statements that
//! decided.

use std::fs;
use std::path::Path;

use kmsim_authz::call::{self, Call};
use kmsim_authz::case::Expectation;
use kmsim_authz::explain::{Explanation, explain};
use kmsim_authz::reader::{Files, Reader};
use kmsim_authz::test_file::{Subject, Test};
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use crate::files::{Disk, below, root};

/// Runs a file; gives how many tests it has, and what went wrong.
fn run(path: &Path) -> (usize, Vec<String>) {
    let text = fs::read_to_string(path).expect("a readable file");
    run_text(&path.to_string_lossy(), &text, &Disk)
}

fn run_text(name: &str, text: &str, files: &dyn Files) -> (usize, Vec<String>) {
    let mut sources = Sources::new();
    let id = sources.add(name, text);
    let mut reader = Reader::new(&mut sources, files);
    let node = parse_any(text, id, name, &mut reader.diagnostics).expect("a document");
    let tests = reader.tests(&node);
    let findings = std::mem::take(&mut reader.diagnostics);
    let errors = findings
        .iter()
        .filter(|found| found.severity != Severity::Warning);
    let mut failures: Vec<String> = errors
        .map(|found| {
            format!(
                "{} ({})",
                found.line(&sources),
                found.help.as_deref().unwrap_or("")
            )
        })
        .collect();
    for test in &tests {
        if let Err(why) = check(test, &sources) {
            failures.push(format!(
                "{}: {}: {why}",
                sources.locate(test.span),
                test.name
            ));
        }
    }
    (tests.len(), failures)
}

fn check(test: &Test, sources: &Sources<'_>) -> Result<(), String> {
    let expected = test.expectation.as_ref().ok_or("no expectation")?;
    match &test.subject {
        Subject::Call { world, call } => check_call(world, call, expected, sources),
        Subject::Case(_) => {
            let verdict = test.verdict().map_err(|why| why.message)?;
            let is_met = expected.outcome.is_met_by(verdict);
            is_met.then_some(()).ok_or(format!("found {verdict}"))
        }
    }
}

fn check_call(
    world: &World,
    call: &Call,
    expected: &Expectation,
    sources: &Sources<'_>,
) -> Result<(), String> {
    let plain = call::decide(world, call).map_err(|why| format!("{why:?}"))?;
    let traced = call::decide_traced(world, call).map_err(|why| format!("{why:?}"))?;
    assert_eq!(plain.verdict, traced.verdict, "plain and traced differ");
    let explanations: Vec<Explanation> = traced
        .checks
        .iter()
        .map(|decided| {
            let (check, decision) = (&decided.check, decided.decision);
            explain(
                &check.layers,
                &check.request,
                decision,
                &decided.record,
                sources,
            )
        })
        .collect();
    let because: Vec<&str> = explanations
        .iter()
        .flat_map(|explanation| explanation.because.iter().map(String::as_str))
        .collect();
    if !expected.outcome.is_met_by(traced.verdict) {
        let summaries = traced.checks.iter().zip(&explanations);
        let summaries: Vec<_> = summaries
            .map(|(decided, explanation)| {
                format!("{}: {}", decided.check.label(), explanation.summary)
            })
            .collect();
        return Err(format!(
            "expected {}, found {}: {}",
            expected.outcome.name(),
            traced.verdict,
            summaries.join("; ")
        ));
    }
    match expected
        .because
        .iter()
        .find(|wanted| !because.contains(&&***wanted))
    {
        Some(wanted) => Err(format!("`{wanted}` is not among {because:?}")),
        None => Ok(()),
    }
}

#[test]
fn policy_tests_come_out_as_expected() {
    let folder = root().join("fixtures/policy-tests");
    let mut files = below(&folder, ".yaml");
    files.extend(below(&folder, ".json"));
    let (mut count, mut failures) = (0, Vec::new());
    for file in &files {
        let (tests, mut wrong) = run(file);
        assert!(
            tests > 0 || !wrong.is_empty(),
            "{} has no tests",
            file.display()
        );
        count += tests;
        failures.append(&mut wrong);
    }
    println!("{count} policy tests in {} files", files.len());
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The files that the examples of the documentation refer to.
struct Examples {
    world: String,
}

impl Files for Examples {
    fn read(&self, _: &str, path: &str) -> Result<(String, String), String> {
        let text = match path {
            "world.yaml" => self.world.clone(),
            "deny-key-deletion.json" => r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}]}"#.to_owned(),
            _ => return Err("no such file".to_owned()),
        };
        Ok((path.to_owned(), text))
    }
}

#[test]
fn the_examples_of_the_documentation_work() {
    let text = fs::read_to_string(root().join("docs/world.md")).expect("docs/world.md");
    let mut blocks = text.split("```yaml\n").skip(1);
    let mut block = || {
        let block = blocks.next().expect("an example");
        block.split("```").next().expect("its end").to_owned()
    };
    let world = block();
    let tests = std::iter::repeat_with(block)
        .take(3)
        .find(|block| block.starts_with("schema: 1"))
        .expect("a policy test");
    let (count, failures) = run_text("tests.yaml", &tests, &Examples { world });
    assert_eq!((count, failures), (5, Vec::new()));
}
