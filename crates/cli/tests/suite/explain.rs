//! `kmsim explain`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::Folder;

const WORLD: &str = include_str!("../../../../fixtures/denials/world.yaml");
const EVENTS: &str = include_str!("../../../../fixtures/denials/events.json");

const DENIED: &str = "User: arn:aws:sts::222233334444:assumed-role/BillingJob/run-7 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-central-1:222233334444:key/0987dcba-09fe-87dc-65ba-ab0987654321 because no identity-based policy allows the kms:Decrypt action";

fn folder() -> Folder {
    Folder::with([("world.yaml", WORLD), ("events.json", EVENTS)])
}

#[test]
fn an_event_is_explained_and_mended() {
    let ran = folder().run([
        "explain",
        "events.json",
        "--event=cross-account-identity",
        "--world=world.yaml",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out
            .starts_with("Reproduced: kms:Decrypt is denied to role Reporting. "),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("What would allow it"), "{}", ran.out);
    assert!(ran.out.contains(
        "account 333344445555, identity-based policies of role Reporting: no statement allows kms:Decrypt on this key; identity:reports-kms#ReadReports: Resource is"
    ));
}

#[test]
fn the_exit_code_tells_whether_the_world_tells_the_same() {
    let folder = folder();
    for (event, code) in [
        ("scp", 0),
        ("session-tags-open", 0),
        ("unknown-caller", 0),
        ("wrong-account-alias", 0),
        ("differs", 1),
        ("other-layer", 1),
        ("key-enabled-again", 1),
    ] {
        let event = format!("--event={event}");
        let ran = folder.run([
            "explain",
            "events.json",
            "--world=world.yaml",
            "--no-fixes",
            &event,
        ]);
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{event}");
        assert!(!ran.out.contains("What would allow it"), "{event}");
    }
    // Without a world nothing can differ.
    assert_eq!(
        folder
            .run(["explain", "events.json", "--event=differs"])
            .code,
        0
    );
    assert_eq!(
        folder
            .run(["explain", "events.json", "--world=world.yaml"])
            .code,
        1
    );
}

#[test]
fn messages_come_as_file_standard_input_and_argument() {
    let folder = folder();
    folder.write(
        "log.txt",
        format!("12:00 {DENIED}\n12:01 {DENIED}\n").as_bytes(),
    );
    let argument = folder.run(["explain", DENIED]);
    assert_eq!((argument.code, argument.err.as_str()), (0, ""));
    assert_snapshot!(argument.out);
    let input = folder.run_with(["explain", "-"], DENIED);
    assert_eq!(input.out, argument.out);
    let words = folder.run(["explain"].into_iter().chain(DENIED.split(' ')));
    assert_eq!(words.out, argument.out);
    let both = folder.run(["explain", "log.txt"]);
    assert_eq!(both.out, format!("{0}\n{0}", argument.out));
    let second = folder.run(["explain", "log.txt", "--event=2"]);
    assert_eq!(second.out, argument.out);
}

#[test]
fn what_the_report_does_not_say_can_be_given() {
    let folder = folder();
    let verdict = |arguments: &[&str]| {
        let common = ["explain", DENIED, "--world=world.yaml", "--no-fixes"];
        let ran = folder.run(common.into_iter().chain(arguments.iter().copied()));
        assert_eq!(ran.err, "");
        (ran.code, ran.out.split(':').next().unwrap().to_owned())
    };
    assert_eq!(verdict(&[]), (0, "It depends".to_owned()));
    let department = "--encryption-context=Department=HR";
    assert_eq!(verdict(&[department]), (0, "Reproduced".to_owned()));
    let department = "--encryption-context=Department=Finance";
    assert_eq!(verdict(&[department]), (1, "Not reproduced".to_owned()));
    let caller = "--caller=arn:aws:iam::222233334444:user/mary";
    assert_eq!(verdict(&[caller]), (1, "Not reproduced".to_owned()));
    let key =
        "--key=arn:aws:kms:eu-central-1:222233334444:key/77770000-09fe-87dc-65ba-ab0987654321";
    assert_eq!(verdict(&[key]), (0, "Reproduced".to_owned()));
    let unknown = folder.run([
        "explain",
        "events.json",
        "--event=same-account-identity",
        "--world=world.yaml",
        "--unknown=kms:EncryptionContext:Department",
        "--unknown=kms:EncryptionContextKeys",
    ]);
    assert!(unknown.err.is_empty(), "{}", unknown.err);
}

#[test]
fn json_has_the_documented_shape() {
    let ran = folder().run([
        "explain",
        "events.json",
        "--world=world.yaml",
        "--format=json",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["version"], 1);
    let reports = answer["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 33);
    let first = &reports[0];
    assert_eq!(first["agreement"], "same");
    assert_eq!(first["reported"]["message"]["policyType"], "identity-based");
    assert_eq!(first["decision"]["decision"], "implicitDeny");
    assert_eq!(first["call"]["operation"], "Decrypt");
    assert_eq!(first["blame"]["blockedBy"], serde_json::json!(["identity"]));
    let allowed = folder().run(["explain", "events.json", "--failed", "--format=json"]);
    let answer: Value = serde_json::from_str(&allowed.out).unwrap();
    assert_eq!(answer["reports"].as_array().unwrap().len(), 31);
}

/// The call of a report is one that `kmsim check` takes.
#[test]
fn the_call_can_be_asked_again() {
    let folder = folder();
    let ran = folder.run([
        "explain",
        "events.json",
        "--world=world.yaml",
        "--format=json",
        "--event=boundary",
    ]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let report = &answer["reports"][0];
    folder.write("calls.ndjson", report["call"].to_string().as_bytes());
    let again = folder.run(["check", "--batch", "calls.ndjson", "--world", "world.yaml"]);
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["decision"], report["decision"]["decision"]);
}

#[test]
fn details_show_the_decision_layer_by_layer() {
    let ran = folder().run([
        "explain",
        "events.json",
        "--event=boundary",
        "--world=world.yaml",
        "--details",
        "--no-fixes",
    ]);
    assert!(
        ran.out
            .contains("\nDENIED because nothing allows it: kms:Decrypt on"),
        "{}",
        ran.out
    );
}

#[test]
fn other_inputs_are_told_what_they_are() {
    let folder = folder();
    folder.write("half.json", EVENTS.split_at(400).0.as_bytes());
    folder.write("empty.txt", b"");
    let encoded = "You are not authorized to perform this operation. Encoded authorization failure message: 4Xz";
    let shown = [
        folder.run(["explain", "world.yaml"]),
        folder.run(["explain", "none.json"]),
        folder.run(["explain", "half.json"]),
        folder.run(["explain", "empty.txt"]),
        folder.run(["explain", "all is well"]),
        folder.run(["explain", encoded]),
        folder.run(["explain", "events.json", "world.yaml"]),
        folder.run(["explain", "events.json", "--event=none"]),
        folder.run(["explain", "events.json", "--event=0"]),
        folder.run(["explain", "events.json", "--world=events.json"]),
        folder.run(["explain", "events.json", "--encryption-context=x"]),
    ];
    let texts: Vec<String> = shown
        .iter()
        .map(|ran| {
            assert_eq!((ran.code, ran.out.as_str()), (2, ""));
            ran.shown()
        })
        .collect();
    assert_snapshot!(texts.join("\n"));
}

#[test]
fn one_change_alone_is_a_patch_of_the_files() {
    let folder = folder();
    let explain = |more: &[&str]| {
        let start = [
            "explain",
            "events.json",
            "--event=cross-account-identity",
            "--world=world.yaml",
        ];
        folder.run(start.into_iter().chain(more.iter().copied()))
    };
    let answer: Value = serde_json::from_str(&explain(&["--format=json"]).out).unwrap();
    let fixes = answer["reports"][0]["fixes"]["fixes"].as_array().unwrap();
    let first = &fixes[0]["changes"][0];
    let ran = explain(&["--patch=1"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, first["diff"].as_str().unwrap());
    assert_eq!(first["file"], "world.yaml");
    let grant = fixes
        .iter()
        .position(|fix| fix["changes"][0]["document"]["kind"] == "grant");
    let grant = format!("--patch={}", grant.unwrap() + 1);
    for (patch, expected) in [
        ("--patch=0", "there is no change 0: 3 are proposed"),
        ("--patch=99", "there is no change 99: 3 are proposed"),
        (&grant, "is a grant, no change of a file"),
    ] {
        let ran = explain(&[patch]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{patch}");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}
