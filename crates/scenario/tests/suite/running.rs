//! What a run does: the calls are really made, and unmet expectations are told.

use kmsim_scenario::{Report, StepStatus};

use crate::support::run_steps;

/// The findings of the last step.
fn findings(report: &Report) -> Vec<(String, String)> {
    match &report.steps.last().unwrap().status {
        StepStatus::Passed => Vec::new(),
        StepStatus::Failed(found) => found
            .iter()
            .map(|own| (own.expected.clone(), own.found.clone()))
            .collect(),
        StepStatus::Impossible(why) => vec![("impossible".to_owned(), why.clone())],
    }
}

/// Runs steps and gives what is wrong with the last one.
#[track_caller]
fn wrong(steps: &str) -> Vec<(String, String)> {
    findings(&run_steps(steps).unwrap())
}

const SEAL: &str = "  - {as: admin, operation: Encrypt, parameters: {KeyId: alias/data, Plaintext: {text: hello}}, save: sealed}\n";

#[test]
fn an_unmet_expectation_names_what_was_expected_and_what_came() {
    let decrypt = |expect: &str| {
        wrong(&format!(
            "{SEAL}  - {{as: admin, operation: Decrypt, parameters: {{CiphertextBlob: $sealed.CiphertextBlob}}, expect: {expect}}}"
        ))
    };
    assert_eq!(decrypt("{response: {Plaintext: {text: hello}}}"), []);
    for (expect, expected, found) in [
        ("DisabledException", "DisabledException", "allowed"),
        ("explicitDeny", "explicitDeny", "allowed"),
        (
            "{response: {Plaintext: {text: olleh}}}",
            "`Plaintext` to be b2xsZWg=",
            "aGVsbG8=",
        ),
        (
            "{response: {Plaintext: {length: 4}}}",
            "`Plaintext` to be 4 bytes",
            "aGVsbG8=",
        ),
        (
            "{response: {EncryptionAlgorithm: {like: RSA*}}}",
            "`EncryptionAlgorithm` to be text like RSA*",
            "SYMMETRIC_DEFAULT",
        ),
        (
            "{differs: {Plaintext: {text: hello}}}",
            "another `Plaintext`",
            "aGVsbG8=",
        ),
        ("{present: [SharedSecret]}", "`SharedSecret`", "none"),
        (
            "{absent: [EncryptionAlgorithm]}",
            "no `EncryptionAlgorithm`",
            "SYMMETRIC_DEFAULT",
        ),
        ("{counts: {Grants: 1}}", "1 of `Grants`", "0"),
        (
            "{because: [\"key-policy#Other\"]}",
            "a decision because of key-policy#Other",
            "one because of key-policy#Enable IAM User Permissions, identity:AdministratorAccess#1",
        ),
    ] {
        let pair = (expected.to_owned(), found.to_owned());
        assert_eq!(decrypt(expect), [pair], "{expect}");
    }
}

#[test]
fn a_denial_brings_its_explanation() {
    let report =
        run_steps("  - {as: alice, operation: DescribeKey, parameters: {KeyId: alias/data}}")
            .unwrap();
    let StepStatus::Failed(found) = &report.steps[0].status else {
        panic!("{report:?}");
    };
    let explanation = found[0].explanation.as_deref().unwrap();
    assert!(explanation.contains("No identity-based policy of user alice allows kms:DescribeKey"));
    assert_eq!(found[0].place.line, 18);
    assert!(!report.passed());
    assert_eq!(report.counts(), (0, 1));
}

#[test]
fn implicit_and_explicit_denials_are_told_apart() {
    let denied = |expect| {
        wrong(&format!(
            "  - {{as: alice, operation: DescribeKey, parameters: {{KeyId: alias/data}}, expect: {expect}}}"
        ))
    };
    assert_eq!(denied("denied"), []);
    assert_eq!(denied("implicitDeny"), []);
    assert_eq!(denied("AccessDeniedException"), []);
    assert_eq!(
        denied("{decision: denied, message: no identity-based policy}"),
        []
    );
    assert_eq!(denied("explicitDeny")[0].0, "explicitDeny");
    assert_eq!(
        denied("{decision: denied, message: elsewhere}")[0].0,
        "a message with `elsewhere`"
    );
}

#[test]
fn what_cannot_be_done_is_no_success() {
    let steps = format!(
        "  - {{as: alice, operation: Encrypt, parameters: {{KeyId: alias/data, Plaintext: {{text: x}}}}, save: none, expect: denied}}\n{SEAL}  - {{as: admin, operation: Decrypt, parameters: {{CiphertextBlob: $none.CiphertextBlob}}}}"
    );
    assert_eq!(
        wrong(&steps),
        [("impossible".to_owned(), "`none` was not saved".to_owned())]
    );
    let steps = format!(
        "{SEAL}  - {{as: admin, operation: Decrypt, parameters: {{CiphertextBlob: $sealed.Blob}}}}"
    );
    assert_eq!(wrong(&steps)[0].1, "the result `sealed` has no `Blob`");
}

#[test]
fn a_run_depends_on_nothing_but_its_scenario() {
    let steps = "  - {as: admin, operation: CreateKey}\n  - {as: admin, operation: GenerateRandom, parameters: {NumberOfBytes: 8}, expect: {response: {Plaintext: {length: 9}}}}";
    let runs = [(); 2].map(|()| wrong(steps));
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0][0].0, "`Plaintext` to be 9 bytes");
}

#[test]
fn time_passes_before_each_repetition() {
    let report = run_steps(
        "  - {advance: 1d, repeat: 3, as: admin, operation: CreateKey, save: key}\n  - {as: admin, operation: DescribeKey, parameters: {KeyId: $key.KeyMetadata.KeyId}, expect: {response: {KeyMetadata: {CreationDate: \"2026-11-24T12:00:00Z\"}}}}",
    );
    let report = report.unwrap();
    assert!(report.passed(), "{}", report.human(false, false));
    assert_eq!(
        report.steps[0].advanced.as_deref(),
        Some("3d later, 2026-11-24T12:00:00Z")
    );
}

#[test]
fn strings_that_begin_with_a_dollar_can_be_written() {
    let steps = "  - {as: admin, operation: CreateKey, parameters: {Description: $$key}, save: key, expect: {response: {KeyMetadata: {Description: $$key}}}}\n  - {as: admin, operation: UpdateKeyDescription, parameters: {KeyId: $key.KeyMetadata.KeyId, Description: \"${aws:username}\"}}\n  - {as: admin, operation: DescribeKey, parameters: {KeyId: $key.KeyMetadata.KeyId}, expect: {response: {KeyMetadata: {Description: \"${aws:username}\"}}}}";
    assert_eq!(wrong(steps), []);
    let report = run_steps(steps).unwrap();
    assert!(report.passed(), "{}", report.human(false, false));
}
