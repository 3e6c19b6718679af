//! The scenarios of the fixtures run as they say.

use crate::support::{Disk, folder, run_text};

/// The scenarios, by the names of their files.
fn scenarios() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let mut found: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect();
    found.sort();
    assert!(found.len() > 50, "{} scenarios", found.len());
    found
}

#[test]
fn every_scenario_comes_out_as_it_says() {
    let only = std::env::var("KMSIM_SCENARIO").unwrap_or_default();
    let mut problems = String::new();
    for (name, text) in scenarios() {
        if !name.contains(&only) {
            continue;
        }
        match run_text(&name, &text, &Disk) {
            Ok(report) => problems.push_str(&report.human(false, true)),
            Err(found) => problems.push_str(&(found.join("\n") + "\n")),
        }
    }
    assert!(problems.is_empty(), "{problems}");
}
