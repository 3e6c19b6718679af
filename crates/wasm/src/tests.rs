use serde_json::{Value, json};

use crate::{check, tables};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_case_is_decided_and_explained() {
    let case = include_str!("../tests/case.json");
    let answer = value(&check(case, None));
    assert_eq!(answer["decision"], "allowed");
    assert_eq!(answer["because"][0], "key-policy#Use");
}

#[test]
fn a_call_is_decided_against_the_world_beside_it() {
    let question = json!({
        "world": {"accounts": [{
            "id": "111122223333",
            "users": [{"name": "alice"}],
            "keys": [{
                "id": "1234abcd-12ab-34cd-56ef-1234567890ab",
                "region": "us-east-1",
                "policy": {"file": "key.json"},
            }],
        }]},
        "call": {
            "caller": "arn:aws:iam::111122223333:user/alice",
            "operation": "Decrypt",
            "keyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        },
    });
    let key_policy = r#"{"Version": "2012-10-17", "Statement":
        {"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
         "Action": "kms:Decrypt", "Resource": "*"}}"#;
    let options = json!({"name": "call.json", "files": {"key.json": key_policy}}).to_string();
    let answer = value(&check(&question.to_string(), Some(options.clone())));
    assert_eq!(answer["decision"], "allowed", "{answer}");
    let statement = &answer["checks"][0]["layers"][0]["statements"][0];
    assert_eq!(statement["location"]["file"], "key.json");
    assert_eq!(statement["location"]["line"], 2);

    let stranger = question.to_string().replace("user/alice", "user/bob");
    let answer = value(&check(&stranger, Some(options)));
    assert_eq!(answer["errors"][0]["code"], "unresolved", "{answer}");
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let answer = value(&check("{\"request\": {}}", None));
    assert_eq!(answer["errors"][0]["code"], "missing-field");
    assert_eq!(answer["errors"][0]["column"], 13);
    let answer = value(&check("", Some("{\"nam\": 1}".to_owned())));
    assert_eq!(
        answer["errors"][0]["message"],
        "the option `nam` is not known"
    );
}

#[test]
fn tables_have_what_editors_complete() {
    let tables = value(&tables());
    assert_eq!(tables["actions"].as_array().unwrap().len(), 58);
    let names = |list: &str| {
        let list = tables[list].as_array().unwrap().iter();
        let name = |one: &Value| one["name"].as_str().or(one.as_str()).unwrap().to_owned();
        list.map(name).collect::<Vec<_>>()
    };
    assert!(names("conditionKeys").contains(&"kms:ViaService".to_owned()));
    assert!(names("operators").contains(&"StringEquals".to_owned()));
    assert!(names("operations").contains(&"ReEncrypt".to_owned()));
    assert!(names("services").contains(&"s3".to_owned()));
}
