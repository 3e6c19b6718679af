//! `kmsim check` on one case.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{CASE, Folder, USE_KEY, folder};

#[test]
fn an_allowed_request_is_explained() {
    let ran = folder().run(["check", "case.json"]);
    assert_snapshot!(ran.shown());
}

#[test]
fn a_denied_request_has_exit_code_1() {
    let ran = folder().run([
        "check",
        "case.json",
        "--context",
        "aws:SourceVpc=vpc-outside",
    ]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .starts_with("DENIED by an explicit deny: kms:Decrypt"),
        "{}",
        ran.out
    );
}

#[test]
fn json_has_the_documented_shape() {
    let ran = folder().run(["check", "case.json", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["decision"], "allowed");
    assert_eq!(answer["reason"], "delegatedToIdentity");
    assert_eq!(
        answer["because"],
        serde_json::json!(["key-policy#Delegate", "identity:use-key#Use"])
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn a_case_may_be_yaml_and_come_by_standard_input() {
    let yaml = "
request:
  principal: arn:aws:iam::111122223333:user/alice
  action: kms:Encrypt
  resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
policies:
  resource: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: '111122223333'}, Action: kms:*, Resource: '*'}}
  identity: {file: use-key.json}
";
    let ran = folder().run_with(["check", "-"], yaml);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    assert!(ran.out.contains("<stdin>:7:"), "{}", ran.out);
}

#[test]
fn arguments_replace_what_the_case_says() {
    let folder = folder();
    let reason = |arguments: &[&str]| {
        let common = ["check", "case.json", "--format", "json"];
        let ran = folder.run(common.into_iter().chain(arguments.iter().copied()));
        let answer: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.shown()));
        answer["reason"].as_str().unwrap().to_owned()
    };
    for (arguments, expected) in [
        (&["--action", "kms:Sign"][..], "noIdentityAllow"),
        (&["--operation", "Encrypt"], "delegatedToIdentity"),
        (
            &["--caller", "arn:aws:iam::444455556666:user/bob"],
            "noResourcePolicyAllow",
        ),
        (&["--context", "aws:sourcevpc=vpc-outside"], "explicitDeny"),
        (&["--unknown", "aws:SourceVpc"], "unknownContext"),
        (&["--unknown", "all"], "unknownContext"),
        (
            &["--context", "aws:SourceVpc=[\"vpc-a\"]", "--via", "ebs"],
            "delegatedToIdentity",
        ),
    ] {
        assert_eq!(reason(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn arguments_reach_the_context() {
    let ran = folder().run([
        "check",
        "case.json",
        "--format=json",
        "--via=ebs",
        "--encryption-context=Department=IT=1",
        "--context=aws:TagKeys=a",
        "--context=AWS:tagkeys=b",
        "--context=aws:CalledVia=[\"x\"]",
        "--source-ip=10.0.0.1",
        "--vpc-endpoint=vpce-1",
        "--now=2026-11-21T12:00:00Z",
    ]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let context = &answer["request"]["context"];
    for (key, value) in [
        (
            "kms:ViaService",
            serde_json::json!("ec2.us-east-1.amazonaws.com"),
        ),
        (
            "kms:EncryptionContext:Department",
            serde_json::json!("IT=1"),
        ),
        ("aws:TagKeys", serde_json::json!(["a", "b"])),
        ("aws:CalledVia", serde_json::json!(["x"])),
        ("aws:SourceIp", serde_json::json!("10.0.0.1")),
        ("aws:SourceVpce", serde_json::json!("vpce-1")),
        ("aws:CurrentTime", serde_json::json!("2026-11-21T12:00:00Z")),
        ("aws:EpochTime", serde_json::json!("1795262400")),
    ] {
        assert_eq!(context[key], value, "{key}: {}", ran.shown());
    }
}

#[test]
fn wrong_arguments_are_named() {
    let ran = folder().run([
        "check",
        "case.json",
        "--caller=alice",
        "--via=ecs2",
        "--context=vpc",
        "--now=noon",
        "--action=kms:Decript",
    ]);
    assert_snapshot!(ran.shown());
}

#[test]
fn of_several_cases_one_is_chosen() {
    let other = CASE
        .replace("alice decrypts", "bob decrypts")
        .replace("user/alice", "role/bob");
    let folder = Folder::with([
        ("cases.json", &format!("[{CASE}, {other}]")),
        ("use-key.json", USE_KEY),
    ]);
    for (choice, caller) in [("bob decrypts", "role/bob"), ("1", "user/alice")] {
        let ran = folder.run(["check", "cases.json", "--case", choice]);
        assert!(ran.out.contains(caller), "{}", ran.shown());
    }
    let none = folder.run(["check", "cases.json"]).shown();
    let wrong = folder
        .run(["check", "cases.json", "--case", "bob decrypt"])
        .shown();
    let beyond = folder.run(["check", "cases.json", "--case", "3"]).shown();
    assert_snapshot!([none, wrong, beyond].join("\n"));
}

#[test]
fn other_documents_are_told_what_they_are_for() {
    let folder = Folder::with([
        ("policy.json", USE_KEY),
        ("tests.yaml", "schema: 1\ncases: []\n"),
    ]);
    let policy = folder.run(["check", "policy.json"]).shown();
    let tests = folder.run(["check", "tests.yaml"]).shown();
    assert_snapshot!([policy, tests].join("\n"));
}

#[test]
fn what_aws_refuses_to_save_needs_lenient() {
    let policy = USE_KEY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let folder = Folder::with([("case.json", CASE), ("use-key.json", &policy)]);
    assert_eq!(folder.run(["check", "case.json"]).code, 2);
    let ran = folder.run(["check", "case.json", "--lenient"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("ALLOWED"));
    assert!(
        ran.err.starts_with("warning[principal-not-allowed]"),
        "{}",
        ran.err
    );
}

#[test]
fn colours_are_for_terminals_unless_wanted() {
    let plain = folder().run(["check", "case.json"]);
    assert!(!plain.out.contains('\u{1b}'));
    let wanted = folder().run(["--color", "always", "check", "case.json"]);
    assert!(wanted.out.contains("\u{1b}[1;32m"));
    let messages = folder().run(["--color", "always", "check", "none.json"]);
    assert!(messages.err.contains('\u{1b}'));
}

#[test]
fn fixes_of_a_denial_stand_below_it() {
    let denied = [
        "check",
        "case.json",
        "--context",
        "aws:SourceVpc=vpc-outside",
    ];
    let plain = folder().run(denied);
    let ran = folder().run(denied.into_iter().chain(["--fixes"]));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let fixes = ran.out.strip_prefix(&*plain.out).unwrap();
    assert_snapshot!(fixes);
    let ran = folder().run(denied.into_iter().chain(["--fixes", "--format", "json"]));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["decision"], "explicitDeny");
    let fixes = &answer["fixes"];
    assert_eq!(
        (&fixes["version"], &fixes["decision"]),
        (&1.into(), &answer["decision"])
    );
    let change = &fixes["fixes"][0]["changes"][0];
    assert_eq!(change["edits"][0]["kind"], "exceptDeny");
    assert!(change["result"]["Statement"].is_array() && change["diff"].is_string());
}

#[test]
fn what_carries_an_allowed_request_stands_below_it() {
    let ran = folder().run(["check", "case.json", "--fixes", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let carriers = answer["fixes"]["carriers"].as_array().unwrap();
    let references: Vec<_> = carriers
        .iter()
        .map(|carrier| &carrier["reference"])
        .collect();
    assert_eq!(references, ["key-policy#Delegate", "identity:use-key#Use"]);
    assert_eq!(ran.code, 0);
}
