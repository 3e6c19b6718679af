//! `kmsim test --update`.

use insta::assert_snapshot;

use crate::run::{CASE, Folder, Ran, USE_KEY};

const WORLD: &str = r#"
region: us-west-2
accounts:
  - id: "111122223333"
    roles:
      - {name: App, policies: {own: {Version: "2012-10-17", Statement: {Sid: Use, Effect: Allow, Action: "kms:Decrypt", Resource: "*"}}}}
      - {name: Other}
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-west-2, policy: default, aliases: [alias/orders]}
"#;

/// Runs the tests of one file and gives what became of it.
fn update(file: &str, text: &str, arguments: &[&str]) -> (Ran, String) {
    let folder = Folder::with([
        ("world.yaml", WORLD),
        (file, text),
        ("use-key.json", USE_KEY),
    ]);
    let arguments = [&["test", file, "--update"], arguments].concat();
    let ran = folder.run(arguments);
    let after = String::from_utf8(folder.read(file)).unwrap();
    assert_eq!(
        folder.files(),
        ["use-key.json", "world.yaml", file]
            .iter()
            .map(ToString::to_string)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    (ran, after)
}

/// The lines that differ.
fn changes(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let only = |mark: &str, lines: &[&str], others: &[&str]| {
        let own = lines.iter().filter(|line| !others.contains(line));
        own.flat_map(|line| [mark, line, "\n"]).collect::<String>()
    };
    only("-", &before, &after) + &only("+", &after, &before)
}

const TESTS: &str = r#"# What the app may do.
schema: 1
world: {file: world.yaml}   # of production
cases:
  - name: plain
    principals: [arn:aws:iam::111122223333:role/App]
    actions: [kms:Decrypt]
    key: alias/orders
    expect: denied          # was so
  - name: rows
    principals: [arn:aws:iam::111122223333:role/App]
    actions: [kms:Decrypt, kms:Encrypt]
    key: alias/orders
    matrix:
      - {name: both, expect: "allowed"}
      - name: as it is
        expect: 'depends'
        via: s3
  - {name: quoted, caller: "arn:aws:iam::111122223333:role/App", operation: Encrypt, key: alias/orders, expect: 'allowed', because: [a, "b"]}
  - name: lines
    caller: arn:aws:iam::111122223333:role/App
    operation: Decrypt
    key: alias/orders
    because:
    - key-policy#Old
    - identity:own#Use
    expect: allowed
  - name: no lines
    caller: arn:aws:iam::111122223333:role/Other
    operation: Decrypt
    key: alias/orders
    because:
      - identity:own#Use
    expect: allowed
  - name: one text
    caller: arn:aws:iam::111122223333:role/App
    operation: Decrypt
    key: alias/orders
    because: nothing
    expect: allowed
  - {name: met, caller: "arn:aws:iam::111122223333:role/Other", operation: Decrypt, key: alias/orders, expect: denied}
"#;

#[test]
fn what_is_observed_takes_the_place_of_what_was_expected() {
    let (ran, after) = update("tests.yaml", TESTS, &[]);
    assert_snapshot!([ran.shown(), changes(TESTS, &after)].join("\n"));
}

#[test]
fn an_updated_file_passes_and_is_left_alone() {
    let without_both = TESTS.replace(", kms:Encrypt]", "]");
    let (ran, after) = update("tests.yaml", &without_both, &[]);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    let (ran, again) = update("tests.yaml", &after, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(after, again);
    // All but the values of two fields is as it was.
    let without = |text: &str| {
        let lines = text.lines().filter(|line| {
            !line.contains("expect")
                && !line.contains("because")
                && !line.trim_start().starts_with("- identity")
                && !line.trim_start().starts_with("- key-policy")
                && !line.trim_start().starts_with("- \"")
        });
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without(&after), without(&without_both));
}

#[test]
fn only_what_the_filter_picks_is_updated() {
    let (ran, after) = update("tests.yaml", TESTS, &["--filter", "quoted"]);
    assert_snapshot!([ran.shown(), changes(TESTS, &after)].join("\n"));
}

#[test]
fn json_is_updated_too() {
    let text = CASE.replace("\"allowed\"", "\"denied\"").replace(
        "\"expect\"",
        "\"because\": \"key-policy#Delegate\",\r\n  \"expect\"",
    );
    let (ran, after) = update("case.json", &text, &[]);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    assert_snapshot!(changes(&text, &after));
    assert_eq!(after.matches("\r\n").count(), 1);
}

#[test]
fn values_that_cases_share_are_updated_if_they_come_out_alike() {
    let text = r#"
world: {file: world.yaml}
cases:
  - &first {name: one, caller: "arn:aws:iam::111122223333:role/Other", operation: Decrypt, key: alias/orders, expect: &outcome allowed}
  - {<<: *first, name: two, operation: Encrypt}
  - {name: three, caller: "arn:aws:iam::111122223333:role/Other", operation: Decrypt, key: alias/orders, expect: *outcome}
"#;
    let (ran, after) = update("tests.yaml", text, &[]);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    assert_eq!(
        after,
        text.replace("&outcome allowed", "&outcome implicitDeny")
    );
    let text = text
        .replace(
            "name: two, operation: Encrypt",
            "name: two, caller: \"arn:aws:iam::111122223333:role/App\"",
        )
        .replace("allowed", "denied");
    let (ran, after) = update("tests.yaml", &text, &[]);
    assert_eq!((ran.code, after), (1, text));
    assert!(ran.err.contains("error[not-updated]"), "{}", ran.err);
}

#[test]
fn files_that_cannot_be_read_are_left_alone() {
    let text = TESTS.replace("operation: Encrypt", "operation: Encrpyt");
    let (ran, after) = update("tests.yaml", &text, &[]);
    assert_eq!((ran.code, after), (2, text));
    assert!(
        ran.err
            .contains("`tests.yaml` is not updated: not all of it can be read"),
        "{}",
        ran.err
    );
    let folder = Folder::with([("world.yaml", WORLD)]);
    let piped = folder.run_with(["test", "-", "--update"], TESTS);
    assert_eq!(
        piped.shown(),
        "exit code 2\n--- standard error\nerror: standard input cannot be updated\n |\n = help: name the file\n"
    );
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with([("world.yaml", WORLD), ("kept/tests.yaml", TESTS)]);
    folder.write("kept/world.yaml", WORLD.as_bytes());
    let file = folder.path().join("kept/tests.yaml");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    symlink("kept/tests.yaml", folder.path().join("tests.yaml")).unwrap();
    let ran = folder.run(["test", "tests.yaml", "--update"]);
    assert!(ran.err.contains("updated tests.yaml"), "{}", ran.err);
    let link = folder.path().join("tests.yaml").symlink_metadata().unwrap();
    assert!(link.is_symlink());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_ne!(folder.read("kept/tests.yaml"), TESTS.as_bytes());
}

#[test]
fn what_is_of_every_request_stays_so() {
    let case = |name: &str, action: &str, expect: &str| {
        format!(
            "  - {{name: {name}, principals: [\"arn:aws:iam::111122223333:role/App\"], actions: [{action}], key: alias/orders, expect: {expect}}}\n"
        )
    };
    let head = "world: {file: world.yaml}\ncases:\n";
    let right = case("uses it", "kms:Decrypt", "never");
    let wrong = case("changes it", "kms:PutKeyPolicy", "always");
    let (ran, after) = update("t.yaml", &format!("{head}{right}{wrong}"), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let right = case("uses it", "kms:Decrypt", "always");
    let wrong = case("changes it", "kms:PutKeyPolicy", "never");
    assert_eq!(after, format!("{head}{right}{wrong}"));
}

#[test]
fn what_depends_is_neither_never_nor_always() {
    let text = "world: {file: world.yaml}\ncases:\n  - {name: a, principals: [\"arn:aws:iam::111122223333:role/App\"], actions: [kms:Decrypt], key: alias/orders, sessionPolicies: [{Version: \"2012-10-17\", Statement: {Effect: Allow, Action: \"*\", Resource: \"*\", Condition: {StringEquals: {kms:ViaService: s3.us-west-2.amazonaws.com}}}}], expect: always}\n";
    let (ran, after) = update("t.yaml", text, &[]);
    assert_eq!((ran.code, after.as_str()), (1, text));
    assert!(
        ran.err
            .contains("so that it is neither `never` nor `always`"),
        "{}",
        ran.err
    );
}
