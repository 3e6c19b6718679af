use serde_json::{Value, json};

use crate::{check, lint, rule, rules, tables};

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

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

#[test]
fn one_of_several_cases_is_chosen_by_name_or_place() {
    let case = |name: &str, action: &str| {
        json!({
            "name": name,
            "request": {
                "principal": ALICE,
                "action": action,
                "resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            },
            "policies": {"resource": {"Version": "2012-10-17", "Statement":
                {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "kms:Decrypt", "Resource": "*"}}},
        })
    };
    let cases = json!([case("first", "kms:Decrypt"), case("second", "kms:Encrypt")]).to_string();
    let of = |wanted: &str| value(&check(&cases, Some(json!({"case": wanted}).to_string())));
    assert_eq!(of("first")["decision"], "allowed");
    assert_eq!(of("2")["decision"], "implicitDeny");
    let wrong = of("secnd");
    assert_eq!(wrong["errors"][0]["help"], "did you mean `second`?");
    let none = value(&check(&cases, None));
    assert_eq!(none["errors"][0]["message"], "the document holds 2 cases");

    let fixes = json!({"case": "second", "fixes": true}).to_string();
    let mended = value(&check(&cases, Some(fixes)));
    assert_eq!(
        mended["fixes"]["fixes"][0]["changes"][0]["document"]["kind"],
        "key-policy"
    );
}

#[test]
fn what_aws_would_refuse_is_evaluated_if_that_is_asked_for() {
    let case = include_str!("../tests/case.json");
    let case = case.replace(
        "{ \"AWS\": \"arn:aws:iam::111122223333:user/alice\" }",
        "{ \"AWS\": [\"arn:aws:iam::111122223333:user/alice\", \"arn:aws:iam::111122223333:user/b*\"] }",
    );
    assert_eq!(
        value(&check(&case, None))["errors"][0]["code"],
        "principal-wildcard"
    );
    let lenient = json!({"lenient": true}).to_string();
    assert_eq!(value(&check(&case, Some(lenient)))["decision"], "allowed");
}

#[test]
fn policies_are_linted_with_repairs() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decript", "Resource": "*"}]}"#;
    let options = json!({"name": "policy.json", "kind": "identity"}).to_string();
    let report = value(&lint(policy, Some(options)));
    assert_eq!(report["policies"][0]["kind"], "identity");
    let findings = report["policies"][0]["findings"].as_array().unwrap();
    let misspelt = |finding: &&Value| finding["message"].as_str().unwrap().contains("Decript");
    let finding = findings.iter().find(misspelt).unwrap();
    assert_eq!(finding["line"], 1);
    let code = finding["code"].as_str().unwrap();
    assert_eq!(value(&rule(code))["rules"][0]["code"], code);

    let key = json!({"kind": "key-policy", "key": {"spec": "NO_SUCH_SPEC"}}).to_string();
    assert_eq!(
        value(&lint(policy, Some(key)))["errors"][0]["code"],
        "key-facts"
    );
    let kind = json!({"kind": "keypolicy"}).to_string();
    assert!(value(&lint(policy, Some(kind)))["errors"][0].is_object());
}

#[test]
fn rules_are_listed_and_documented() {
    let list = value(&rules());
    let list = list["rules"].as_array().unwrap();
    assert!(list.len() > 100);
    for one in list {
        let documentation = value(&rule(one["code"].as_str().unwrap()));
        let documentation = &documentation["rules"][0];
        assert_eq!(documentation["name"], one["name"]);
        assert!(!documentation["fires"]["text"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        value(&rule("KMS999"))["errors"][0]["message"],
        "there is no rule `KMS999`"
    );
}
