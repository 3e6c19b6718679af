//! `kmsim lint --fix` and `--diff`.

use insta::assert_snapshot;

use crate::run::Folder;

const ROOT: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}"#;

/// A key policy with many mistakes of different rules.
const BROKEN: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Owner",
            "Effect": "allow",
            "Principal": {"aws": "arn:aws: iam::111122223333: root"},
            "Action": "kms: *",
            "Resource": "*"
        },
        {
            "Sid": "Owner",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
            "Action": ["kms:Decrypt", "kms:ReEncrypt", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "kms:ViaService": "s3.*.amazonaws.com",
                    "kms:EncryptionContextKeys": "app",
                    "kms:CallerAccount": "1111-2222-3333"
                },
                "Bool": {}
            }
        }
    ]
}
"#;

#[test]
fn a_file_is_mended_and_stays_so() {
    let folder = Folder::with([("policies/key.json", BROKEN)]);
    let shown = folder.run(["lint", "policies", "--diff"]);
    assert_eq!(
        (shown.code, folder.text("policies/key.json").as_str()),
        (1, BROKEN)
    );
    assert_snapshot!(shown.shown());
    assert_snapshot!(folder.run(["lint", "policies", "--fix"]).shown());
    let mended = folder.text("policies/key.json");
    let again = folder.run(["lint", "policies", "--diff"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    folder.run(["lint", "policies", "--fix", "--fail-on", "never"]);
    assert_eq!(folder.text("policies/key.json"), mended);
    let files = std::fs::read_dir(folder.path().join("policies")).unwrap();
    assert_eq!(files.count(), 1, "nothing else is left in the folder");
}

#[test]
fn guesses_are_made_when_they_are_asked_for() {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{ROOT}, {{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::111122223333:role/App"}}, "Action": "kms:Decypt", "Resource": "*"}}]}}"#
    );
    let folder = Folder::with([("key.json", &text)]);
    assert_eq!(folder.run(["lint", "key.json", "--diff"]).code, 0);
    let ran = folder.run(["lint", "key.json", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(folder.text("key.json").contains("\"kms:Decrypt\""));
    assert_eq!(folder.run(["lint", "key.json", "--unsafe-fixes"]).code, 2);
}

#[test]
fn standard_input_becomes_standard_output() {
    let folder = Folder::new();
    let ran = folder.run_with(["lint", "-", "--fix"], BROKEN);
    assert!(ran.out.starts_with("{\n    \"Version\"") && ran.out.contains("\"kms:*\""));
    assert!(ran.err.contains("changes made"), "{}", ran.err);
    let clean = folder.run_with(["lint", "-", "--fix"], &ran.out);
    assert_eq!(clean.out, ran.out);
    let code = |arguments: &[&str]| folder.run_with(arguments.iter().copied(), BROKEN).code;
    assert_eq!(code(&["lint", "-", "x.json", "--fix"]), 2);
    assert_eq!(code(&["lint", "-", "--fix", "--format", "json"]), 2);
}

/// Files keep their notation, their permissions and the end of their lines.
#[test]
fn what_is_not_wrong_stays_as_it_is() {
    let yaml = "# who may use the key\nVersion: '2012-10-17'\nStatement:\n- Effect: Allow   # the account\n  Principal: {AWS: 'arn:aws:iam::111122223333:root'}\n  Action: ['kms: *']\n  Resource: '*'\n- Effect: Allow\n  Principal:\n    AWS: arn:aws:iam::111122223333:role/App\n  Action:\n  - kms:Decrypt\n  - kms:ReEncrypt\n  Resource: '*'\n  Condition:\n    StringEquals:\n      kms:CustomerMasterKeySpec: SYMMETRIC_DEFAULT\n";
    let windows = BROKEN.replace('\n', "\r\n");
    let marked = format!("\u{feff}{BROKEN}");
    let folder = Folder::with([("a.yaml", yaml), ("b.json", &windows), ("c.json", &marked)]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(folder.path().join("b.json"), mode).unwrap();
    }
    folder.run(["lint", ".", "--fix"]);
    assert_snapshot!(folder.text("a.yaml"));
    let lines = folder.text("b.json");
    assert_eq!(lines.matches('\n').count(), lines.matches("\r\n").count());
    assert!(folder.text("c.json").starts_with('\u{feff}'));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = std::fs::metadata(folder.path().join("b.json")).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, 0o640);
    }
}

/// What can't be read as a whole is not written; the other files are.
#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    let truncated = BROKEN.get(..BROKEN.len() / 2).unwrap();
    let folder = Folder::with([("good.json", BROKEN), ("truncated.json", truncated)]);
    let mut latin = BROKEN.as_bytes().to_vec();
    latin.push(0xe9);
    folder.write("latin.json", &latin);
    let ran = folder.run(["lint", ".", "--fix"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("not UTF-8"), "{}", ran.err);
    assert_eq!(folder.read("latin.json"), latin);
    assert_eq!(folder.text("truncated.json"), truncated);
    assert_ne!(folder.text("good.json"), BROKEN);
}

/// Notes with statements that are pasted together, without a document, with elements in the wrong place.
#[test]
fn notes_become_policies() {
    let joined = format!("{ROOT},\n{}", ROOT.replace("root", "role/Admin"));
    let nested = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root", "Action": "kms: *"}, "Resource": "*"}
    ]
}
"#;
    let folder = Folder::with([("joined.json", &joined), ("nested.json", nested)]);
    let ran = folder.run(["lint", "joined.json", "nested.json", "--fix"]);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    assert_snapshot!([folder.text("joined.json"), folder.text("nested.json")].join("---\n"));
}

/// The notes of the fixtures: mended once, they can be read, and nothing is left to mend.
#[test]
fn every_note_is_mended() {
    let notes = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/notes");
    let folder = Folder::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(notes).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        folder.write(&name, &std::fs::read(entry.path()).unwrap());
        names.push(name);
    }
    let run = |arguments: &[&'static str]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        folder.run(
            ["lint"]
                .into_iter()
                .chain(arguments.iter().copied())
                .chain(names),
        )
    };
    let before = run(&["--format", "json"]);
    run(&["--fix"]);
    let after = run(&["--format", "json"]);
    let errors = |out: &str| {
        let report: serde_json::Value = serde_json::from_str(out).unwrap();
        let policies = report["policies"].as_array().unwrap().iter();
        let findings = policies.flat_map(|policy| policy["findings"].as_array().unwrap());
        let codes = findings.filter(|finding| finding["severity"] == "error");
        let mut codes: Vec<_> = codes
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        codes.sort();
        codes.dedup();
        codes
    };
    assert!(errors(&before.out).len() > 4, "{:?}", errors(&before.out));
    // What quotes a part of a policy lacks who manages the key, and two key ids are none.
    assert_eq!(errors(&after.out), ["IAM046", "KMS001"]);
    assert_eq!(run(&["--diff"]).code, 0);
}
