//! A generated world, written by hand and as exports: both decide the same.

use kmsim_testkit::organization::{Size, write, write_exports};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::run::Folder;

const SIZE: Size = Size {
    accounts: 3,
    principals: 60,
    keys: 24,
    seed: 7,
};

/// Everything that is allowed: by key, principal and action the answer without places.
fn matrix(folder: &Folder, option: &str, world: &str) -> BTreeMap<[String; 3], Value> {
    let ran = folder.run(["who-can", "--matrix", "--format", "json", option, world]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.lines().map(row).collect()
}

fn row(line: &str) -> ([String; 3], Value) {
    let mut row: Value = serde_json::from_str(line).unwrap();
    let name = ["key", "principal", "action"].map(|field| row[field].to_string());
    // Exports list grants and policies in an order of their own.
    let because = row["because"].as_array().unwrap().iter();
    let mut because: Vec<Value> = because.map(|one| one["reference"].clone()).collect();
    because.sort_by_key(ToString::to_string);
    row["because"] = because.into();
    let text = row.pointer("/onlyIf/text").and_then(Value::as_str);
    if let Some(text) = text {
        let mut ways: Vec<&str> = text.split("; or if ").collect();
        ways.sort_unstable();
        row["onlyIf"] = ways.join("; or if ").into();
    }
    (name, row)
}

#[test]
fn a_world_of_exports_decides_as_the_same_world_written_by_hand() {
    let folder = Folder::new();
    let mut world = Vec::new();
    write(SIZE, &mut world).unwrap();
    folder.write("world.json", &world);
    write_exports(SIZE, &mut |name, value| {
        folder.write(&format!("exports/{name}"), value.to_string().as_bytes());
        Ok(())
    })
    .unwrap();

    let by_hand = matrix(&folder, "--world", "world.json");
    let of_exports = matrix(&folder, "--from", "exports");
    assert!(by_hand.len() > 3_000, "{} rows", by_hand.len());
    let count = |answer: &str| {
        let rows = by_hand.values();
        rows.filter(|row| row["answer"] == answer).count()
    };
    assert!(count("allowed") > 500 && count("depends") > 500);
    for (name, row) in &by_hand {
        assert_eq!(of_exports.get(name), Some(row), "{name:?}");
    }
    assert_eq!(of_exports.len(), by_hand.len());

    // What the import writes is the same world once more.
    let ran = folder.run(["import", "aws", "exports", "-o", "import.yaml"]);
    assert!(ran.code == 0 && !ran.err.contains("Missing"), "{}", ran.err);
    let written = matrix(&folder, "--world", "import.yaml");
    assert!(
        written == of_exports,
        "written and read again it is another world"
    );
}
