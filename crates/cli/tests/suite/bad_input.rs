//! Bad input of every kind gives a message with its place and what to do, exit code 2, and
//! nothing on standard output.

use insta::assert_snapshot;

use crate::run::{CASE, Folder, Ran, USE_KEY, folder};

/// The message, after a look at exit code and output.
fn message(ran: Ran) -> String {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.len() < 4000, "{} bytes of messages", ran.err.len());
    ran.err
}

/// The message for [`CASE`] with something replaced.
fn case_with(from: &str, to: &str) -> String {
    assert!(CASE.contains(from), "{from}");
    let case = CASE.replacen(from, to, 1);
    let folder = Folder::with([("case.json", &case), ("use-key.json", USE_KEY)]);
    message(folder.run(["check", "case.json"]))
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(message(folder().run(["check", "cases.json"])), @"error: cannot read `cases.json`: there is no such file");
}

#[test]
fn a_folder_instead_of_a_file() {
    assert_snapshot!(message(folder().run(["check", "."])), @"error: cannot read `.`: it is a directory");
    assert_snapshot!(message(folder().run(["check", "--batch", "."])), @"error: cannot read `.`: it is a directory");
}

#[test]
fn a_referred_file_that_is_not_there() {
    assert_snapshot!(case_with("use-key.json", "other.json"));
}

#[test]
fn broken_json() {
    assert_snapshot!(case_with("kms:Decrypt\",", "kms:Decrypt\""));
}

#[test]
fn an_unknown_field() {
    assert_snapshot!(case_with("\"name\"", "\"nam\""));
}

#[test]
fn a_misspelt_required_field() {
    assert_snapshot!(case_with("\"action\"", "\"acton\""));
}

#[test]
fn a_principal_in_an_identity_based_policy() {
    let policy = USE_KEY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let folder = Folder::with([("case.json", CASE), ("use-key.json", &policy)]);
    assert_snapshot!(message(folder.run(["check", "case.json"])));
}

#[test]
fn an_unknown_operator() {
    assert_snapshot!(case_with("StringEquals", "StringEqual"));
}

#[test]
fn a_wrong_arn() {
    assert_snapshot!(case_with(
        "arn:aws:kms:us-east-1:111122223333:key/",
        "arn:aws:kms:111122223333:key/"
    ));
}

#[test]
fn a_wrong_account_id() {
    assert_snapshot!(case_with(
        "arn:aws:kms:us-east-1:111122223333:key/",
        "arn:aws:kms:us-east-1:11112222333:key/"
    ));
}

#[test]
fn a_duplicate_key() {
    assert_snapshot!(case_with(
        "\"Effect\": \"Deny\"",
        "\"Effect\": \"Deny\", \"Effect\": \"Allow\""
    ));
}

#[test]
fn a_policy_in_a_string() {
    let from = "{\"file\": \"use-key.json\"}";
    let to = r#""{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Alow\", \"Action\": \"*\", \"Resource\": \"*\"}}""#;
    assert_snapshot!(case_with(from, to));
}

#[test]
fn a_policy_that_can_be_mended() {
    let policy = "{\"effect\": \"allow\", \"Action\": \"kms: Decrypt\", \"Resource\": \"*\"}";
    let folder = Folder::with([("case.json", CASE), ("use-key.json", policy)]);
    assert_snapshot!(message(folder.run(["check", "case.json"])));
}

#[test]
fn ten_megabytes_of_brackets() {
    let folder = Folder::new();
    folder.write("case.json", &vec![b'['; 10_000_000]);
    assert_snapshot!(message(folder.run(["check", "case.json"])));
}

#[test]
fn a_mistake_far_into_a_long_line() {
    let long = "y".repeat(9_000_000);
    let folder = Folder::new();
    let case = format!("{{\"request\": {{\"context\": {{\"x\": \"{long}\"}}, \"ünknown\": 1}}}}");
    folder.write("case.json", case.as_bytes());
    assert_snapshot!(message(folder.run(["check", "case.json"])));
}

#[test]
fn an_empty_file() {
    let folder = Folder::with([("case.json", ""), ("case.yaml", "")]);
    let json = message(folder.run(["check", "case.json"]));
    let yaml = message(folder.run(["check", "case.yaml"]));
    assert_snapshot!([json, yaml].join("\n"));
}

#[test]
fn a_file_that_is_not_utf_8() {
    let folder = Folder::new();
    folder.write("case.json", b"{\n  \"name\": \"caf\xe9\"}");
    assert_snapshot!(message(folder.run(["check", "case.json"])), @"error: cannot read `case.json`: it is not UTF-8: the byte 0xe9 stands at line 2, column 15 (save it as UTF-8)");
}

#[test]
fn arguments_that_do_not_exist() {
    let folder = folder();
    let messages = [
        message(folder.run(["chek", "case.json"])),
        message(folder.run(["check", "case.json", "--formt", "json"])),
        message(folder.run(["check", "case.json", "--format", "xml"])),
        message(folder.run(["check"])),
        message(folder.run(["check", "--batch", "-", "--action", "kms:Decrypt"])),
    ];
    assert_snapshot!(messages.join("\n"));
}

#[test]
fn many_findings_are_counted() {
    let fields: Vec<String> = (0..200)
        .map(|field| format!("\"field{field}\": 1"))
        .collect();
    let text = format!("{{{}}}", fields.join(",\n"));
    let folder = Folder::with([("case.json", &text)]);
    let ran = folder.run(["check", "case.json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.matches("error[").count(), 20);
    assert!(ran.err.ends_with("note: 181 more errors\n"), "{}", ran.err);
}
