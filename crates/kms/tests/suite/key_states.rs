//! Every operation times every key state times every origin, against the table of the guide.

use kmsim_types::key_state::{KeyFacts, KeyRole, StateError, permits, permits_as};
use kmsim_types::{KeyOrigin, KeyState, Operation};
use serde_json::Value;

use crate::files::{list, read, shared, table, text};

const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn facts(state: KeyState, origin: KeyOrigin) -> KeyFacts<'static> {
    KeyFacts {
        arn: ARN,
        state,
        origin,
    }
}

fn column(state: KeyState) -> &'static str {
    match state {
        KeyState::PendingReplicaDeletion => "PendingDeletion",
        state => state.name(),
    }
}

/// Whether a key of this origin can be in this state.
fn possible(state: KeyState, origin: KeyOrigin) -> bool {
    let stored = matches!(origin, KeyOrigin::AwsCloudHsm | KeyOrigin::ExternalKeyStore);
    match state {
        KeyState::PendingImport => origin == KeyOrigin::External,
        KeyState::Unavailable => stored,
        // Only multi-Region keys.
        KeyState::Creating | KeyState::Updating | KeyState::PendingReplicaDeletion => !stored,
        _ => true,
    }
}

/// The exception by the guide's footnotes; `None` for a call that the state does not hinder.
fn expected<'n>(outcome: &str, notes: &[&'n str], origin: KeyOrigin) -> Option<&'n str> {
    let stored = matches!(origin, KeyOrigin::AwsCloudHsm | KeyOrigin::ExternalKeyStore);
    let external = origin == KeyOrigin::External;
    if notes.contains(&"7") && stored {
        return Some("7");
    }
    if notes.contains(&"9") && !external {
        return Some("9");
    }
    if notes.contains(&"10") {
        return Some("10");
    }
    match (outcome, notes) {
        ("succeeds" | "depends", _) => None,
        // A key in a custom key store is symmetric, not multi-Region, and takes no imports: it is
        // refused for that, unless the refusal is the operation's own.
        ("notApplicable", _) => None,
        // The table gives no message for an import into a key that is pending deletion.
        ("fails", ["9"]) => Some("3"),
        ("fails", ["1", "7"]) => Some("1"),
        ("fails", ["3", "7"] | ["2", "3"]) => Some("3"),
        ("fails", ["8", "9"]) => Some("8"),
        ("fails", ["4", "13"]) => Some("4"),
        ("fails", [note]) => Some(note),
        other => panic!("{other:?}"),
    }
}

fn agrees(note: Option<&str>, state: KeyState, result: &Result<(), StateError>, data: &Value) {
    let Some(note) = note else {
        assert_eq!(*result, Ok(()));
        return;
    };
    let error = result.as_ref().unwrap_err();
    let footnote = list(&data["footnotes"])
        .iter()
        .find(|footnote| footnote["footnote"] == note.parse::<u8>().unwrap())
        .unwrap();
    assert_eq!(error.exception.name(), text(&footnote["exception"]));
    let message = footnote["message"].as_str().unwrap_or(match note {
        "8" => "<key ARN> is pending deletion.",
        _ => "<key ARN> origin is <origin> which is not valid for this operation.",
    });
    // The guide's message stands for both states.
    let words = match state {
        KeyState::PendingReplicaDeletion => "pending replica deletion",
        _ => "pending deletion",
    };
    let message = message
        .replace("pending deletion (or pending replica deletion)", words)
        .replace("<key ARN>", ARN);
    match message.split_once("<origin>") {
        Some((before, after)) => {
            assert!(error.message.starts_with(before) && error.message.ends_with(after));
        }
        None if state == KeyState::PendingReplicaDeletion => {
            let words = message.replace("is pending deletion", "is pending replica deletion");
            assert!([words, message].contains(&error.message), "{error}");
        }
        None => assert_eq!(error.message, message),
    }
}

#[test]
fn every_operation_in_every_state() {
    let data = table("key-states.json");
    let mut calls = 0;
    for row in list(&data["operations"]) {
        let operation: Operation = text(&row["operation"]).parse().unwrap();
        for state in KeyState::ALL {
            let mut words = text(&row[column(state)]).split(' ');
            let outcome = words.next().unwrap();
            let notes: Vec<_> = words.collect();
            for origin in KeyOrigin::ALL {
                if !possible(state, origin) {
                    continue;
                }
                let result = permits(operation, &facts(state, origin));
                if outcome == "notApplicable" && operation == Operation::DeleteImportedKeyMaterial {
                    // No key in a custom key store takes imports.
                    agrees(Some("9"), state, &result, &data);
                } else {
                    agrees(expected(outcome, &notes, origin), state, &result, &data);
                }
                calls += 1;
            }
        }
    }
    assert_eq!(calls, list(&data["operations"]).len() * 21);
}

#[test]
fn operations_without_a_key_know_no_state() {
    let data = table("key-states.json");
    let with: Vec<_> = list(&data["operations"])
        .iter()
        .map(|row| text(&row["operation"]))
        .collect();
    let without: Vec<_> = Operation::ALL
        .into_iter()
        .filter(|operation| !with.contains(&operation.name()))
        .collect();
    for operation in &without {
        for state in KeyState::ALL {
            assert_eq!(
                permits(*operation, &facts(state, KeyOrigin::AwsKms)),
                Ok(())
            );
        }
    }
    insta::assert_debug_snapshot!(without);
}

#[test]
fn an_alias_can_leave_a_key_that_is_pending_deletion_but_not_go_to_one() {
    for state in [KeyState::PendingDeletion, KeyState::PendingReplicaDeletion] {
        let key = facts(state, KeyOrigin::AwsKms);
        let former = permits_as(Operation::UpdateAlias, KeyRole::FormerTarget, &key);
        assert_eq!(former, Ok(()));
        let error = permits(Operation::UpdateAlias, &key).unwrap_err();
        assert_eq!(error.exception.name(), "KMSInvalidStateException");
        assert!(error.message.ends_with("is pending deletion."));
    }
}

#[test]
fn a_key_of_an_impossible_state_panics_nobody() {
    for operation in Operation::ALL {
        for state in KeyState::ALL {
            for origin in KeyOrigin::ALL {
                if let Err(error) = permits(operation, &facts(state, origin)) {
                    assert!(error.message.starts_with(ARN), "{error}");
                }
            }
        }
    }
}

/// The table in the repository is the one of the facts.
#[test]
fn the_table_is_that_of_the_facts() {
    let Some(path) = shared("facts/key-states.json") else {
        return;
    };
    let facts = read(&path);
    let data = table("key-states.json");
    let rows = list(&data["operations"]);
    let theirs = facts["table"].as_object().unwrap();
    assert_eq!(rows.len(), theirs.len());
    for row in rows {
        for (state, cell) in theirs[text(&row["operation"])]["states"]
            .as_object()
            .unwrap()
        {
            let outcome = match text(&cell["result"]) {
                "success" => "succeeds",
                "fail" => "fails",
                "conditional" => "depends",
                _ => "notApplicable",
            };
            let mut words = vec![outcome];
            words.extend(list(&cell["footnotes"]).iter().map(text));
            assert_eq!(text(&row[state]), words.join(" "));
        }
    }
}
