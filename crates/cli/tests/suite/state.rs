//! Looking into a state.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::Folder;

const STATE: &str = "--state=my.kms";

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/orders]
        policy: default
        tags: [{TagKey: Team, TagValue: orders}]
        grants:
          - {GrantId: "0000000000000000000000000000000000000000000000000000000000000001",
             GranteePrincipal: "arn:aws:iam::444455556666:role/Reporting",
             RetiringPrincipal: "arn:aws:iam::111122223333:root", Name: report,
             Operations: [Decrypt, DescribeKey],
             Constraints: {EncryptionContextEquals: {Department: IT}}}
      - {id: 0987dcba-09fe-87dc-65ba-ab0987654321, region: us-east-1, policy: default, spec: HMAC_256, state: Disabled}
"#;

/// A state in which everything is known but key material.
fn folder() -> Folder {
    let folder = Folder::with([("world.yaml", WORLD)]);
    for (operation, parameters) in [
        ("Encrypt", &["--plaintext=AAAA"][..]),
        ("EnableKeyRotation", &[]),
        (
            "Encrypt",
            &[
                "--plaintext=AAAA",
                "--encryption-algorithm=RSAES_OAEP_SHA_1",
            ],
        ),
    ] {
        let fixed = [
            "call",
            operation,
            "--as=arn:aws:iam::111122223333:root",
            STATE,
            "--world=world.yaml",
            "--now=2026-11-21T12:00:00Z",
            "--key-id=1234abcd-12ab-34cd-56ef-1234567890ab",
        ];
        folder.run(fixed.into_iter().chain(parameters.iter().copied()));
    }
    folder
}

/// Ids that are new each time, in a shape that stays.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        let is_new = matches!(word.len(), 32 | 64) && !word.starts_with("000000");
        let shown = if is_new { "…" } else { word };
        out.push_str(shown);
        out.push_str(piece.trim_start_matches(word));
    }
    out
}

#[test]
fn everything_is_shown_for_people() {
    let folder = folder();
    let shown: Vec<String> = [
        &["state", STATE][..],
        &["state", "keys", STATE],
        &["state", "aliases", STATE],
        &["state", STATE, "grants"],
        &["state", "events", STATE],
        &["state", "events", "--limit=1", STATE],
        &["state", "key", "alias/orders", STATE],
    ]
    .into_iter()
    .map(|arguments| {
        let ran = folder.run(arguments.iter().copied());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let line = arguments.join(" ");
        let lines = ran.out.lines().map(|line| match line.split_once("made ") {
            Some((start, _)) => format!("{start}made …\n"),
            None => format!("{line}\n"),
        });
        let text: String = lines.collect();
        format!("$ kmsim {line}\n{}", without_ids(&text))
    })
    .collect();
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn programs_get_json_without_secrets() {
    let folder = folder();
    for what in ["summary", "keys", "aliases", "grants", "events"] {
        let ran = folder.run(["state", what, STATE, "--format=json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(answer["version"] == 1 || what == "events");
        assert!(
            !ran.out.contains("sealed") && !ran.out.contains("token"),
            "{}",
            ran.out
        );
    }
    let ran = folder.run([
        "state",
        "key",
        "0987dcba-09fe-87dc-65ba-ab0987654321",
        STATE,
        "--format=json",
    ]);
    let key: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&key["state"], &key["spec"]),
        (&"Disabled".into(), &"HMAC_256".into())
    );
    assert_eq!(key["materials"][0]["isPresent"], true);
}

#[test]
fn wrong_names_are_told() {
    let folder = folder();
    let shown: Vec<String> = [
        &["state", "key", "alias/order", STATE][..],
        &["state", "key", STATE],
        &["state", "keys", "alias/orders", STATE],
        &["state", "--state=other.kms"],
    ]
    .into_iter()
    .map(|arguments| folder.run(arguments.iter().copied()).shown())
    .collect();
    assert_snapshot!(shown.join("\n"));
    assert!(!folder.files().contains(&"other.kms".to_owned()));
}

#[test]
fn use_has_a_price() {
    let folder = folder();
    let cost = |more: &[&'static str]| {
        let fixed = ["cost", STATE, "--now=2026-12-15"];
        folder.run(fixed.into_iter().chain(more.iter().copied()))
    };
    assert_snapshot!(cost(&[]).shown());
    let ran = cost(&["--month=2026-12", "--format=json"]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let bills = answer["bills"].as_array().unwrap();
    assert_eq!((bills.len(), &bills[0]["month"]), (1, &"2026-12".into()));
    assert_eq!(cost(&["--account=444455556666"]).out, "nothing was used\n");
    assert_eq!(cost(&["--month=2026"]).code, 2);
    // Looking changes nothing.
    assert_eq!(cost(&[]).out, cost(&[]).out);
}
