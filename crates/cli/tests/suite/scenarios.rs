//! `kmsim run`: scenarios.

use insta::assert_snapshot;

use crate::run::{Folder, Ran, folder};

const SCENARIO: &str = r#"schema: 1
question: Does a disabled key decrypt?
world:
  region: us-east-1
  accounts:
    - id: "111122223333"
      users:
        - {name: admin, managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"]}
callers: {admin: "arn:aws:iam::111122223333:user/admin"}
steps:
  - {as: admin, operation: CreateKey, save: key}
  - {as: admin, operation: Encrypt, parameters: {KeyId: $key.KeyMetadata.KeyId, Plaintext: {text: hello}}, save: sealed}
  - {as: admin, operation: DisableKey, parameters: {KeyId: $key.KeyMetadata.KeyId}}
  - name: it does not
    as: admin
    operation: Decrypt
    parameters: {CiphertextBlob: $sealed.CiphertextBlob}
    expect: DisabledException
answer: No.
"#;

fn run(files: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text.as_bytes());
    }
    folder.run([&["run"], arguments].concat())
}

fn failing() -> String {
    SCENARIO.replace(
        "expect: DisabledException",
        "expect: {response: {Plaintext: {text: hello}}}",
    )
}

#[test]
fn a_scenario_comes_out_as_it_says() {
    let ran = run(&[("a.yaml", SCENARIO)], &["a.yaml"]);
    assert_eq!(ran.code, 0);
    assert_snapshot!(ran.shown());
    let brief = run(&[("a.yaml", SCENARIO)], &["a.yaml", "--brief"]);
    assert_eq!(brief.out, "1 scenario, all 4 steps as expected\n");
}

#[test]
fn a_scenario_that_does_not_has_exit_code_1() {
    let ran = run(
        &[("s/good.yaml", SCENARIO), ("s/bad.yaml", &failing())],
        &["s", "--brief"],
    );
    assert_eq!(ran.code, 1);
    assert_snapshot!(ran.shown());
}

#[test]
fn what_cannot_be_read_has_exit_code_2() {
    let misspelt = SCENARIO.replace("operation: DisableKey", "opration: DisableKey");
    let ran = run(
        &[("good.yaml", SCENARIO), ("bad.yaml", &misspelt)],
        &["good.yaml", "bad.yaml"],
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.contains("1 scenario, all 4 steps as expected"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("bad.yaml:13:"), "{}", ran.err);
    assert!(
        ran.err.contains("a step has no field `opration`"),
        "{}",
        ran.err
    );
}

#[test]
fn folders_hold_other_files_too() {
    let files = [
        ("s/a.yaml", SCENARIO),
        ("s/world.yaml", "accounts: []"),
        ("s/notes.json", "{}"),
    ];
    let ran = run(&files, &["s", "--brief"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = run(&[("s/world.yaml", "accounts: []")], &["s"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no scenario was found"), "{}", ran.err);
    let ran = run(&[("world.yaml", "accounts: []")], &["world.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("a scenario needs the field `question`"),
        "{}",
        ran.err
    );
}

#[test]
fn results_for_programs() {
    let ran = run(&[("a.yaml", &failing())], &["a.yaml", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["scenarios"][0]["steps"][3]["status"], "failed");
    // A step that passes, one that does not, one that is denied, and one that cannot be done.
    let denied = SCENARIO
        .replace("- {name: admin, ", "- {name: alice}\n        - {name: admin, ")
        .replace("callers: {", "callers: {alice: \"arn:aws:iam::111122223333:user/alice\", ")
        .replace("expect: DisabledException", "expect: DisabledException\n  - {as: alice, operation: DescribeKey, parameters: {KeyId: $key.KeyMetadata.KeyId}, save: seen}\n  - {as: admin, operation: DescribeKey, parameters: {KeyId: $seen.KeyMetadata.KeyId}}");
    let files = [("a.yaml", &*failing()), ("b.yaml", &*denied)];
    let ran = run(&files, &["a.yaml", "b.yaml", "--format", "junit"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_snapshot!(ran.out);
}

#[test]
fn other_commands_tell_how_to_run_it() {
    let folder = folder();
    folder.write("a.yaml", SCENARIO.as_bytes());
    let ran = folder.run(["check", "a.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("kmsim run a.yaml"), "{}", ran.err);
    let ran = folder.run(["test", "a.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("kmsim run runs scenarios"), "{}", ran.err);
}
