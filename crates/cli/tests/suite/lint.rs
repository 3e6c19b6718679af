//! `kmsim lint` and `kmsim rule`.

use insta::assert_snapshot;

use crate::run::Folder;

/// The account keeps its key, and everyone may decrypt.
const OPEN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": "kms:*",
      "Resource": "*"
    },
    {"Effect": "Allow", "Principal": "*", "Action": ["kms: Decrypt", "kms:Decrypt"], "Resource": "*"}
  ]
}
"#;

#[test]
fn findings_show_their_place_and_what_to_do() {
    let folder = Folder::with([("open.json", OPEN)]);
    assert_snapshot!(folder.run(["lint", "open.json"]).shown());
}

#[test]
fn findings_as_json() {
    let folder = Folder::with([("open.json", OPEN)]);
    let ran = folder.run(["lint", "open.json", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_snapshot!(ran.out);
}

#[test]
fn the_exit_code_counts_what_is_asked_for() {
    let console = include_str!("../../../../policies/key/console.json");
    let folder = Folder::with([("console.json", console), ("open.json", OPEN)]);
    let code = |arguments: &[&str]| folder.run(arguments.iter().copied()).code;
    assert_eq!(code(&["lint", "console.json"]), 0);
    assert_eq!(
        code(&["lint", "console.json", "--fail-on", "suggestion"]),
        1
    );
    assert_eq!(code(&["lint", "open.json", "--fail-on", "never"]), 0);
    assert_eq!(
        code(&["lint", "open.json", "console.json", "missing.json"]),
        2
    );
}

#[test]
fn findings_annotate_files_on_github() {
    let folder = Folder::with([("open.json", OPEN)]);
    let summary = folder.path().join("summary.md");
    let summary = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let ran = folder.run_bytes(
        ["lint", "open.json", "--format", "github"],
        Vec::new(),
        &summary,
    );
    assert_eq!(ran.code, 1);
    assert_snapshot!(ran.shown());
    assert_snapshot!(String::from_utf8(folder.read("summary.md")).unwrap());
}

#[test]
fn in_folders_what_is_no_policy_is_passed_over() {
    let folder = Folder::with([
        ("policies/open.json", OPEN),
        ("policies/broken.json", "{\"Statement\": ["),
        ("policies/package.json", "{\"name\": \"app\"}"),
        ("policies/deep/notes.md", OPEN),
    ]);
    let ran = folder.run(["lint", "policies", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let policies = report["policies"].as_array().unwrap().iter();
    let names: Vec<_> = policies
        .map(|policy| policy["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["policies/broken.json", "policies/open.json"]);

    // A file that is named has to hold a policy; nothing at all is an error.
    let other = folder.run(["lint", "policies/package.json"]);
    assert_eq!(other.code, 2);
    assert!(
        other
            .err
            .contains("no policy was found in `policies/package.json`"),
        "{}",
        other.err
    );
    let nothing = folder.run(["lint", "policies/deep"]);
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.err.contains("no policy was found"),
        "{}",
        nothing.err
    );
}

#[test]
fn a_batch_answers_line_by_line() {
    let key = r#""key":{"arn":"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","spec":"SYMMETRIC_DEFAULT","usage":null,"multiRegion":false}"#;
    let clean = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}}"#;
    let quoted = serde_json::Value::from(OPEN).to_string();
    let lines = [
        format!(r#"{{"name":"clean","kind":"key-policy",{key},"policy":{clean}}}"#),
        format!(r#"{{"name":"a string","kind":"key-policy","policy":{quoted}}}"#),
        r#"{"name":"not JSON inside","kind":"scp","policy":"{"}"#.to_owned(),
        r#"{"name":"twice","kind":"identity","policy":{"Version":"2012-10-17","Statement":[],"Statement":[]}}"#.to_owned(),
        String::new(),
        r#"{"name":"no kind","policy":{}}"#.to_owned(),
        r#"{"name":"other kind","kind":"key","policy":{}}"#.to_owned(),
        r#"{"name":"other key","kind":"key-policy","key":{"spec":"AES_256"},"policy":{}}"#.to_owned(),
        r#"{"name":"a misspelt field","kind":"scp","polcy":{},"policy":{}}"#.to_owned(),
        r#"{"name":"a note beside","note":7,"kind":"scp","policy":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}"#.to_owned(),
        "nonsense".to_owned(),
    ];
    let folder = Folder::new();
    let ran = folder.run_with(["lint", "--batch", "-"], &lines.join("\n"));
    assert_snapshot!(ran.shown());
    let clean = folder.run_with(["lint", "--batch", "-"], &lines[0]);
    assert_eq!(
        (clean.code, clean.out.as_str()),
        (0, "{\"name\":\"clean\",\"findings\":[]}\n")
    );
    assert_eq!(folder.run_with(["lint", "--batch", "-"], &lines[1]).code, 1);
}

#[test]
fn rules_are_explained() {
    let folder = Folder::new();
    let rule = folder.run(["rule", "kms020"]).shown();
    let unknown = folder.run(["rule", "KMS999"]).shown();
    assert_snapshot!([rule, unknown].join("\n"));
    let json = folder.run(["rule", "no-administrator", "--format", "json"]);
    assert_snapshot!(json.out);
    let all = folder.run(["rule", "--all", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    assert!(all["rules"].as_array().unwrap().len() > 100);
    let all = folder.run(["rule", "--all"]);
    assert!(all.code == 0 && all.out.lines().count() > 100);
}
