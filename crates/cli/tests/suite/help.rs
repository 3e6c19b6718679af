//! Help, version and what is printed for other programs.

use insta::assert_snapshot;

use crate::run::Folder;

#[test]
fn help_of_every_command() {
    let folder = Folder::new();
    let help = |command: &str| {
        let ran = folder.run([command, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    for command in [
        "check",
        "test",
        "explain",
        "run",
        "lint",
        "rule",
        "parse",
        "schema",
        "completions",
        "call",
        "encrypt",
        "decrypt",
        "state",
        "cost",
        "import",
        "who-can",
        "can",
        "diff",
    ] {
        assert_snapshot!(format!("help_{command}"), help(command));
    }
    let ran = folder.run(["call", "CreateGrant", "--help"]);
    assert_snapshot!("help_call_create_grant", ran.out);
    let ran = folder.run(["import", "aws", "--help"]);
    assert_snapshot!("help_import_aws", ran.out);
    let ran = folder.run(["--help"]);
    assert_eq!(ran.code, 0);
    assert_snapshot!("help", ran.out);
}

#[test]
fn without_arguments_help_goes_to_standard_error() {
    let ran = Folder::new().run([]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Usage: kmsim"));
}

#[test]
fn the_version_is_the_packages() {
    let ran = Folder::new().run(["--version"]);
    assert_eq!(ran.out, format!("kmsim {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Folder::new().run(["completions", shell]);
        assert!(ran.out.contains("check") && ran.code == 0, "{shell}");
        assert!(
            ran.out.contains("--grant-tokens") || shell == "fish",
            "{shell}"
        );
        assert!(ran.out.contains("GenerateDataKey"), "{shell}");
    }
}
