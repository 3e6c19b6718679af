//! The forms of `kmsim lint`: SARIF, JUnit, and what many findings become.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::Folder;

/// Policies with findings of every class, at places with characters beyond the basic plane before them.
const OPEN: &str = r#"{"Version": "2012-10-17", "Id": "𝒌𝒆𝒚", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
  {"Sid": "𝒐𝒑𝒆𝒏", "Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms: Encrypt", "kms:Decrypt"], "Resource": "*"}
]}
"#;

fn folder() -> Folder {
    let clean = include_str!("../../../../policies/key/console.json");
    Folder::with([
        ("policies/an open one.json", OPEN),
        ("policies/clean.json", clean),
        ("policies/half.json", "{\"Statement\": ["),
    ])
}

fn schema() -> jsonschema::Validator {
    let path = "../../fixtures/sarif/sarif-schema-2.1.0.json";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    // The published pattern for languages has a bracket that nothing opens, which is no regular expression.
    let text = std::fs::read_to_string(path).unwrap();
    let mended = text.replace(
        "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$",
        "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$",
    );
    assert_ne!(text, mended);
    let schema: Value = serde_json::from_str(&mended).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn sarif(folder: &Folder, arguments: &[&str]) -> Value {
    let ran = folder.run(
        ["lint", "--format", "sarif"]
            .iter()
            .chain(arguments)
            .copied(),
    );
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let wrong: Vec<String> = schema()
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    report
}

#[test]
fn sarif_is_what_its_schema_says() {
    let folder = folder();
    let mut report = sarif(&folder, &["policies"]);
    // The documentation of rules is long, and shown elsewhere.
    for rule in report["runs"][0]["tool"]["driver"]["rules"]
        .as_array_mut()
        .unwrap()
    {
        let help = rule["help"]["markdown"].as_str().unwrap();
        assert!(help.starts_with(&format!("# {}", rule["id"].as_str().unwrap())));
        rule["help"] = Value::Null;
        rule["fullDescription"] = Value::Null;
    }
    let report = serde_json::to_string_pretty(&report).unwrap();
    assert_snapshot!(report.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    // Without findings, and with what cannot be read at all.
    folder.write("latin.json", b"\xe9");
    sarif(
        &folder,
        &["policies/clean.json", "latin.json", "missing.json"],
    );
}

/// Every rule's documentation and every fix has its form, too.
#[test]
fn sarif_of_every_fixture_is_what_its_schema_says() {
    let folder = Folder::new();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lint");
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        let cases: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for (index, case) in cases["fires"].as_array().unwrap().iter().enumerate() {
            let text = match (&case["policy"], &case["statement"]) {
                (Value::Null, Value::Null) => continue,
                (Value::Null, statement) => format!("{{\"Statement\": [{statement}]}}"),
                (policy, _) => policy.to_string(),
            };
            let name = path.file_stem().unwrap().to_str().unwrap();
            folder.write(&format!("{name}-{index}.json"), text.as_bytes());
        }
    }
    let report = sarif(&folder, &["."]);
    let results = report["runs"][0]["results"].as_array().unwrap();
    let rules = report["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let fixes = results
        .iter()
        .filter(|result| result.get("fixes").is_some());
    assert!(results.len() > 500 && fixes.count() > 100 && rules.len() > 100);
}

/// Fingerprints stay when lines move, and tell equal findings apart.
#[test]
fn fingerprints_stay_when_lines_move() {
    let folder = folder();
    let prints = |name: &str| {
        let report = sarif(&folder, &[name]);
        let results = report["runs"][0]["results"].as_array().unwrap().clone();
        let print = |result: &Value| {
            let own = &result["partialFingerprints"]["kmsim/v1"];
            own.as_str().unwrap().to_owned()
        };
        results.iter().map(print).collect::<Vec<_>>()
    };
    let before = prints("policies/an open one.json");
    let moved = OPEN
        .replace("[\n", "[\n\n\n")
        .replace("\"kms:Decrypt\", ", "\"kms:Verify\", \"kms:Decrypt\", ");
    folder.write("moved.json", moved.as_bytes());
    assert_eq!(prints("moved.json"), before);
    let mut unique = before.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), before.len());
}

#[test]
fn columns_count_utf16_units_and_fixes_are_exact() {
    let folder = folder();
    let report = sarif(&folder, &["policies/an open one.json"]);
    let results = report["runs"][0]["results"].as_array().unwrap();
    let blank = results
        .iter()
        .find(|result| result["ruleId"] == "KMS074")
        .unwrap();
    let region = &blank["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"];
    let line = OPEN.lines().nth(2).unwrap();
    let units: Vec<u16> = line.encode_utf16().collect();
    let column = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap() - 1;
    let covered = &units[column("startColumn")..column("endColumn")];
    assert_eq!(String::from_utf16(covered).unwrap(), "\"kms: Encrypt\"");
    assert_eq!(report["runs"][0]["columnKind"], "utf16CodeUnits");
    let uri = &blank["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "policies/an%20open%20one.json");
}

#[test]
fn findings_as_junit() {
    let folder = folder();
    let ran = folder.run(["lint", "policies", "missing.json", "--format", "junit"]);
    assert_eq!(ran.code, 2);
    assert_snapshot!(ran.shown());
}

#[test]
fn many_findings_are_counted() {
    let folder = Folder::new();
    for number in 0..40 {
        folder.write(&format!("policies/{number:02}.json"), OPEN.as_bytes());
    }
    let ran = folder.run(["lint", "policies"]);
    let (_, end) = ran.out.split_once("… and").unwrap();
    assert_snapshot!(format!("… and{end}"));
    assert_eq!(ran.out.matches("error[KMS074]").count(), 10);
    let all = folder.run(["lint", "policies", "--all"]);
    assert_eq!(all.out.matches("error[KMS074]").count(), 40);
    assert!(!all.out.contains("--all"));
    let json = folder.run(["lint", "policies", "--format", "json"]);
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["summary"]["policies"], 40);
    assert_eq!(json.out.matches("\"KMS074\"").count(), 40);
}
