//! Policies that are right: nothing above a suggestion may be found in them.

use kmsim_policy::syntax::PolicyKind;
use serde_json::Value;

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

/// What is found above a suggestion in the policies that AWS's documentation has for its services.
fn found_in_samples() -> Vec<(String, Vec<String>)> {
    const KEY: &str = r#"{"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT", "multiRegion": false}"#;
    let text = std::fs::read_to_string(root().join("fixtures/aws-samples.json")).unwrap();
    let data: Value = serde_json::from_str(&text).unwrap();
    let sample = |sample: &Value| {
        assert!(
            sample["source"]
                .as_str()
                .unwrap()
                .starts_with("https://docs.aws.amazon.com/")
        );
        let own = sample["statements"].as_array().unwrap().iter();
        let statements: Vec<&Value> = std::iter::once(&data["account"]).chain(own).collect();
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": statements});
        let text = policy.to_string();
        let found = ["", KEY].map(|key| findings_of(PolicyKind::KeyPolicy, key, &text, false));
        let serious = serious(found.concat());
        (sample["name"].as_str().unwrap().to_owned(), shown(&serious))
    };
    data["samples"]
        .as_array()
        .unwrap()
        .iter()
        .map(sample)
        .collect()
}

/// How many samples of AWS there are, and how many of them are clean.
pub(crate) fn counts_of_samples() -> (usize, usize) {
    let found = found_in_samples();
    let clean = found.iter().filter(|(_, found)| found.is_empty());
    (found.len(), clean.count())
}

#[test]
fn policies_of_the_documentation_of_aws_are_clean() {
    let found = found_in_samples();
    assert!(found.len() >= 20, "{}", found.len());
    let wrong: Vec<_> = found
        .iter()
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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
