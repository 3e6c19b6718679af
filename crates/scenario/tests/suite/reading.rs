//! Mistakes in scenarios are told with their places.

use kmsim_authz::reader::NoFiles;

use crate::support::{run_steps, run_text};

/// The one finding about the steps, without its place.
#[track_caller]
fn mistake(steps: &str) -> String {
    let found = run_steps(steps).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    let (place, message) = found[0].split_once(": ").unwrap();
    assert!(place.starts_with("test.yaml:"), "{place}");
    message.to_owned()
}

#[test]
fn a_scenario_has_a_question_a_world_steps_and_an_answer() {
    let found = run_text("test.yaml", "schema: 1", &NoFiles).unwrap_err();
    for field in ["question", "world", "steps", "answer"] {
        let message = format!("a scenario needs the field `{field}`");
        assert!(
            found.iter().any(|line| line.contains(&message)),
            "{found:?}"
        );
    }
    let text = "{schema: 2, question: \"a\\nb\", answer: x, world: {}, steps: [], stpes: []}";
    let found = run_text("test.yaml", text, &NoFiles).unwrap_err();
    assert_eq!(
        found,
        [
            "test.yaml:1:10: error[schema]: version 2 of scenarios is not known",
            "test.yaml:1:23: error[one-line]: `question` takes one line of text",
            "test.yaml:1:64: error[unknown-field]: a scenario has no field `stpes`",
        ]
    );
}

#[test]
fn names_and_words_must_be_known() {
    for (steps, message) in [
        (
            "  - {as: admni, operation: ListKeys}",
            "error[unknown-name]: `callers` has no `admni`",
        ),
        (
            "  - {as: admin, operation: ListKyes}",
            "error[operation]: `ListKyes` is not an operation of KMS",
        ),
        (
            "  - {as: admin, operation: Encrypt, parameters: {KeyID: alias/data}}",
            "error[parameter]: Encrypt has no parameter `KeyID`",
        ),
        (
            "  - {as: admin, operation: ListKeys, expct: allowed}",
            "error[unknown-field]: a step has no field `expct`",
        ),
        (
            "  - {as: admin, operation: ListKeys, expect: DisabledExeption}",
            "error[unknown-name]: `DisabledExeption` is no outcome",
        ),
        (
            "  - {as: admin, operation: ListKeys, expect: DisableException}",
            "error[exception]: KMS has no exception `DisableException`",
        ),
        (
            "  - {as: admin, operation: ListKeys, expect: {respnse: {}}}",
            "error[unknown-field]: an expectation has no field `respnse`",
        ),
        (
            "  - {as: admin, operation: DescribeKey, parameters: {KeyId: $key.KeyId}}",
            "error[unknown-name]: no step before this one saves `key`",
        ),
        (
            "  - {as: admin, operation: CreateKey, save: 1st}",
            "error[name]: `1st` is no name for a result",
        ),
        (
            "  - {as: admin, action: \"s3:GetObject\", resource: x}",
            "error[arn]: an ARN begins with `arn:`: \"x\"",
        ),
        (
            "  - {as: admin, action: \"kms:Decrypt\", resource: \"*\"}",
            "error[action]: an action of KMS is called as an `operation`",
        ),
    ] {
        assert_eq!(mistake(steps), message, "{steps}");
    }
}

#[test]
fn values_are_written_so_that_nothing_is_guessed() {
    let step = |plaintext: &str| {
        format!(
            "  - {{as: admin, operation: Encrypt, parameters: {{KeyId: alias/data, Plaintext: {plaintext}}}}}"
        )
    };
    for (plaintext, message) in [
        (
            "hello",
            "error[wrong-type]: `bytes` takes a way to write them, found a string",
        ),
        (
            "{txt: hello}",
            "error[wrong-type]: `bytes` takes a way to write them, found an object",
        ),
        (
            "{hex: 0}",
            "error[bytes]: these bytes are not written as it is said",
        ),
        (
            "{base64: \"?\"}",
            "error[bytes]: these bytes are not written as it is said",
        ),
        (
            "{zeros: -1}",
            "error[wrong-type]: `zeros` takes a whole number, found a number",
        ),
        (
            "{random: 99999999999}",
            "error[bytes]: `random` takes at most 67108864 bytes",
        ),
        (
            "{length: 3}",
            "error[wrong-type]: `bytes` takes a way to write them, found an object",
        ),
        (
            "{file: secret.txt}",
            "error[file]: cannot read `secret.txt`: files cannot be read here",
        ),
    ] {
        let found = run_steps(&step(plaintext)).unwrap_err();
        assert!(found[0].ends_with(message), "{found:?}");
    }
    assert_eq!(
        mistake("  - {advance: 30}"),
        "error[duration]: `advance` takes a length of time"
    );
    assert_eq!(
        mistake("  - {advance: {to: tomorrow}}"),
        "error[time]: `to` takes a point in time"
    );
}

#[test]
fn a_step_does_one_thing() {
    assert_eq!(
        mistake("  - {name: x}"),
        "error[empty-step]: this step does nothing"
    );
    let found = run_steps("  - {as: admin, operation: ListKeys, expectCost: {}}").unwrap_err();
    assert!(
        found[0].contains("a step does one thing: it has `operation` and `expectCost`"),
        "{found:?}"
    );
    assert_eq!(
        mistake("  - {as: admin, operation: ListKeys, repeat: 0}"),
        "error[repeat]: `repeat` takes a number from 1 to 200000"
    );
    assert_eq!(
        mistake(
            "  - {as: admin, operation: ListKeys, save: a}\n  - {as: admin, operation: ListKeys, save: a}"
        ),
        "error[duplicate-name]: a result is called `a` already"
    );
    assert_eq!(
        mistake(
            "  - {as: admin, operation: ListKeys, expect: {error: DisabledException, response: {}}}"
        ),
        "error[response]: a call that fails has no response to look at"
    );
    assert_eq!(
        mistake("  - {as: admin, operation: ListKeys, expect: {message: x}}"),
        "error[message]: a call that succeeds has no error message to look at"
    );
    assert_eq!(
        mistake("  - {as: admin, operation: ListKeys, expect: depends}"),
        "error[outcome]: a call that is really made does not depend on anything unknown"
    );
}
