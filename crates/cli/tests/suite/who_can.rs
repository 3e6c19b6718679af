//! `kmsim who-can` and `kmsim can`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::Folder;

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    users:
      - {name: alice, policies: {all: {Statement: [{Sid: All, Effect: Allow, Action: "kms:*", Resource: "*"}]}}}
    roles:
      - name: App
        policies:
          use:
            Version: "2012-10-17"
            Statement: [{Sid: Use, Effect: Allow, Action: [kms:Decrypt, kms:Encrypt], Resource: "*", Condition: {StringEquals: {kms:ViaService: s3.us-east-1.amazonaws.com}}}]
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/orders]
        policy:
          Version: "2012-10-17"
          Statement:
            - {Sid: IAM, Effect: Allow, Principal: {AWS: "111122223333"}, Action: "kms:*", Resource: "*"}
            - {Sid: Partner, Effect: Allow, Principal: {AWS: "444455556666"}, Action: kms:Decrypt, Resource: "*"}
gaps: [{code: no-organization, message: "no organization export: SCPs and RCPs are not considered"}]
"#;

fn folder() -> Folder {
    Folder::with([("world.yaml", WORLD)])
}

#[test]
fn who_can_is_told_for_people_programs_and_tables() {
    let folder = folder();
    let ask = [
        "who-can",
        "kms:Decrypt",
        "alias/orders",
        "--world=world.yaml",
    ];
    assert_snapshot!(folder.run(ask).shown());
    assert_snapshot!(folder.run(ask.into_iter().chain(["--format=csv"])).shown());
    let json = folder.run(ask.into_iter().chain(["--format=json"]));
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["gaps"][0]["code"], "no-organization");
    let answers = answer["answers"].as_array().unwrap();
    let kinds: Vec<_> = answers.iter().map(|answer| &answer["kind"]).collect();
    assert_eq!(kinds, ["role", "root", "user", "anyOfAccount"]);
    assert_eq!(
        answers[0]["onlyIf"]["text"],
        "kms:ViaService is s3.us-east-1.amazonaws.com"
    );
    assert_eq!(answers[3]["needsIamAllow"], true);
}

#[test]
fn what_is_stated_settles_it() {
    let folder = folder();
    let answer = |stated: &str| {
        let ask = [
            "who-can",
            "Decrypt",
            "alias/orders",
            "--world=world.yaml",
            "--format=json",
        ];
        let ran = folder.run(ask.into_iter().chain([stated]));
        let found: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.shown()));
        let mut answers = found["answers"].as_array().unwrap().iter();
        let app = answers.find(|answer| answer["kind"] == "role");
        app.map(|app| app["answer"].as_str().unwrap().to_owned())
    };
    assert_eq!(answer("--via=s3").as_deref(), Some("allowed"));
    assert_eq!(answer("--via=ebs"), None);
    assert_eq!(answer("--context=kms:ViaService=[]"), None);
    assert_eq!(
        answer("--encryption-context=a=b").as_deref(),
        Some("depends")
    );
}

#[test]
fn can_lists_keys_and_actions() {
    let folder = folder();
    let app = "arn:aws:iam::111122223333:role/App";
    assert_snapshot!(folder.run(["can", app, "--world=world.yaml"]).shown());
    let alice = "arn:aws:iam::111122223333:user/alice";
    assert_snapshot!(
        folder
            .run([
                "can",
                alice,
                "--action=kms:CreateK*,kms:Sign",
                "--world=world.yaml"
            ])
            .shown()
    );
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    let world = "--world=world.yaml";
    let shown = [
        folder.run(["who-can", "kms:Decript", "alias/orders", world]),
        folder.run(["who-can", "kms:Decrypt", "alias/order", world]),
        folder.run(["who-can", "kms:Decrypt", world]),
        folder.run([
            "who-can",
            "kms:Sign",
            "alias/orders",
            world,
            "--encryption-context=a=b",
        ]),
        folder.run([
            "who-can",
            "kms:Sign",
            "alias/orders",
            world,
            "--vpc-endpoint=vpce-1",
        ]),
        folder.run(["who-can", "kms:Sign", "alias/orders"]),
        folder.run(["who-can", "kms:Sign", "alias/orders", "--world=none.yaml"]),
        folder.run(["can", "alice", world]),
        folder.run(["can", "arn:aws:iam::111122223333:role/Ap", world]),
    ]
    .map(|ran| ran.shown());
    assert_snapshot!(shown.join("\n"));
}

/// Each answer is one line; the same answers come of asking key by key.
#[test]
fn a_matrix_has_the_answers_of_every_key() {
    let folder = folder();
    let ask = |arguments: &[&str]| {
        let all = arguments.iter().copied().chain(["--world=world.yaml"]);
        let ran = folder.run(all);
        assert_eq!(ran.code, 0, "{}", ran.shown());
        ran
    };
    let lines = |text: &str| -> Vec<Value> {
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let matrix = lines(
        &ask(&[
            "who-can",
            "--matrix",
            "kms:*",
            "alias/orders",
            "--format=json",
        ])
        .out,
    );
    let single = ask(&["who-can", "kms:*", "alias/orders", "--format=json"]);
    let single: Value = serde_json::from_str(&single.out).unwrap();
    let sorted = |answers: &[Value]| {
        let mut texts: Vec<String> = answers.iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    assert!(matrix.len() > 50, "{}", matrix.len());
    assert_eq!(
        sorted(&matrix),
        sorted(single["answers"].as_array().unwrap())
    );

    // Without a key: all keys, and the actions that are on none.
    let whole = ask(&["who-can", "--matrix"]);
    let without = ask(&["who-can", "kms:CreateKey", "--format=csv"]);
    let create = without.out.lines().nth(1).unwrap();
    assert!(
        whole.out.lines().any(|line| line == create),
        "{}",
        whole.out
    );
    assert!(whole.out.lines().count() > matrix.len());
    assert_eq!(whole.out.lines().next(), without.out.lines().next());
    assert!(
        whole.err.contains("no organization export"),
        "{}",
        whole.err
    );
    let refused = folder.run([
        "who-can",
        "--matrix",
        "--world=world.yaml",
        "--format=human",
    ]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--format csv"), "{}", refused.err);
}
