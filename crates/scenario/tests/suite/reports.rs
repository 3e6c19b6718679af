//! Reports as people and programs get them.

use kmsim_scenario::{Report, as_json};

use crate::support::{Disk, folder, run_steps, run_text};

fn fixture(name: &str) -> Report {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let path = folder().join(name).display().to_string();
    let mut report = run_text(&path, &text, &Disk).unwrap();
    name.clone_into(&mut report.file);
    report
}

/// A scenario of which one step comes out otherwise, and one cannot be done.
fn failing() -> Report {
    run_steps(
        "  - {as: admin, operation: DisableKey, parameters: {KeyId: 1234abcd-12ab-34cd-56ef-1234567890ab}}
  - name: alice may look at the key
    advance: 1h
    as: alice
    operation: DescribeKey
    parameters: {KeyId: alias/data}
  - {as: admin, operation: Encrypt, parameters: {KeyId: alias/data, Plaintext: {text: x}}, save: sealed, expect: DisabledException}
  - {as: admin, operation: Decrypt, parameters: {CiphertextBlob: $sealed.CiphertextBlob}}
",
    )
    .unwrap()
}

#[test]
fn a_scenario_that_comes_out_as_it_says() {
    insta::assert_snapshot!(
        "key-deletion-alarm",
        fixture("key-deletion-alarm.yaml").human(false, false)
    );
    insta::assert_snapshot!(
        "authorization-same-account",
        fixture("authorization-same-account.yaml").human(false, false)
    );
}

#[test]
fn a_scenario_that_does_not() {
    insta::assert_snapshot!("failing", failing().human(false, false));
    assert!(failing().human(false, true).contains("alice DescribeKey"));
    assert!(!failing().human(false, true).contains("admin DisableKey"));
    assert_eq!(
        fixture("authorization-same-account.yaml").human(false, true),
        ""
    );
}

#[test]
fn reports_for_programs() {
    let reports = [fixture("authorization-same-account.yaml"), failing()];
    let json = as_json(&reports);
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &1.into()));
    let steps = &json["scenarios"][1]["steps"];
    assert_eq!(steps[0]["status"], "passed");
    assert_eq!(steps[1]["status"], "failed");
    assert_eq!(steps[1]["findings"][0]["expected"], "allowed");
    assert_eq!(steps[1]["advanced"], "1h later, 2026-11-21T13:00:00Z");
    assert_eq!(steps[3]["status"], "impossible");
    assert_eq!(steps[3]["why"], "`sealed` was not saved");
}
