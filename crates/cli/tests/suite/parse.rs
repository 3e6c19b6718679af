//! `kmsim parse`.

use insta::assert_snapshot;

use crate::run::{Folder, USE_KEY};

#[test]
fn a_clean_policy_says_nothing() {
    let folder = Folder::with([("policy.json", USE_KEY)]);
    assert_eq!(
        folder.run(["parse", "policy.json"]).shown(),
        "exit code 0\n"
    );
}

#[test]
fn the_kind_is_guessed_or_told() {
    let folder = Folder::with([
        (
            "key.json",
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}}"#,
        ),
        (
            "scp.json",
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotPrincipal": "*", "Action": "kms:Decrypt", "Resource": "*"}}"#,
        ),
    ]);
    assert_eq!(folder.run(["parse", "key.json"]).code, 0);
    let told = folder
        .run(["parse", "key.json", "--kind", "identity"])
        .shown();
    let json = folder
        .run(["parse", "scp.json", "--kind", "scp", "--format", "json"])
        .shown();
    let wrong = folder.run(["parse", "key.json", "--kind", "key"]).shown();
    assert_snapshot!([told, json, wrong].join("\n"));
}

#[test]
fn an_unreadable_policy_has_exit_code_2() {
    let folder = Folder::with([("policy.json", "{\"Statement\": [}")]);
    assert_snapshot!(folder.run(["parse", "policy.json"]).shown());
    let json = folder.run(["parse", "policy.json", "--format", "json"]);
    assert_eq!(json.code, 2);
    assert_snapshot!(json.out);
}

#[test]
fn a_policy_is_mended() {
    let note = "{\"effect\": \"allow\", \"Action\": \"kms: Decrypt\", \"Resource\": \"*\",}";
    let folder = Folder::with([
        ("note.txt", note),
        ("policy.json", USE_KEY),
        ("broken.json", "{{{"),
    ]);
    let mended = folder.run(["parse", "note.txt", "--repair"]).shown();
    let clean = folder.run_with(["parse", "-", "--repair"], USE_KEY);
    assert_eq!((clean.code, clean.out.as_str()), (0, USE_KEY));
    let hopeless = folder.run(["parse", "broken.json", "--repair"]).shown();
    assert_snapshot!([mended, hopeless].join("\n"));
}

#[test]
fn aws_takes_no_values_that_are_not_known() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": {"kmsim:unknown": "created later"}}, "Action": "kms:Decrypt", "Resource": "*"}}"#;
    let shapeless = policy.replace("\"created later\"", "null");
    let folder = Folder::with([("open.json", policy), ("shape.json", &shapeless)]);
    let open = folder.run(["parse", "open.json"]).shown();
    let shape = folder.run(["parse", "shape.json"]).shown();
    assert_snapshot!([open, shape].join("\n"));
}
