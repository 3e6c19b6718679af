//! `kmsim diff`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{Folder, Ran};

const OLD: &str = r#"
accounts:
  - id: "111122223333"
    roles:
      - {name: App, policies: {use: {Statement: [{Sid: Use, Effect: Allow, Action: [kms:Decrypt, kms:Encrypt], Resource: "*"}]}}}
      - {name: Gone, policies: {use: {Statement: [{Sid: Use, Effect: Allow, Action: kms:Decrypt, Resource: "*"}]}}}
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/orders]
        policy:
          Version: "2012-10-17"
          Statement:
            - {Sid: IAM, Effect: Allow, Principal: {AWS: "111122223333"}, Action: "kms:*", Resource: "*"}
            - {Sid: Partner, Effect: Allow, Principal: {AWS: "444455556666"}, Action: kms:Decrypt, Resource: "*", Condition: {StringEquals: {kms:ViaService: s3.us-east-1.amazonaws.com}}}
gaps: [{code: no-organization, message: "no organization export: SCPs and RCPs are not considered"}]
"#;

/// The same, with changes of every sort.
fn new() -> String {
    let app = "Action: [kms:Decrypt, kms:Encrypt], Resource: \"*\"";
    let narrowed = "Action: [kms:Decrypt, kms:Sign], Resource: \"*\", Condition: {StringEquals: {aws:SourceVpce: vpce-1}}";
    let gone = OLD.lines().find(|line| line.contains("Gone")).unwrap();
    let new = OLD
        .replace(app, narrowed)
        .replace(&format!("{gone}\n"), "")
        .replace("s3.us-east-1", "ebs.us-east-1");
    let key =
        "      - {id: 5678abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default}\n";
    new.replace("gaps:", &format!("{key}gaps:"))
}

fn diff(arguments: &[&str]) -> Ran {
    let folder = Folder::with([("old.yaml", OLD), ("new.yaml", &new())]);
    folder.run([&["diff", "old.yaml", "new.yaml"], arguments].concat())
}

#[test]
fn changes_stand_with_their_reasons() {
    let ran = diff(&["--action", "Decrypt,Encrypt,Sign"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_snapshot!(ran.out);
}

#[test]
fn a_change_has_both_answers() {
    let ran = diff(&[
        "--action",
        "Decrypt",
        "--key",
        "alias/orders",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("[no-organization]"), "{}", ran.err);
    let changes: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let short: Vec<String> = changes
        .iter()
        .map(|change| {
            let text = |field: &str| change[field].as_str().unwrap().to_owned();
            let side = |field: &str| change[field]["answer"].to_string();
            format!(
                "{} {} {} {} {}",
                text("principal"),
                text("became"),
                change["opens"],
                side("before"),
                side("after")
            )
        })
        .collect();
    assert_snapshot!(short.join("\n"));
}

#[test]
fn who_wants_it_fails_on_changes() {
    let code = |arguments: &[&str]| diff(arguments).code;
    assert_eq!(code(&["--fail-on", "opened"]), 1);
    assert_eq!(code(&["--fail-on", "any"]), 1);
    // Encrypt is taken away, and nothing else, from the first key.
    let encrypt = ["--action", "Encrypt", "--key", "alias/orders"];
    assert_eq!(code(&[&encrypt[..], &["--fail-on", "opened"]].concat()), 0);
    assert_eq!(code(&[&encrypt[..], &["--fail-on", "any"]].concat()), 1);
}

#[test]
fn a_world_is_no_other_than_itself() {
    let folder = Folder::with([("old.yaml", OLD)]);
    let ran = folder.run(["diff", "old.yaml", "old.yaml", "--fail-on", "any"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .starts_with("Nothing is allowed or denied that was not before.\n"),
        "{}",
        ran.out
    );
}

#[test]
fn what_cannot_be_compared_is_told() {
    let no_key = diff(&["--key", "alias/other"]);
    assert_eq!(no_key.code, 2);
    assert!(no_key.err.contains("alias/other"), "{}", no_key.err);
    let folder = Folder::with([("old.yaml", OLD), ("new.yaml", "accounts: 1")]);
    let broken = folder.run(["diff", "old.yaml", "new.yaml"]);
    assert_eq!((broken.code, broken.out.as_str()), (2, ""));
    assert!(broken.err.contains("new.yaml:1:11"), "{}", broken.err);
}
