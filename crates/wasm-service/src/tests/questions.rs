//! Questions to whole worlds.

use serde_json::{Value, json};

use super::Simulator;
use crate::{can, ciphertext_header, explain, message_header, test_file, who_can};

const WORLD: &str = include_str!("../../../../fixtures/worlds/two-accounts.yaml");
const TESTS: &str = include_str!("../../../../fixtures/policy-tests/two-accounts.yaml");

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn some(options: &Value) -> String {
    options.to_string()
}

/// A key of the world, and somebody who can do something on it.
fn somebody() -> (String, String) {
    let everything = json!({"principal": "arn:aws:iam::111122223333:root"});
    let answers = value(&can(WORLD, Some(some(&everything))));
    let answers = answers["answers"].as_array().unwrap();
    let answer = answers
        .iter()
        .find(|answer| answer["key"].is_string())
        .unwrap();
    (
        answer["key"].as_str().unwrap().to_owned(),
        answer["principal"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_world_is_asked_who_can() {
    let (key, _) = somebody();
    let found = value(&who_can(
        WORLD,
        Some(some(&json!({"action": "kms:Decrypt", "key": key}))),
    ));
    assert_eq!(found["key"], key);
    assert!(!found["answers"].as_array().unwrap().is_empty());

    let wrong = value(&who_can(
        WORLD,
        Some(some(&json!({"action": "kms:Decript", "key": key}))),
    ));
    assert!(
        wrong["errors"][0]["help"]
            .as_str()
            .unwrap()
            .contains("kms:Decrypt")
    );
    let wrong = value(&who_can(
        WORLD,
        Some(some(&json!({"action": "Decrypt", "key": "alias/none"}))),
    ));
    assert!(
        wrong["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("alias/none")
    );
    let wrong = value(&who_can(WORLD, None));
    assert!(
        wrong["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("`action`")
    );
    let call = json!({"action": "Decrypt", "key": key, "call": {"vai": "s3"}});
    assert_eq!(
        value(&who_can(WORLD, Some(some(&call))))["errors"][0]["file"],
        "call"
    );
    let wrong = value(&who_can(
        "accounts: [",
        Some(some(&json!({"action": "CreateKey"}))),
    ));
    assert_eq!(wrong["errors"][0]["file"], "world");
    assert!(value(&can(WORLD, None))["errors"].is_array());
    let wrong = json!({"principal": "alice"});
    assert!(value(&can(WORLD, Some(some(&wrong))))["errors"][0]["help"].is_string());
}

const DENIED: &str = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: \
    kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab \
    because no identity-based policy allows the kms:Decrypt action";

#[test]
fn a_denial_is_explained_with_and_without_a_world() {
    let alone = value(&explain(DENIED, None));
    let report = &alone["reports"][0];
    assert_eq!(report["agreement"], "not-compared");
    assert_eq!(
        report["call"]["caller"],
        "arn:aws:iam::111122223333:user/alice"
    );
    assert_eq!(report["call"]["operation"], "Decrypt");

    let options = json!({"world": "w.yaml", "files": {"w.yaml": WORLD}, "fixes": false});
    let report = value(&explain(DENIED, Some(some(&options))));
    assert!(report["reports"][0]["verdict"].is_string());
    assert_eq!(report["reports"][0]["fixes"], Value::Null);

    let nothing = value(&explain("it works", None));
    assert_eq!(
        nothing["errors"][0]["message"],
        "no denial was found in the message"
    );
    let missing = value(&explain(DENIED, Some(some(&json!({"world": "w.yaml"})))));
    assert_eq!(missing["errors"][0]["message"], "`files` has no `w.yaml`");
    let cut = value(&explain(
        r#"{"eventName": "Decrypt", "userIdentity": "#,
        None,
    ));
    assert!(cut["errors"][0]["line"].is_number(), "{cut}");
}

#[test]
fn policy_tests_are_run() {
    let files = json!({"fixtures/worlds/two-accounts.yaml": WORLD});
    let name = "fixtures/policy-tests/two-accounts.yaml";
    let report = value(&test_file(
        TESTS,
        Some(some(&json!({"name": name, "files": files}))),
    ));
    assert!(report["passed"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(report["failed"], 0);

    let filter = json!({"name": name, "files": files, "filter": "no such name"});
    assert!(value(&test_file(TESTS, Some(some(&filter))))["errors"].is_array());
    let none = value(&test_file("{\"Statement\": []}", None));
    assert_eq!(none["errors"][0]["message"], "`tests` holds no cases");
    assert!(value(&test_file("[", None))["errors"][0]["line"].is_number());
}

#[test]
fn a_file_is_encrypted_under_a_data_key_and_decrypted() {
    let (key, _) = somebody();
    let options = json!({"now": 1_700_000_000_000_i64, "seed": 7});
    let made = Simulator::make(WORLD, Some(some(&options)), None);
    let mut simulator = made.unwrap();
    let root = "arn:aws:iam::111122223333:root";
    let context = r#"{"team": "orders"}"#;
    let message = simulator.encrypted(root, &key, context, b"secret").unwrap();
    let header = value(&message_header(&message));
    assert_eq!(header["encryptionContext"]["team"], "orders");
    let wrapped = &header["encryptedDataKeys"][0];
    assert_eq!(wrapped["providerInfo"], key);

    let blob = value(&ciphertext_header(wrapped["ciphertext"].as_str().unwrap()));
    assert!(key.ends_with(blob["keyId"].as_str().unwrap()));
    let lengths = blob["parts"].as_array().unwrap().iter();
    let sum: u64 = lengths.map(|part| part["length"].as_u64().unwrap()).sum();
    assert_eq!(blob["length"], sum);

    assert_eq!(simulator.decrypted(root, &message).unwrap(), b"secret");
    let mut changed = message.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(simulator.decrypted(root, &changed).is_err());
    assert!(simulator.encrypted(root, &key, "[]", b"").is_err());
    assert!(value(&message_header(b"no message"))["errors"].is_array());
    assert!(value(&ciphertext_header("AQIDAHh="))["errors"].is_array());
    assert!(value(&ciphertext_header("%"))["errors"].is_array());
}
