//! Worlds: calls in `kmsim check` and in batches, and policy test files.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::Folder;

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    users:
      - name: alice
        policies: {all: {Statement: [{Sid: All, Effect: Allow, Action: "*", Resource: "*"}]}}
    roles:
      - name: App
        policies: {use: {file: use-key.json}}
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, aliases: [alias/orders], policy: default}
      - {id: 0987dcba-09fe-87dc-65ba-ab0987654321, region: us-east-1, policy: default}
"#;

const USE_KEY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "UseOrdersKey",
    "Effect": "Allow",
    "Action": ["kms:Decrypt", "kms:ReEncryptFrom"],
    "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Condition": {"StringEquals": {"kms:EncryptionContext:Department": "IT"}}
  }
}
"#;

const TESTS: &str = r#"
schema: 1
now: 2026-11-21T12:00:00Z
world: {file: world.yaml}
cases:
  - name: the app decrypts only with its context
    principals: ["arn:aws:iam::111122223333:role/App"]
    actions: [kms:Decrypt]
    key: alias/orders
    matrix:
      - {encryptionContext: {Department: IT}, expect: allowed, because: ["identity:use#UseOrdersKey"]}
      - {encryptionContext: {Department: HR}, expect: implicitDeny}
      - {expect: allowed}
  - name: alice does anything
    principals: ["arn:aws:iam::111122223333:user/alice"]
    actions: [kms:Decrypt, kms:DescribeKey]
    key: alias/orders
    expect: allowed
"#;

const APP: &str = "--caller=arn:aws:iam::111122223333:role/App";

fn folder() -> Folder {
    Folder::with([
        ("world.yaml", WORLD),
        ("use-key.json", USE_KEY),
        ("tests.yaml", TESTS),
    ])
}

#[test]
fn a_call_is_explained() {
    let ran = folder().run([
        "check",
        "world.yaml",
        APP,
        "--operation=Decrypt",
        "--key=alias/orders",
        "--encryption-context=Department=IT",
    ]);
    assert_snapshot!(ran.shown());
}

#[test]
fn a_call_can_need_several_permissions() {
    let folder = folder();
    let arguments = [
        "check",
        "world.yaml",
        APP,
        "--operation=ReEncrypt",
        "--parameter=SourceKeyId=alias/orders",
        "--parameter=DestinationKeyId=0987dcba-09fe-87dc-65ba-ab0987654321",
        "--parameter=SourceEncryptionContext={\"Department\": \"IT\"}",
    ];
    assert_snapshot!(folder.run(arguments).shown());
    let json = folder.run(arguments.into_iter().chain(["--format=json"]));
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["decision"], "implicitDeny");
    let decisions = answer["checks"].as_array().unwrap();
    let decisions: Vec<_> = decisions.iter().map(|check| &check["decision"]).collect();
    assert_eq!(decisions, ["allowed", "implicitDeny"]);
}

#[test]
fn a_call_must_be_whole_and_known() {
    let folder = folder();
    let none = folder.run(["check", "world.yaml"]).shown();
    let caller = "--caller=arn:aws:iam::111122223333:role/Ap";
    let unknown = folder
        .run([
            "check",
            "world.yaml",
            caller,
            "--operation=Decrypt",
            "--key=alias/orders",
        ])
        .shown();
    let wrong = folder
        .run([
            "check",
            "world.yaml",
            APP,
            "--operation=Decript",
            "--key=alias/orders",
        ])
        .shown();
    assert_snapshot!([none, unknown, wrong].join("\n"));
}

#[test]
fn policy_tests_run() {
    assert_snapshot!(folder().run(["test", "."]).shown());
}

#[test]
fn a_test_of_a_table_can_be_explained() {
    let folder = folder();
    let name = "the app decrypts only with its context: row 2";
    let ran = folder.run(["check", "tests.yaml", "--case", name]);
    assert!(ran.out.contains("`HR`") && ran.code == 1, "{}", ran.shown());
    assert_snapshot!(folder.run(["check", "tests.yaml"]).err);
}

#[test]
fn policy_tests_are_strict() {
    let folder = folder();
    let refused = USE_KEY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    folder.write("use-key.json", refused.as_bytes());
    let ran = folder.run(["test", "tests.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.starts_with("error[principal-not-allowed]"),
        "{}",
        ran.err
    );
}

#[test]
fn a_world_that_cannot_be_read_is_told_once() {
    let folder = folder();
    folder.write("world.yaml", WORLD.replace("roles", "rolls").as_bytes());
    assert_snapshot!(folder.run(["test", "tests.yaml"]).shown());
}

#[test]
fn a_batch_of_calls() {
    let folder = folder();
    let lines = [
        r#"{"name": "a", "caller": "arn:aws:iam::111122223333:user/alice", "operation": "Decrypt", "key": "alias/orders"}"#,
        r#"{"name": "b", "request": {"caller": "arn:aws:iam::111122223333:role/App", "action": "kms:Decrypt", "key": "0987dcba-09fe-87dc-65ba-ab0987654321"}}"#,
        r#"{"caller": "arn:aws:iam::111122223333:role/App", "operation": "Decrypt", "key": "alias/order"}"#,
        r#"{"caller": "arn:aws:iam::111122223333:role/App", "operation": "Decrypt", "kee": "alias/orders"}"#,
    ];
    folder.write("calls.ndjson", lines.join("\n").as_bytes());
    let ran = folder.run(["check", "--batch", "calls.ndjson", "--world", "world.yaml"]);
    assert_snapshot!(ran.shown());
    let without = folder.run(["check", "--batch", "calls.ndjson"]);
    assert_eq!(
        (without.code, without.out.matches("\"error\"").count()),
        (2, 4)
    );
    let no_world = folder.run(["check", "--batch", "calls.ndjson", "--world", "none.yaml"]);
    assert_eq!((no_world.code, no_world.out.as_str()), (2, ""));
}

#[test]
fn a_key_that_is_not_found_is_named_with_the_fixes_for_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let world = root.join("fixtures/fixes/world.yaml");
    let ran = folder().run([
        "check",
        world.to_str().unwrap(),
        "--caller",
        "arn:aws:iam::444455556666:role/Reader",
        "--operation",
        "Decrypt",
        "--parameter",
        "KeyId=alias/orders",
        "--fixes",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 2, "{}", ran.shown());
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let fixes = &answer["fixes"];
    assert_eq!(fixes["decision"], "unresolved");
    assert_eq!(fixes["instead"][0]["code"], "otherAccountsKey");
    let key = "arn:aws:kms:us-east-1:111122223333:alias/orders";
    assert_eq!(fixes["instead"][0]["key"]["keyId"], key);
    assert!(!fixes["fixes"].as_array().unwrap().is_empty());
}
