//! Kept inputs of the fuzz targets `exports`, `template` and `terraform`, and what becomes of good files
//! that are damaged.

use std::fs;

use crate::support::root;

#[expect(
    unreachable_pub,
    reason = "a module of the fuzz target, and of this test"
)]
#[path = "../../../../fuzz/src/exports.rs"]
mod exports;
#[expect(
    unreachable_pub,
    reason = "a module of the fuzz targets, and of this test"
)]
#[path = "../../../../fuzz/src/infrastructure.rs"]
mod infrastructure;
#[path = "../../../../fuzz/src/shown.rs"]
mod shown;

use exports::exports;
use infrastructure::{template, terraform};

#[test]
fn kept_inputs_pass() {
    for (target, check) in [
        ("exports", exports as fn(&str)),
        ("template", template),
        ("terraform", terraform),
    ] {
        let folder = root().join("fixtures/fuzz").join(target);
        let inputs: Vec<_> = fs::read_dir(folder).unwrap().collect();
        assert!(!inputs.is_empty());
        for input in inputs {
            let path = input.unwrap().path();
            println!("{}", path.display());
            check(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn damaged_files_are_told() {
    for (name, check) in [
        ("inputs/orders.template.yaml", template as fn(&str)),
        ("inputs/orders.plan.json", terraform),
        ("fuzz/exports/export.txt", exports),
        ("fuzz/exports/principals.txt", exports),
    ] {
        let text = fs::read_to_string(root().join("fixtures").join(name)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let step = (lines.len() / 30).max(1);
        for at in (0..lines.len()).step_by(step) {
            // A line is missing, stands twice, is the last, or changes places with the one before.
            let without = [&lines[..at], &lines[at + 1..]].concat();
            let twice = [&lines[..=at], &lines[at..]].concat();
            let cut = lines[..at].to_vec();
            let mut swapped = lines.clone();
            swapped.swap(at, at.saturating_sub(1));
            for damaged in [without, twice, cut, swapped] {
                check(&damaged.join("\n"));
            }
        }
    }
}

#[test]
fn other_values_in_the_place_of_any_are_told() {
    let plan = fs::read_to_string(root().join("fixtures/inputs/orders.plan.json")).unwrap();
    for (from, to) in [
        ("true", "null"),
        ("true", "{}"),
        ("null", "true"),
        ("null", "[]"),
        ("[", "{\"x\":["),
        ("\"aws_kms_key.orders", "\"aws_kms_key.plain"),
        ("references", "constant_value"),
        ("constant_value", "references"),
        ("\"this\"", "7"),
        ("arn:aws:", "arn:"),
    ] {
        let places: Vec<usize> = plan.match_indices(from).map(|(at, _)| at).collect();
        let step = (places.len() / 12).max(1);
        for at in places.iter().step_by(step) {
            let (before, behind) = plan.split_at(*at);
            terraform(&format!("{before}{}", behind.replacen(from, to, 1)));
        }
        terraform(&plan.replace(from, to));
    }
}
