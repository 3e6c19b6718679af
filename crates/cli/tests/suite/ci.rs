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
    let gaps = "8 passed, 0 failed\n\nNot known, so that AWS may answer otherwise:\n";
    assert!(ran.out.starts_with(gaps), "{}", ran.out);
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
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        assert!(ran.out.starts_with("1 passed, 0 failed\n"), "{}", ran.out);
    }
    assert_snapshot!(folder.run(["test", "none.yaml"]).shown());
}

#[test]
fn exports_are_the_world_of_files_that_have_none() {
    let case = "cases:\n  - {name: one, caller: \"arn:aws:iam::111122223333:role/service/OrdersApp\", operation: DescribeKey, key: alias/orders, expect: implicitDeny}\n";
    let of_its_own = format!("world: {{accounts: [{{id: \"444455556666\"}}]}}\n{case}");
    let folder = Folder::with([
        ("tests/one.yaml", case),
        ("tests/two.json", CASE),
        ("tests/use-key.json", USE_KEY),
        ("own.yaml", &of_its_own),
        ("plan.json", &input("orders.plan.json")),
        ("broken.json", "{"),
    ]);
    let from = |arguments: &[&'static str]| {
        let arguments = [&["test", "--from", "plan.json"], arguments].concat();
        folder.run(arguments).shown()
    };
    let human = from(&["tests"]);
    let junit = from(&["tests/one.yaml", "--format", "junit"]);
    let json = from(&["tests/one.yaml", "--format", "json"]);
    let own = from(&["own.yaml"]);
    let broken = from(&["--from", "broken.json", "tests"]);
    let partial = from(&["--from", "broken.json", "--partial", "tests"]);
    let none = folder.run(["test", "tests", "--from", "tests"]).shown();
    assert_snapshot!([human, junit, json, own, broken, partial, none].join("\n"));
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

/// A YAML file at the root of the repository.
fn with_file(name: &str, check: impl FnOnce(&Node<'_>)) {
    let text = std::fs::read_to_string(root().join(name)).unwrap();
    let mut found = Vec::new();
    let node = parse_any(&text, SourceId(0), name, &mut found);
    assert_eq!(found, []);
    check(&node.unwrap());
}

fn text<'n>(node: &'n Node<'_>, path: &[&str]) -> &'n str {
    let found = path.iter().fold(node, |node, name| {
        node.member(name).unwrap_or_else(|| panic!("no {path:?}"))
    });
    found.as_str().unwrap()
}

/// Whether the command line has this subcommand.
fn has_command(name: &str) -> bool {
    let help = Folder::new().run(["help", name]);
    help.code == 0
}

#[test]
fn the_action_builds_and_runs_what_there_is() {
    with_file("action.yml", |action| {
        assert!(!text(action, &["description"]).is_empty());
        assert_eq!(text(action, &["runs", "using"]), "composite");
        let steps = action.member("runs").unwrap().member("steps").unwrap();
        let build = text(&steps.as_list()[0], &["run"]);
        let package = build
            .split('"')
            .find_map(|word| word.strip_prefix("$GITHUB_ACTION_PATH/"));
        assert!(root().join(package.unwrap()).join("Cargo.toml").is_file());
        let command = text(action, &["inputs", "command", "default"]);
        assert!(has_command(command), "{command}");
        // Every input reaches the script, by a variable.
        let variables = steps.as_list()[1]
            .member("env")
            .unwrap()
            .as_object()
            .unwrap();
        for input in action.member("inputs").unwrap().as_object().unwrap() {
            let value = format!("${{{{ inputs.{} }}}}", input.key);
            let variable = variables
                .iter()
                .find(|own| own.value.as_str() == Some(&value));
            let variable = format!("\"${}\"", variable.expect(&value).key);
            assert!(
                text(&steps.as_list()[1], &["run"]).contains(&variable),
                "{variable}"
            );
        }
    });
}

#[cfg(unix)]
#[test]
fn the_action_hands_over_its_inputs() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    with_file("action.yml", |action| {
        let steps = action.member("runs").unwrap().member("steps").unwrap();
        let script = text(&steps.as_list()[1], &["run"]);
        let folder = Folder::with([
            ("one tests/a.json", CASE),
            ("one tests/use-key.json", USE_KEY),
            (
                "two/b.json",
                &CASE.replace("alice decrypts", "$(touch gone) other"),
            ),
            ("two/use-key.json", USE_KEY),
            ("kmsim/bin/readme.md", ""),
        ]);
        let binary = folder.path().join("kmsim/bin/kmsim");
        symlink(env!("CARGO_BIN_EXE_kmsim"), binary).unwrap();
        let run = |command: &str, arguments: &str| {
            let output = Command::new("bash")
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
                .current_dir(folder.path())
                .env_remove("GITHUB_STEP_SUMMARY")
                .env_remove("GITHUB_WORKSPACE")
                .env("RUNNER_TEMP", folder.path())
                .env("KMSIM_COMMAND", command)
                .env("KMSIM_PATHS", "one tests\ntwo\n")
                .env("KMSIM_FORMAT", "github")
                .env("KMSIM_ARGS", arguments)
                .output()
                .unwrap();
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap(),
            )
        };
        assert_eq!(
            run("test", ""),
            (Some(0), "2 passed, 0 failed\n".to_owned())
        );
        let one = (Some(0), "1 passed, 0 failed\n".to_owned());
        assert_eq!(run("test", "--filter\n$(touch gone) other"), one);
        assert_eq!(run("no such command", "").0, Some(2));
        assert!(!folder.path().join("gone").exists());
    });
}

#[test]
fn the_hooks_run_commands_that_there_are() {
    with_file(".pre-commit-hooks.yaml", |hooks| {
        for hook in hooks.as_list() {
            let entry = text(hook, &["entry"]);
            let command = entry.strip_prefix("kmsim ").unwrap();
            assert!(has_command(command), "{entry}");
            assert_eq!(text(hook, &["id"]), entry.replace(' ', "-"));
            let folder = Folder::with([("a.json", CASE), ("use-key.json", USE_KEY)]);
            let arguments = hook.member("args").unwrap().as_list();
            let arguments = arguments.iter().map(|argument| argument.as_str().unwrap());
            // Hooks get the names of changed files, unless they want none.
            let names_files = hook.member("pass_filenames").is_none();
            let files = names_files.then_some("use-key.json");
            let ran = folder.run([command].into_iter().chain(arguments).chain(files));
            assert_ne!(ran.code, 2, "{}", ran.shown());
        }
    });
}
