mod questions;

use serde_json::{Value, json};

use crate::run_scenario;
use crate::simulator::Simulator;

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    users:
      - {name: admin, managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"]}
      - {name: alice}
"#;
const ADMIN: &str = "arn:aws:iam::111122223333:user/admin";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const ROOT_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn options() -> Value {
    json!({"now": 1_795_262_400_000_u64, "seed": 7, "rootKey": ROOT_KEY})
}

fn simulator(options: &Value) -> Simulator {
    Simulator::make(WORLD, Some(options.to_string()), None).unwrap()
}

fn call(simulator: &mut Simulator, caller: &str, operation: &str, body: &Value) -> Value {
    value(&simulator.call(caller, operation, &body.to_string()))
}

fn new_key(simulator: &mut Simulator) -> String {
    let answer = call(simulator, ADMIN, "CreateKey", &json!({}));
    assert_eq!(answer["status"], 200, "{answer}");
    answer["body"]["KeyMetadata"]["Arn"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let answer = value(&run_scenario("question: [", None));
    assert_eq!(answer["errors"][0]["file"], "scenario");
}

const SCENARIO: &str = r#"
question: Who may?
answer: The administrator.
world: worlds/one.yaml
steps:
  - {as: "arn:aws:iam::111122223333:user/admin", operation: CreateKey, save: key}
  - as: arn:aws:iam::111122223333:user/alice
    operation: DescribeKey
    parameters: {KeyId: $key.KeyMetadata.KeyId}
"#;

#[test]
fn a_scenario_runs_with_the_files_that_come_with_it() {
    let options = json!({"name": "a/b.yaml", "files": {"a/worlds/one.yaml": WORLD}});
    let report = value(&run_scenario(SCENARIO, Some(options.to_string())));
    assert_eq!(report["failed"], 1, "{report}");
    let scenario = &report["scenarios"][0];
    assert_eq!(scenario["file"], "a/b.yaml");
    assert_eq!(scenario["steps"][0]["status"], "passed");
    assert_eq!(scenario["steps"][1]["status"], "failed");

    let answer = value(&run_scenario(SCENARIO, None));
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("`files` has no `worlds/one.yaml`"),
        "{message}"
    );
}

#[test]
fn a_call_is_performed_recorded_and_explained() {
    let mut simulator = simulator(&options());
    let key = new_key(&mut simulator);
    let body = json!({"KeyId": key, "Plaintext": "aGVsbG8="});
    let sealed = call(&mut simulator, ADMIN, "Encrypt", &body);
    assert_eq!(sealed["event"]["eventName"], "Encrypt");
    assert_eq!(sealed["explanation"], Value::Null);
    let body = json!({"CiphertextBlob": sealed["body"]["CiphertextBlob"]});
    let opened = call(&mut simulator, ADMIN, "Decrypt", &body);
    assert_eq!(opened["body"]["Plaintext"], "aGVsbG8=");

    let denied = call(&mut simulator, ALICE, "Decrypt", &body);
    assert_eq!(denied["status"], 400);
    assert_eq!(denied["body"]["__type"], "AccessDeniedException");
    assert_eq!(denied["explanation"]["decision"], "implicitDeny");
    assert_eq!(denied["event"]["errorCode"], "AccessDenied");

    let events = value(&simulator.events());
    let names: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|own| own["eventName"].as_str())
        .collect();
    assert_eq!(names, ["CreateKey", "Encrypt", "Decrypt", "Decrypt"]);
    assert_eq!(simulator.events(), "[]");
}

#[test]
fn allowed_calls_are_explained_on_demand() {
    let mut given = options();
    given["explain"] = json!(true);
    let mut simulator = simulator(&given);
    let key = new_key(&mut simulator);
    let answer = call(&mut simulator, ADMIN, "DescribeKey", &json!({"KeyId": key}));
    assert_eq!(answer["explanation"]["decision"], "allowed");
    assert_eq!(answer["explanation"]["checks"].as_array().unwrap().len(), 1);
}

#[test]
fn callers_have_circumstances() {
    let mut simulator = simulator(&options());
    let caller = json!({"caller": ADMIN, "region": "eu-west-1"}).to_string();
    let answer = call(&mut simulator, &caller, "CreateKey", &json!({}));
    assert_eq!(answer["event"]["awsRegion"], "eu-west-1");
    let arn = answer["body"]["KeyMetadata"]["Arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:kms:eu-west-1:"), "{arn}");

    for wrong in [
        json!({"caller": ADMIN, "operation": "Decrypt"}),
        json!({"caller": ADMIN, "regoin": "eu-west-1"}),
        json!({"region": "eu-west-1"}),
    ] {
        let answer = call(&mut simulator, &wrong.to_string(), "CreateKey", &json!({}));
        assert!(
            answer["errors"][0]["message"].is_string(),
            "{wrong}: {answer}"
        );
    }
}

#[test]
fn statements_of_a_session_stand_in_the_callers_text() {
    let mut simulator = simulator(&options());
    let key = new_key(&mut simulator);
    let deny = json!({"Version": "2012-10-17", "Statement": {
        "Sid": "Never", "Effect": "Deny", "Action": "kms:*", "Resource": "*"}});
    let caller = json!({
        "caller": "arn:aws:sts::111122223333:federated-user/bob",
        "federatedBy": ADMIN,
        "sessionPolicies": [deny],
    });
    let answer = call(
        &mut simulator,
        &caller.to_string(),
        "DescribeKey",
        &json!({"KeyId": key}),
    );
    assert_eq!(
        answer["explanation"]["decision"], "explicitDeny",
        "{answer}"
    );
    let text = answer["explanation"].to_string();
    assert!(text.contains(r#""file":"caller""#), "{text}");
}

#[test]
fn requests_that_are_none_are_answered() {
    let mut simulator = simulator(&options());
    let answer = value(&simulator.call(ADMIN, "CreateKey", "{"));
    assert_eq!(answer["body"]["__type"], "SerializationException");
    assert_eq!(answer["event"], Value::Null);
    let answer = value(&simulator.call(ADMIN, "MakeKey", "{}"));
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("MakeKey")
    );
    assert_eq!(
        call(&mut simulator, ADMIN, "ListKeys", &json!({}))["status"],
        200
    );
}

/// Whether times are the same to the millisecond.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.5
}

#[test]
fn time_moves_on_and_things_fall_due() {
    let mut simulator = simulator(&options());
    let key = new_key(&mut simulator);
    let body = json!({"KeyId": key, "PendingWindowInDays": 7});
    let answer = call(&mut simulator, ADMIN, "ScheduleKeyDeletion", &body);
    assert_eq!(answer["status"], 200, "{answer}");
    let now = simulator.advance(0.0);
    assert!(same(now, 1_795_262_400_000.0), "{now}");
    for no_time in [-5.0, f64::NAN, f64::INFINITY] {
        assert!(same(simulator.advance(no_time), now), "{no_time}");
        assert!(same(simulator.set_time(no_time), now), "{no_time}");
    }
    let then = simulator.advance(8.0 * 86_400_000.0);
    assert!(same(then, now + 8.0 * 86_400_000.0), "{then}");
    let events = simulator.events();
    assert!(events.contains("DeleteKey"), "{events}");
    let answer = call(&mut simulator, ADMIN, "DescribeKey", &json!({"KeyId": key}));
    assert_eq!(answer["body"]["__type"], "NotFoundException");
}

#[test]
fn a_seed_makes_runs_that_can_be_repeated() {
    let keys = || new_key(&mut simulator(&options()));
    assert_eq!(keys(), keys());
    let other = json!({"now": 0, "seed": 8});
    assert_ne!(new_key(&mut simulator(&other)), keys());
    let unseeded = json!({"now": 0});
    assert_ne!(
        new_key(&mut simulator(&unseeded)),
        new_key(&mut simulator(&unseeded))
    );
}

#[test]
fn a_snapshot_goes_on_where_it_was_taken() {
    let mut first = simulator(&options());
    let key = new_key(&mut first);
    let sealed = call(
        &mut first,
        ADMIN,
        "Encrypt",
        &json!({"KeyId": key, "Plaintext": "aGVsbG8="}),
    );
    let snapshot = first.snapshot();
    assert_eq!(first.root_key(), ROOT_KEY);
    assert!(!snapshot.contains(ROOT_KEY));

    let restore =
        |options: &Value| Simulator::make(WORLD, Some(options.to_string()), Some(&snapshot));
    let mut second = restore(&options()).unwrap();
    let body = json!({"CiphertextBlob": sealed["body"]["CiphertextBlob"]});
    let opened = call(&mut second, ADMIN, "Decrypt", &body);
    assert_eq!(opened["body"]["Plaintext"], "aGVsbG8=");

    let mut wrong = options();
    wrong["rootKey"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let why = restore(&wrong).unwrap_err().into_json().to_string();
    assert!(why.contains("wrong root key"), "{why}");
    wrong.as_object_mut().unwrap().remove("rootKey");
    assert!(restore(&wrong).is_err());
    for broken in ["", "{", "{}", "[]", r#"{"format": "kmsim state"}"#] {
        assert!(Simulator::make(WORLD, Some(options().to_string()), Some(broken)).is_err());
    }
}

#[test]
fn options_are_checked() {
    for (wrong, about) in [
        (json!({"nwo": 1}), "`nwo` is not known"),
        (json!({"now": "today"}), "`now` takes"),
        (json!({"seed": -1}), "`seed` takes"),
        (json!({"rootKey": "AAAA"}), "`rootKey` takes"),
        (json!({"files": {"a": 1}}), "`files` takes"),
        (json!({"region": "?"}), "`region` takes"),
        (json!({"throttling": 1}), "`throttling` is"),
        (json!([]), "no JSON object"),
        (json!({}), "tells the time"),
    ] {
        let why = Simulator::make(WORLD, Some(wrong.to_string()), None).unwrap_err();
        let why = why.into_json().to_string();
        assert!(why.contains(about), "{wrong}: {why}");
    }
}
