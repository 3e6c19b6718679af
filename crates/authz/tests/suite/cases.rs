//! Every case of the fixtures, and of the shared conformance cases where they are at hand, comes
//! out as expected, and explained evaluation agrees with the plain one.

use std::fs;
use std::path::PathBuf;

use kmsim_authz::case::Case;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::reader::Reader;
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use crate::files::{Disk, below, root, shared};

fn run(files: &[PathBuf]) {
    let mut failures = Vec::new();
    let mut count = 0;
    for path in files {
        let name = path.to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a readable file");
        let mut sources = Sources::new();
        let source = sources.add(name.clone(), text.as_str());
        let mut reader = Reader::new(&mut sources, &Disk);
        let node = parse_any(&text, source, &name, &mut reader.diagnostics).expect("a document");
        let list = node.member("cases").unwrap_or(&node);
        for node in list.as_list() {
            if node.member("world").is_some() || node.member("request").is_none() {
                continue;
            }
            let case = reader.case(node);
            let errors = reader
                .diagnostics
                .iter()
                .filter(|found| found.severity == Severity::Error);
            let errors: Vec<String> = errors.map(|found| found.line(reader.sources)).collect();
            failures.extend(errors);
            reader.diagnostics.clear();
            let Some(case) = case else { continue };
            count += 1;
            failures.extend(check(&name, &case));
        }
    }
    println!("{count} cases in {} files", files.len());
    assert!(count > 0, "no cases found");
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn check(file: &str, case: &Case) -> Option<String> {
    let layers = case.layers.borrow();
    let decision = decide(&layers, &case.request);
    let (traced, _) = decide_traced(&layers, &case.request);
    assert_eq!(
        decision, traced,
        "{file}: {:?}: plain and traced evaluation differ",
        case.name
    );
    let expected = case.expectation.as_ref()?;
    let name = case.name.as_deref().unwrap_or("?");
    (!expected.outcome.is_met_by(decision.verdict)).then(|| {
        format!(
            "{file}: {name}: expected {}, found {} ({:?})",
            expected.outcome.name(),
            decision.verdict,
            decision.reason
        )
    })
}

#[test]
fn shared_cases_come_out_as_expected() {
    if let Some(folder) = shared("cases") {
        let files = below(&folder, ".json")
            .into_iter()
            .filter(|path| path.parent() == Some(&folder))
            .collect::<Vec<_>>();
        run(&files);
    }
}

#[test]
fn fixture_cases_come_out_as_expected() {
    run(&below(&root().join("fixtures/cases"), ".json"));
}
