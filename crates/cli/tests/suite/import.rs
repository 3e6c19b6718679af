//! `kmsim import`, and worlds that are made of exports on the way.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::run::{Folder, Ran};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:alias/ledger";

/// A folder with the exports of `fixtures/inputs/export`.
fn exports() -> Folder {
    let folder = Folder::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/inputs/export");
    copy(&from, &from, &folder);
    folder
}

fn copy(root: &Path, at: &Path, folder: &Folder) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(root, &path, folder);
        } else {
            let name = Path::new("export").join(path.strip_prefix(root).unwrap());
            folder.write(name.to_str().unwrap(), &fs::read(&path).unwrap());
        }
    }
}

fn ask(folder: &Folder, world: &[&str]) -> Ran {
    let call = [
        "--caller",
        "arn:aws:iam::444455556666:role/Reports",
        "--operation",
        "Decrypt",
        "--key",
        KEY,
        "--encryption-context",
        "Department=Finance",
    ];
    let arguments = ["check"].iter().chain(world).chain(&call);
    folder.run(arguments.copied())
}

#[test]
fn a_folder_of_exports_becomes_a_world() {
    let folder = exports();
    let ran = folder.run(["import", "aws", "export", "-o", "world.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_snapshot!("import_report", ran.err);
    let world = folder.text("world.yaml");
    let on_stdout = folder.run(["import", "aws", "export"]);
    assert_eq!(on_stdout.out, world);
    assert_eq!(on_stdout.err, ran.err);
    folder.run(["import", "aws", "export", "-o", "world.json"]);
    assert!(folder.text("world.json").starts_with("{\n"));
    let schema = folder.run(["schema", "world"]).out;
    let schema = serde_json::from_str(&schema).unwrap();
    let as_json: serde_json::Value = serde_json::from_str(&folder.text("world.json")).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&as_json)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    for world in ["world.yaml", "world.json"] {
        let ran = ask(&folder, &[world]);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
        assert!(
            ran.out.contains("DENIED because nothing allows it"),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("[no-policy-document]"), "{}", ran.out);
    }
}

/// What is exported can be asked without a world in between, and explanations point into the exports.
#[test]
fn exports_are_asked_directly() {
    let folder = exports();
    assert_snapshot!("check_from", ask(&folder, &["--from", "export"]).out);
    let json = ask(&folder, &["--from", "export", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["gaps"][0]["code"], "no-policy-document");
    let who = folder.run(["who-can", "kms:Decrypt", KEY, "--from", "export"]);
    assert_eq!((who.code, who.err.as_str()), (0, ""));
    assert!(who.out.contains("role/LedgerService"), "{}", who.out);
    let line = format!(
        r#"{{"caller": "arn:aws:iam::111122223333:role/LedgerService", "operation": "Decrypt", "key": "{KEY}"}}"#
    );
    let batch = folder.run_with(["check", "--batch", "-", "--from", "export"], &line);
    assert_eq!(batch.code, 0);
    assert!(
        batch.out.contains(r#""decision":"allowed""#),
        "{}",
        batch.out
    );
    assert!(batch.err.contains("[no-policy-document]"), "{}", batch.err);
    let nothing = folder.run(["check", "--from", "export"]);
    assert_eq!(nothing.code, 2);
    assert_snapshot!("from_without_a_call", nothing.err);
}

#[test]
fn a_report_for_programs() {
    let folder = exports();
    let ran = folder.run([
        "import",
        "aws",
        "export",
        "--format",
        "json",
        "-o",
        "world.yaml",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["world"]["keys"], 1);
    assert_eq!(report["used"].as_array().unwrap().len(), 30);
    assert_eq!(report["used"][0]["kind"], "sts get-caller-identity");
    assert_eq!(report["gaps"][0]["code"], "no-policy-document");
    let with_world = folder.run(["import", "aws", "export", "--format", "json"]);
    assert!(with_world.out.starts_with("# Made by kmsim import"));
    assert_eq!(with_world.err, ran.out);
}

#[test]
fn what_is_broken_leaves_nothing_half_written() {
    let folder = exports();
    let path = "export/111122223333/eu-central-1/aliases.json";
    let whole = folder.text(path);
    folder.write(path, &whole.as_bytes()[..60]);
    let ran = folder.run(["import", "aws", "export", "-o", "world.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_snapshot!("import_broken", ran.err);
    assert!(!folder.path().join("world.yaml").exists());
    let partial = folder.run(["import", "aws", "export", "-o", "world.yaml", "--partial"]);
    assert_eq!(partial.code, 0);
    assert!(partial.err.contains("[broken-file]"), "{}", partial.err);
    assert!(folder.text("world.yaml").contains("broken-file"));
    assert_eq!(ask(&folder, &["--from", "export"]).code, 2);
}

/// With --partial a policy that cannot be read is unknown, and so is what depends on it.
#[test]
fn a_broken_policy_is_unknown() {
    let folder = exports();
    let key =
        "export/111122223333/eu-central-1/keys/5f2c1a90-7d3e-4b1f-9a55-0c1d2e3f4a5b/policy.json";
    let text = folder.text(key).replacen("Allow", "Alow", 1);
    folder.write(key, text.as_bytes());
    let ran = ask(&folder, &["--from", "export"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_snapshot!("broken_policy", ran.err);
    let partial = ask(
        &folder,
        &["--from", "export", "--partial", "--format", "json"],
    );
    let answer: serde_json::Value = serde_json::from_str(&partial.out).unwrap();
    let gaps: Vec<&str> = answer["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap["code"].as_str().unwrap())
        .collect();
    assert_eq!(gaps, ["no-policy-document", "broken-policy"]);
    let administrator = folder.run([
        "check",
        "--from",
        "export",
        "--partial",
        "--caller",
        "arn:aws:iam::111122223333:user/nina",
        "--operation",
        "PutKeyPolicy",
        "--key",
        KEY,
    ]);
    assert!(
        administrator.out.starts_with("DEPENDS"),
        "{}",
        administrator.out
    );
}

#[test]
fn standard_input_and_folders_without_exports() {
    let folder = exports();
    let text = folder.text("export/111122223333/iam/authorization-details.json");
    let ran = folder.run_with(["import", "aws", "-"], &text);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("name: LedgerService"), "{}", ran.out);
    folder.write("empty/notes.txt", b"nothing");
    let nothing = folder.run(["import", "aws", "empty"]);
    assert_eq!(nothing.code, 2);
    assert_snapshot!("import_nothing", nothing.err);
    let missing = folder.run(["import", "aws", "missing.json"]);
    assert_eq!(missing.code, 2);
    let template = r#"{"Parameters": {"Who": {"Type": "String"}}, "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": {"Ref": "Who"}}, "Action": "kms:*", "Resource": "*"}]}}}}}"#;
    folder.write("key.json", template.as_bytes());
    let told = [
        "import",
        "aws",
        "key.json",
        "--account",
        "111122223333",
        "--region",
        "eu-central-1",
        "--parameter",
        "Who=arn:aws:iam::111122223333:root",
    ];
    let ran = folder.run(told);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("AWS: arn:aws:iam::111122223333:root"),
        "{}",
        ran.out
    );
    let ran = folder.run(["import", "aws", "key.json", "--parameter", "Who"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("write NAME=VALUE"), "{}", ran.err);
}
