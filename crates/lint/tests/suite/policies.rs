//! Policies that are right: nothing above a suggestion may be found in them.

use kmsim_policy::syntax::PolicyKind;

use crate::support::{findings_of, root, serious, shown};

/// What is found above a suggestion in each of the policies to start from.
fn found() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let folders = std::fs::read_dir(root().join("policies")).unwrap();
    for folder in folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap();
            let folder = folder.file_name().unwrap().to_str().unwrap();
            let kind = match folder {
                "notes" if text.contains("\"Principal\"") => PolicyKind::KeyPolicy,
                "notes" => PolicyKind::Identity,
                "key" => PolicyKind::KeyPolicy,
                name => PolicyKind::from_name(name).expect(name),
            };
            // Notes quote single statements.
            let serious = serious(findings_of(kind, "", &text, folder == "notes"));
            found.push((file.display().to_string(), shown(&serious)));
        }
    }
    found
}

/// How many policies there are, and how many of them are clean.
pub(crate) fn counts() -> (usize, usize) {
    let found = found();
    let clean = found.iter().filter(|(_, found)| found.is_empty());
    (found.len(), clean.count())
}

#[test]
fn policies_to_start_from_are_clean() {
    let found = found();
    assert!(found.len() > 60, "{}", found.len());
    let wrong: Vec<_> = found
        .iter()
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
