//! What the documentation shows is so.

use kmsim_authz::reader::NoFiles;

use crate::support::{folder, run_text};

fn page(name: &str) -> String {
    let path = folder().join("../..").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The names of the scenarios, without endings.
fn scenarios() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    names
}

#[test]
fn the_example_runs() {
    let page = page("docs/scenarios.md");
    let (_, example) = page.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let report = run_text("example.yaml", example, &NoFiles).unwrap();
    assert!(report.passed(), "{}", report.human(false, false));
}

#[test]
fn every_scenario_stands_in_the_table_of_topics() {
    let table = page("fixtures/scenarios/README.md");
    for name in scenarios() {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn every_scenario_that_the_notes_name_is_there() {
    let known = scenarios();
    let page = page("docs/notes-and-today.md");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| the notes"));
    let mut named = 0;
    for row in rows {
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap();
        for name in last.split('`').skip(1).step_by(2) {
            assert!(known.iter().any(|own| own == name), "{name}");
            named += 1;
        }
    }
    assert!(named > 40, "{named}");
}
