//! What `kmsim lint` finds policies in, and what becomes of files that it cannot read.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{Folder, Ran};

/// A policy that is right but for blanks in an action.
const BLANKS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}, {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms: Decrypt", "Resource": "*"}]}"#;

/// The files with policies and the places of findings, `file:line:column code`.
fn places(ran: &Ran) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let list = |value: &Value, name: &str| {
        let list = value.get(name).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let text = |value: &Value, name: &str| match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        other => other.map(Value::to_string).unwrap_or_default(),
    };
    let mut places = Vec::new();
    for policy in list(&report, "policies") {
        for finding in list(&policy, "findings") {
            let [line, column, code] = ["line", "column", "code"].map(|name| text(&finding, name));
            places.push(format!("{}:{line}:{column} {code}", text(&policy, "name")));
        }
    }
    places
}

fn lint(folder: &Folder, arguments: &[&str]) -> Ran {
    let json = ["lint", "--format", "json"];
    folder.run(json.into_iter().chain(arguments.iter().copied()))
}

#[test]
fn folders_are_walked_as_git_sees_them() {
    let terraform =
        format!("resource \"aws_kms_key\" \"a\" {{\n  policy = <<EOF\n{BLANKS}\nEOF\n}}\n");
    let note = format!("# Note\n\n```json\n{BLANKS}\n```\n");
    let folder = Folder::with([
        ("a/key.json", BLANKS),
        ("a/main.tf", &terraform),
        ("a/notes.md", &note),
        ("a/build/key.json", BLANKS),
        ("a/.cache/key.json", BLANKS),
        ("a/test/key.json", BLANKS),
        ("a/package.json", "{\"name\": \"app\"}"),
        ("a/values.yaml", "Statement: of account\nVersion: 3\n"),
        ("a/.gitignore", "build/\n"),
    ]);
    let all = lint(&folder, &["a"]);
    assert_eq!(
        places(&all),
        [
            "a/key.json:1:244 KMS074",
            "a/main.tf:3:244 KMS074",
            "a/test/key.json:1:244 KMS074"
        ]
    );
    let report: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(report["summary"]["passedOver"], 2);
    assert_eq!(
        places(&lint(
            &folder,
            &["a", "--exclude", "test/", "--exclude", "*.tf"]
        )),
        ["a/key.json:1:244 KMS074"]
    );
    // A pattern, and a name, mean files of every form; the shell may have resolved the pattern.
    assert_eq!(
        places(&lint(&folder, &["a/**/*.{md,tf}"])),
        ["a/main.tf:3:244 KMS074", "a/notes.md:4:244 KMS074"]
    );
    assert_eq!(
        places(&lint(&folder, &["a/notes.md"])),
        ["a/notes.md:4:244 KMS074"]
    );
    assert_eq!(
        places(&lint(&folder, &["a/*.json", "--exclude", "package.json"])),
        ["a/key.json:1:244 KMS074"]
    );
    let nothing = folder.run(["lint", "a/*.yml"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (2, ""));
    assert!(
        nothing.err.contains("no file matches `a/*.yml`"),
        "{}",
        nothing.err
    );
    let wrong = folder.run(["lint", "a", "--exclude", "a["]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn standard_input_has_a_name() {
    let folder = Folder::new();
    let note = format!("```json\n{BLANKS}\n```\n");
    let arguments = [
        "lint",
        "-",
        "--stdin-filename",
        "docs/notes.md",
        "--format",
        "json",
    ];
    let ran = folder.run_with(arguments, &note);
    assert_eq!(places(&ran), ["docs/notes.md:2:244 KMS074"]);
    assert_eq!(folder.run_with(["lint", "-"], BLANKS).code, 1);
}

#[test]
fn exports_are_linted_as_one_world() {
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let policy = Value::from(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}, {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Encrypt", "Resource": "*"}]}"#,
    );
    let described = format!(
        r#"{{"KeyMetadata": {{"KeyId": "{key}", "Arn": "arn:aws:kms:us-west-2:111122223333:key/{key}", "AWSAccountId": "111122223333", "KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "Origin": "AWS_KMS", "MultiRegion": false, "Enabled": true}}}}"#
    );
    let answer = format!("{{\n  \"Policy\": {policy},\n  \"PolicyName\": \"default\"\n}}\n");
    let folder = Folder::with([
        (&format!("exports/keys/{key}/policy.json"), &*answer),
        (&format!("exports/keys/{key}/key.json"), &*described),
    ]);
    // By itself, nobody knows that the key cannot encrypt.
    let alone = lint(&folder, &[&format!("exports/keys/{key}/policy.json")]);
    assert_eq!(places(&alone), [""; 0]);
    let ran = lint(&folder, &["--from", "exports"]);
    assert_eq!(
        places(&ran),
        [format!("exports/keys/{key}/policy.json:2:293 KMS080")]
    );
    assert_snapshot!(folder.run(["lint", "--from", "exports"]).shown());
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_rest() {
    let folder = Folder::with([
        ("bom.json", &*format!("\u{feff}{BLANKS}")),
        ("deep.json", &"[".repeat(1_000_000)),
        ("key.json", BLANKS),
        ("no-json.json", "Statement of the account\n"),
        ("truncated.json", BLANKS.get(..200).unwrap()),
        (
            "tab.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Al\tlow\", \"Action\": \"*\", \"Resource\": \"*\"}]}",
        ),
    ]);
    let utf16: Vec<u8> = BLANKS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("utf16.json", &[&[0xff, 0xfe], &utf16[..]].concat());
    folder.write(
        "latin1.json",
        b"{\"Version\": \"2012-10-17\",\n\"Id\": \"\xe9\"}",
    );
    folder.write("binary.json", &[0x7f, b'E', b'L', b'F', 0, 0x80]);
    let names = [
        "bom.json",
        "deep.json",
        "key.json",
        "no-json.json",
        "truncated.json",
        "tab.json",
        "utf16.json",
        "latin1.json",
        "binary.json",
        "missing.json",
    ];
    let ran = lint(&folder, &names);
    assert_eq!(ran.code, 2);
    assert_eq!(
        places(&ran),
        [
            "bom.json:1:244 KMS074",
            "key.json:1:244 KMS074",
            "truncated.json:1:195 IAM001",
            "tab.json:1:55 IAM001",
        ]
    );
    assert_snapshot!(ran.err);
    // In a folder what is no text and what is no policy are told apart.
    let ran = lint(&folder, &["."]);
    assert_eq!(ran.code, 2);
    assert_eq!(places(&ran).len(), 4);
}

#[test]
fn long_files_are_not_read() {
    let folder = Folder::new();
    let numbers = format!("[{}1]", "1,".repeat(5_000_000));
    folder.write("data.json", numbers.as_bytes());
    folder.write("key.json", BLANKS.as_bytes());
    let found = lint(&folder, &["."]);
    assert_eq!((found.code, places(&found).len()), (1, 1), "{}", found.err);
    let ran = lint(&folder, &["data.json", "key.json"]);
    assert_eq!((ran.code, places(&ran).len()), (2, 1));
    assert!(ran.err.contains("data.json:1:8000003"), "{}", ran.err);
    // 100 MiB with a policy in front, which nobody holds in memory.
    let mut long = BLANKS.as_bytes().to_vec();
    long.resize(100 << 20, b' ');
    folder.write("long.json", &long);
    let ran = lint(&folder, &["long.json", "key.json"]);
    assert_eq!((ran.code, places(&ran).len()), (2, 1));
    assert!(ran.err.contains("longer than 64 MiB"), "{}", ran.err);
}
