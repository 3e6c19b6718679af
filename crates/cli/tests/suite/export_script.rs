//! `scripts/export-aws.sh`, with a stand-in for the AWS CLI that answers what was exported once.

#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const ACCOUNT: &str = "111122223333";

/// Answers from the exports in `$EXPORTS`. Of an unknown command it says what AWS says.
const AWS: &str = r#"#!/usr/bin/env bash
set -euo pipefail
id() { grep -o "\"$1\": \"[^\"]*\"" "$2" | cut -d '"' -f 4; }
value() { while [[ $# -gt 1 ]]; do [[ $1 == "$want" ]] && { echo "$2"; return; }; shift; done; }
argument() { want=$1; shift; value "$@"; }
a=$EXPORTS/111122223333 o=$EXPORTS/organization
region=$(argument --region "$@") key=$(argument --key-id "$@") parent=$(argument --parent-id "$@")
policy=$(argument --policy-id "$@") filter=$(argument --filter "$@") query=$(argument --query "$@")
case "$1 $2" in
    'sts get-caller-identity') file=$a/identity.json ;;
    'iam get-account-authorization-details') file=$a/iam/authorization-details.json ;;
    'kms list-keys') file=$a/$region/keys.json ;;
    'kms list-aliases') file=$a/$region/aliases.json ;;
    'kms describe-key') file=$a/$region/keys/$key/metadata.json ;;
    'kms get-key-policy') file=$a/$region/keys/$key/policy.json ;;
    'kms list-grants') file=$a/$region/keys/$key/grants.json ;;
    'kms list-resource-tags') file=$a/$region/keys/$key/tags.json ;;
    'ec2 describe-vpc-endpoints') file=$a/$region/vpc-endpoints.json ;;
    'organizations describe-organization') file=$o/organization.json ;;
    'organizations list-roots') file=$o/roots.json ;;
    'organizations list-accounts') file=$o/accounts.json ;;
    'organizations list-accounts-for-parent') file=$o/accounts/$parent.json ;;
    'organizations list-organizational-units-for-parent') file=$o/units/$parent.json ;;
    'organizations list-policies')
        case $filter in
            SERVICE_CONTROL_POLICY) file=$o/policies/scps.json ;;
            *) file=$o/policies/rcps.json ;;
        esac ;;
    'organizations describe-policy') file=$o/policies/$policy/policy.json ;;
    'organizations list-targets-for-policy') file=$o/policies/$policy/targets.json ;;
    *) echo "An error occurred (AccessDeniedException)" >&2; exit 254 ;;
esac
[[ -f $file ]] || { echo "An error occurred (AccessDeniedException)" >&2; exit 254; }
case $query in
    '') cat "$file" ;;
    Account) id Account "$file" ;;
    'Keys[].KeyId') id KeyId "$file" | paste -sd '\t' ;;
    *) id Id "$file" | grep -v ' ' | paste -sd '\t' || true ;;
esac
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn below(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Runs the script. Gives its exit code and what it told.
fn run(exports: &Path, folder: &Path, arguments: &[&str]) -> (i32, String) {
    let tools = folder.join("bin");
    fs::create_dir_all(&tools).unwrap();
    let aws = tools.join("aws");
    fs::write(&aws, AWS).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let ran = Command::new("bash")
        .arg(root().join("scripts/export-aws.sh"))
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path)
        .env("EXPORTS", exports)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code().unwrap(), told)
}

#[test]
fn the_script_writes_what_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let exports = root()
        .join("fixtures/inputs/export")
        .canonicalize()
        .unwrap();
    let account = ["out", "eu-central-1"];
    assert_eq!(run(&exports, folder.path(), &account), (0, String::new()));
    let organization = ["--organization", "out"];
    assert_eq!(
        run(&exports, folder.path(), &organization),
        (0, String::new())
    );
    let written = below(&folder.path().join("out"));
    let mut expected = below(&exports);
    expected.retain(|(name, _)| name.starts_with(ACCOUNT) || name.starts_with("organization"));
    let names = |files: &[(PathBuf, String)]| -> Vec<PathBuf> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&written), names(&expected));
    assert_eq!(written, expected);
}

#[test]
fn what_cannot_be_read_is_told_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let exports = root()
        .join("fixtures/inputs/export")
        .canonicalize()
        .unwrap();
    let (code, told) = run(
        &exports,
        folder.path(),
        &["out", "us-east-1", "eu-central-1"],
    );
    assert_eq!(code, 1);
    assert!(told.contains("not exported: out/111122223333/us-east-1/keys.json (aws kms list-keys --region us-east-1)"), "{told}");
    let out = folder.path().join("out").join(ACCOUNT);
    assert!(
        !out.join("us-east-1/keys.json").exists() && !out.join("us-east-1/keys.json.part").exists()
    );
    assert!(out.join("eu-central-1/keys.json").exists());
}

#[test]
fn without_arguments_it_says_how_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&[][..], &["out"], &["--help"], &["--organization"]] {
        let (code, told) = run(folder.path(), folder.path(), arguments);
        assert_eq!(code, 2);
        assert!(
            told.contains("scripts/export-aws.sh OUT REGION..."),
            "{told}"
        );
    }
}

/// The policy allows what the script calls, and nothing else.
#[test]
fn the_policy_is_what_the_script_needs() {
    let script = fs::read_to_string(root().join("scripts/export-aws.sh")).unwrap();
    let policy = fs::read_to_string(root().join("policies/identity/export.json")).unwrap();
    let mut called: Vec<String> = script
        .lines()
        .flat_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let pairs = words
                .windows(2)
                .map(|pair| (pair[0].to_owned(), pair[1].to_owned()));
            pairs.collect::<Vec<_>>()
        })
        .filter(|(service, _)| ["kms", "iam", "ec2", "sts", "organizations"].contains(&&**service))
        .filter(|(_, command)| command.contains('-') && !command.starts_with('-'))
        .map(|(service, command)| {
            let words = command.split('-').map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            });
            let name: String = words.collect();
            format!("{service}:{name}")
        })
        .collect();
    called.sort();
    called.dedup();
    let mut allowed: Vec<String> = policy
        .split('"')
        .filter(|text| {
            text.contains(':') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == ':')
        })
        .filter(|text| text.len() > 1)
        .map(str::to_owned)
        .collect();
    allowed.sort();
    assert_eq!(called, allowed);
}
