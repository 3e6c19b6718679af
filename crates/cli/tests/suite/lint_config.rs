//! `kmsim.toml`, and the options that say the same.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{Folder, Ran};

/// The account keeps its key, everyone may decrypt, and an action has a blank.
const OPEN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
    {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms: Verify"], "Resource": "*"},
    {"Sid": "Wide", "Effect": "Allow", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"}
  ]
}
"#;

fn folder(config: &str) -> Folder {
    Folder::with([
        ("kmsim.toml", config),
        ("policies/open.json", OPEN),
        ("policies/legacy/open.json", OPEN),
    ])
}

/// Codes and classes of the findings of each file.
fn found(ran: &Ran) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).expect(&ran.err);
    let policies = report["policies"].as_array().unwrap().iter();
    let shown = |policy: &Value| {
        let findings = policy["findings"].as_array().unwrap().iter();
        let findings: Vec<_> = findings
            .map(|finding| {
                let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
                format!("{} {} {}", text("code"), text("severity"), text("sid"))
            })
            .collect();
        format!(
            "{}: {}",
            policy["name"].as_str().unwrap(),
            findings.join(", ")
        )
    };
    policies.map(shown).collect()
}

fn json(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(
        ["lint", "policies", "--format", "json"]
            .into_iter()
            .chain(arguments.iter().copied()),
    )
}

#[test]
fn levels_paths_and_ignores() {
    let folder = folder(
        "[lint]
fail-on = 'error'
rules = { action-blank = 'warning' }

[[lint.paths]]
path = 'policies/legacy/'
rules = { KMS030 = 'off', kms074 = 'suggestion' }

[[lint.ignore]]
rule = ['KMS030']
path = 'policies/*.json'
sid = 'Open'
reason = 'the key of a public demonstration'
expires = 9999-12-31
",
    );
    let ran = json(&folder, &[]);
    assert_eq!(
        found(&ran),
        [
            "policies/legacy/open.json: KMS074 suggestion Open",
            "policies/open.json: KMS074 warning Open, KMS030 security Wide"
        ]
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("\"ignored\": 1"));
    // What options say comes first.
    assert_eq!(json(&folder, &["--fail-on", "security"]).code, 1);
    let chosen = json(
        &folder,
        &["--select", "KMS,IAM034", "--ignore", "open-to-everyone"],
    );
    assert_eq!(
        found(&chosen),
        [
            "policies/legacy/open.json: KMS074 suggestion Open",
            "policies/open.json: KMS074 warning Open"
        ]
    );
    let without = json(&folder, &["--no-config"]);
    assert_eq!(
        found(&without)[0],
        found(&without)[1].replace("policies/", "policies/legacy/")
    );
    assert_eq!(without.code, 1);
}

/// The file is found from folders below, and its patterns stay relative to it.
#[test]
fn the_file_is_found_upwards() {
    let folder =
        folder("[[lint.ignore]]\nrule = 'KMS030'\npath = 'policies/legacy/**'\nreason = 'old'\n");
    std::fs::create_dir_all(folder.path().join("policies/legacy/deep")).unwrap();
    let run = |from: &str, arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("kmsim").unwrap();
        let command = command
            .current_dir(folder.path().join(from))
            .args(["lint"])
            .args(arguments);
        let ran = command.output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    assert!(!run("policies/legacy/deep", &["../open.json"]).contains("KMS030"));
    assert!(run("policies", &["open.json"]).contains("KMS030"));
    assert!(!run("policies/legacy", &["open.json"]).contains("KMS030"));
    folder.write("other.toml", b"[lint.rules]\nKMS074 = 'off'\n");
    let other = run(
        "policies/legacy",
        &["open.json", "--config", "../../other.toml"],
    );
    assert!(other.contains("KMS030") && !other.contains("KMS074"));
}

/// What has expired no longer counts, and is told, as is what ignores nothing.
#[test]
fn ignores_end_and_are_cleaned_up() {
    let folder = folder(
        "[[lint.ignore]]
rule = 'KMS030'
path = 'policies/open.json'
reason = 'until the move'
expires = 2020-01-31

[[lint.ignore]]
rule = 'IAM034'
path = 'policies/open.json'
reason = 'nothing of it'

[[lint.ignore]]
rule = 'KMS030'
path = 'nowhere/**'
reason = 'no such file'
",
    );
    let ran = folder.run(["lint", ".", "--format", "json"]);
    assert!(found(&ran).iter().all(|line| line.contains("KMS030")));
    assert_snapshot!(ran.err);
    // Who lints one file is not told about others.
    let one = folder.run(["lint", "policies/legacy/open.json", "--format", "json"]);
    assert_eq!(one.err.matches("warning").count(), 1, "{}", one.err);
    let github = folder.run(["lint", ".", "--format", "github"]);
    assert!(
        github
            .out
            .contains("::warning file=kmsim.toml,line=5,col=11,title=expired-ignore::")
    );
}

#[test]
fn what_is_wrong_with_the_file_is_told_with_its_place() {
    let folder = folder(
        "lnt = 1
[lint]
fail-on = 'warnings'
rules = { KMS999 = 'off', KMS074 = 'of' }
[[lint.paths]]
path = 'a{'
kind = 'key'
[[lint.ignore]]
rule = 'open-to-evryone'
path = 'x'
resaon = 'y'
expires = '31.1.2027'
[[lint.ignore]]
path = 'x'
reason = ' '
",
    );
    let ran = folder.run(["lint", "policies"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_snapshot!(ran.err);
    folder.write("kmsim.toml", b"[lint\n");
    assert_snapshot!(folder.run(["lint", "policies"]).shown());
    assert_eq!(
        folder
            .run(["lint", "policies", "--config", "missing.toml"])
            .code,
        2
    );
    let unknown = folder.run(["lint", "policies", "--no-config", "--select", "KMS07x"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean"), "{}", unknown.err);
}

/// What is ignored or off is not changed either.
#[test]
fn what_is_not_told_is_not_fixed() {
    let folder = folder("[lint.rules]\nKMS074 = 'off'\n");
    let ran = folder.run(["lint", "policies", "--diff"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let ran = folder.run(["lint", "policies", "--diff", "--no-config"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn the_schema_says_what_is_read() {
    let ran = Folder::new().run(["schema", "config"]);
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let ignore = |change: &str| {
        format!(r#"{{"lint": {{"ignore": [{{"rule": "KMS030", "path": "a/**"{change}}}]}}}}"#)
    };
    for (text, valid) in [
        (r#"{"lint": {"fail-on": "error", "rules": {"KMS074": "off", "open-to-everyone": "warning"}}}"#.to_owned(), true),
        (r#"{"lint": {"paths": [{"path": "scps/", "kind": "scp"}]}}"#.to_owned(), true),
        (ignore(r#", "reason": "x", "expires": "2027-01-31", "sid": "a b""#), true),
        (ignore(""), false),
        (ignore(r#", "reason": """#), false),
        (ignore(r#", "reason": "x", "until": "2027""#), false),
        (r#"{"lint": {"fail-on": "warnings"}}"#.to_owned(), false),
        (r#"{"lnt": {}}"#.to_owned(), false),
    ] {
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema.is_valid(&value), valid, "{text}");
    }
}

/// The page shows a file that can be read, and its schema agrees.
#[test]
fn the_example_of_the_page_is_right() {
    let page = include_str!("../../../../docs/lint.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let folder = folder(example);
    let ran = folder.run(["lint", "policies/open.json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
}
