//! Every conformance case gives what it expects.

use kmsim_testkit::decide;

use crate::shared::{cases_folder, read};

#[test]
fn conformance_cases() {
    let Some(folder) = cases_folder() else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in &files {
        let document = read(file);
        let cases = document
            .get("cases")
            .unwrap_or(&document)
            .as_array()
            .unwrap()
            .clone();
        for case in &cases {
            count += 1;
            let answer = match decide(case) {
                Ok(verdict) => verdict.as_str().to_owned(),
                Err(error) => format!("error: {error}"),
            };
            if case["expect"] != answer.as_str() {
                wrong.push(format!(
                    "{}: {}: {answer} instead of {}",
                    file.display(),
                    case["name"],
                    case["expect"]
                ));
            }
        }
    }
    println!("{count} cases");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
