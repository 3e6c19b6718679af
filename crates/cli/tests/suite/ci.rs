//! Tests of plans, templates and exports, and what runs them in CI.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::SourceId;

use crate::run::{CASE, Folder, USE_KEY};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The fixtures of an input, to be copied beside tests.
fn input(name: &str) -> String {
    std::fs::read_to_string(root().join("fixtures/inputs").join(name)).unwrap()
}

fn in_account(rest: &str) -> String {
    format!(
        "parts:\n  cloudformation: {{account: \"111122223333\", region: us-west-2, {rest}}}\n\
         cases:\n  - {{name: one, caller: \"arn:aws:iam::111122223333:role/AppRole\", operation: DescribeKey, key: alias/orders, expect: implicitDeny}}\n"
    )
}

#[test]
fn plans_and_templates_are_tested() {
    let folder = root().join("fixtures/ci");
    let ran = Folder::new().run(["test", folder.to_str().unwrap()]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, "8 passed, 0 failed\n");
}

#[test]
fn exports_are_tested_from_files_and_folders() {
    let case = |from: &str| {
        in_account("file: orders.template.yaml").replace(
            "cloudformation: {account: \"111122223333\", region: us-west-2, file: orders.template.yaml}",
            &format!("from: {from}"),
        )
    };
    let folder = Folder::with([
        ("file.yaml", &*case("exports/plan.json")),
        ("list.yaml", &case("[exports/plan.json]")),
        ("folder.yaml", &case("exports")),
        ("none.yaml", &case("empty")),
        ("exports/plan.json", &input("orders.plan.json")),
        ("exports/package.json", "{\"name\": \"x\"}"),
        ("empty/readme.md", ""),
    ]);
    let caller = "arn:aws:iam::111122223333:role/service/OrdersApp";
    for name in ["file.yaml", "list.yaml", "folder.yaml"] {
        let text = String::from_utf8(folder.read(name)).unwrap();
        let text = text.replace("arn:aws:iam::111122223333:role/AppRole", caller);
        folder.write(name, text.replace("implicitDeny", "allowed").as_bytes());
        let ran = folder.run(["test", name]);
        assert_eq!(
            ran.shown(),
            "exit code 0\n--- standard output\n1 passed, 0 failed\n",
            "{name}"
        );
    }
    assert_snapshot!(folder.run(["test", "none.yaml"]).shown());
}

#[test]
fn what_is_wrong_with_an_input_is_told_where_it_is_named() {
    let folder = Folder::with([
        ("orders.plan.json", &*input("orders.plan.json")),
        ("kind.yaml", &in_account("file: orders.plan.json")),
        ("missing.yaml", &in_account("file: none.yaml")),
        ("field.yaml", &in_account("fiel: orders.template.yaml")),
        ("unknown.yaml", &in_account("file: world.yaml")),
        ("world.yaml", "x: 1"),
        ("broken.yaml", &in_account("file: half.json")),
        ("half.json", "{\"Resources\": {"),
    ]);
    let names = ["kind", "missing", "field", "unknown", "broken"];
    let shown = names.map(|name| folder.run(["test", &format!("{name}.yaml")]).shown());
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let fails = CASE
        .replace("alice decrypts", "alice: 100%, <signs> | x")
        .replace("kms:Decrypt", "kms:Sign");
    let unreadable = CASE.replace("\"action\"", "\"acton\"");
    let folder = Folder::with([
        ("tests/a.json", &*format!("[{CASE},\n  {fails}]")),
        ("tests/b.json", &unreadable),
        ("tests/use-key.json", USE_KEY),
        ("summary.md", "before\n"),
    ]);
    let summary = folder.path().join("summary.md");
    let workspace = folder.path().join("tests");
    let environment = [
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ("GITHUB_WORKSPACE", workspace.to_str().unwrap()),
    ];
    let ran = folder.run_bytes(
        ["test", "tests", "--format", "github"],
        Vec::new(),
        &environment,
    );
    assert_eq!(ran.code, 2);
    let summary = String::from_utf8(folder.read("summary.md")).unwrap();
    assert_snapshot!([ran.out, summary].join("---\n"));
    let nowhere = [("GITHUB_STEP_SUMMARY", "none/summary.md")];
    let ran = folder.run_bytes(
        ["test", "tests/a.json", "--format", "github"],
        Vec::new(),
        &nowhere,
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .starts_with("warning: cannot write the step's summary to `none/summary.md`"),
        "{}",
        ran.err
    );
}
