//! `kmsim test`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{CASE, Folder, USE_KEY};

/// A folder with cases that pass, fail and cannot be read, and with other files.
fn folder() -> Folder {
    let fails = CASE
        .replace("alice decrypts", "alice <signs>")
        .replace("kms:Decrypt", "kms:Sign");
    let because = CASE
        .replace("alice decrypts", "for another reason")
        .replace(
            "\"expect\"",
            "\"because\": [\"key-policy#Delegate\", \"identity:other#Use\"], \"expect\"",
        );
    let depends = CASE.replace("alice decrypts", "from somewhere").replace(
        "\"expect\": \"allowed\"",
        "\"unknown\": [\"aws:SourceVpc\"], \"expect\": \"depends\"",
    );
    let unreadable = CASE
        .replace("alice decrypts", "typo")
        .replace("\"action\"", "\"acton\"");
    let folder = Folder::with([
        ("tests/use-key.json", USE_KEY),
        ("tests/a.json", &format!("[{CASE}, {fails}, {because}]")),
        ("tests/b/one.yaml", &depends),
        ("tests/b/use-key.json", USE_KEY),
        ("tests/package.json", "{\"name\": \"x\"}"),
        ("tests/broken.json", "{"),
        ("tests/.hidden/a.json", "{\"expect\""),
        ("tests/readme.md", "expect"),
        (
            "broken/c.json",
            &format!("{{\"description\": \"d\", \"cases\": [{unreadable}, {CASE}]}}"),
        ),
        ("broken/d.json", "{\"expect\": "),
        ("broken/use-key.json", USE_KEY),
    ]);
    folder.write("tests/photo.json", b"\xff\xd8");
    folder
}

#[test]
fn failures_are_told_and_counted() {
    let ran = folder().run(["test", "tests"]);
    assert_snapshot!(ran.shown());
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let ran = folder().run(["test", "broken"]);
    assert_snapshot!(ran.shown());
}

#[test]
fn junit_has_every_case() {
    let ran = folder().run(["test", "tests/a.json", "broken", "--format", "junit"]);
    assert_eq!(ran.code, 2);
    assert_snapshot!(ran.out);
}

#[test]
fn json_has_every_case() {
    let ran = folder().run(["test", "tests", "broken", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["version"], 1);
    let counts = ["passed", "failed", "errors"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [3, 2, 2]);
    assert_snapshot!(serde_json::to_string_pretty(&report["cases"][1]).unwrap());
}

#[test]
fn a_filter_picks_cases() {
    let folder = folder();
    let ran = folder.run(["test", "tests", "--filter", "decrypts"]);
    assert_eq!(
        ran.shown(),
        "exit code 0\n--- standard output\n1 passed, 0 failed\n"
    );
    let none = folder.run(["test", "tests", "--filter", "nobody"]).shown();
    let no_file = folder
        .run(["test", "tests/.hidden/../../tests/b", "--filter", "x"])
        .shown();
    assert_snapshot!([none, no_file].join("\n"));
}

#[test]
fn named_files_must_hold_cases() {
    let folder = folder();
    let policy = folder.run(["test", "tests/use-key.json"]).shown();
    let broken = folder.run(["test", "tests/broken.json"]).shown();
    let missing = folder.run(["test", "tests/none.json", "tests/b"]).shown();
    assert_snapshot!([policy, broken, missing].join("\n"));
}

#[test]
fn nothing_to_run_is_an_error() {
    let folder = Folder::with([
        ("empty/readme.md", ""),
        (
            "cases.json",
            &CASE.replace("\"expect\": \"allowed\"", "\"grants\": []"),
        ),
        ("use-key.json", USE_KEY),
    ]);
    let none = folder.run(["test", "empty"]).shown();
    let without = folder.run(["test", "cases.json"]).shown();
    assert_snapshot!([none, without].join("\n"));
}

#[test]
fn case_files_are_lenient_unless_told_otherwise() {
    let policy = USE_KEY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let folder = Folder::with([("case.json", CASE), ("use-key.json", &policy)]);
    assert_eq!(
        folder.run(["test", "case.json"]).shown(),
        "exit code 0\n--- standard output\n1 passed, 0 failed\n"
    );
    let strict = folder.run(["test", "case.json", "--strict"]);
    assert_eq!(strict.code, 2);
    assert!(
        strict.err.starts_with("error[principal-not-allowed]"),
        "{}",
        strict.err
    );
}
