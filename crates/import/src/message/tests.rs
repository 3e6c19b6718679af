use std::path::Path;

use proptest::prelude::{ProptestConfig, proptest};
use serde_json::{Value, json};

use super::{Message, messages};

fn read(path: &str) -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(path)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

fn only(text: &str) -> Message {
    match messages(text).as_slice() {
        [message] => message.clone(),
        several => panic!("{} messages: {text}", several.len()),
    }
}

/// What of a message is not its default, as the fixtures write it.
fn shown(message: &Message) -> Value {
    let mut shown = json!({"kind": message.kind.name()});
    for (name, value) in [
        ("principal", message.principal.as_deref()),
        ("action", message.action.as_deref()),
        ("resource", message.resource.as_deref()),
        (
            "policyType",
            message.policy_type.map(super::PolicyType::name),
        ),
        ("policyArn", message.policy_arn.as_deref()),
    ] {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    }
    if message.hidden.is_some() {
        shown["resourceHidden"] = true.into();
    }
    shown
}

fn wrapper_shown(message: &Message) -> Value {
    let wrapper = &message.wrapper;
    let mut shown = json!({});
    for (name, value) in [
        ("code", &wrapper.code),
        ("operation", &wrapper.operation),
        ("service", &wrapper.service),
        ("requestId", &wrapper.request_id),
    ] {
        if let Some(value) = value {
            shown[name] = (**value).into();
        }
    }
    shown
}

#[test]
fn every_wording() {
    let file = read("fixtures/denials/messages.json").unwrap();
    let mut wrong = Vec::new();
    for case in file["messages"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        let message = only(text);
        let found = shown(&message);
        if found != case["expect"] {
            wrong.push(format!("{}: {found}", case["name"]));
        }
        let around = wrapper_shown(&message);
        if case
            .get("wrapper")
            .is_some_and(|expected| *expected != around)
        {
            wrong.push(format!("{}: {around}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_shared_wordings() {
    let places = ["../shared", "../../shared"];
    let mut files = places
        .iter()
        .filter_map(|place| read(&format!("{place}/inputs/access-denied-messages.json")));
    let Some(file) = files.next() else {
        println!("skipped: no shared/inputs beside the checkout");
        return;
    };
    let cases = file["messages"].as_array().unwrap();
    assert_eq!(cases.len(), 40);
    for case in cases {
        let message = only(case["message"].as_str().unwrap());
        let expected = &case["expect"];
        let found = json!({
            "kind": message.kind.name(),
            "principal": message.principal.as_deref(),
            "action": message.action.as_deref(),
            "resource": message.resource.as_deref(),
            "policy_type": message.policy_type.map(super::PolicyType::name),
            "policy_arn": message.policy_arn.as_deref(),
            "resource_hidden": message.hidden.is_some(),
            "means": expected["means"],
        });
        assert_eq!(found, *expected, "{}", case["id"]);
    }
}

const DENIED: &str =
    "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Decrypt";

#[test]
fn several_messages_in_one_text() {
    let text = format!(
        "10:01 An error occurred (AccessDeniedException) when calling the Decrypt operation: {DENIED} \
         because no session policy allows the kms:Decrypt action\n\
         10:02 An error occurred (DisabledException) when calling the Encrypt operation: \
         arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab is disabled.\n\
         10:03 {DENIED}"
    );
    let found = messages(&text);
    let operations: Vec<_> = found
        .iter()
        .map(|one| (one.kind.name(), one.wrapper.operation.as_deref()))
        .collect();
    assert_eq!(
        operations,
        [
            ("implicit", Some("Decrypt")),
            ("not-authorization", Some("Encrypt")),
            ("unknown", None)
        ]
    );
    assert_eq!(text.get(found[2].range.clone()), Some(DENIED));
    assert_eq!(found[1].exception, Some("DisabledException"));
}

#[test]
fn other_texts_are_no_messages() {
    for text in [
        "",
        "User",
        "User:",
        "User: alice",
        "the User: is not authorized to perform: ",
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms is disabled",
        "is not authorized to perform: kms:Decrypt",
        "The key to success is not found in books.",
        "{\"Version\": \"2012-10-17\", \"Statement\": []}",
    ] {
        assert_eq!(messages(text), [], "{text}");
    }
}

#[test]
fn long_texts_take_no_longer_than_they_are_long() {
    for piece in [
        "User ",
        "User: a\n",
        "arn:",
        "arn:a\n",
        "\\n",
        "\"",
        "x\n",
        "User: x is ",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        assert_eq!(messages(&text), [], "{piece}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A terminal may break a line anywhere.
    #[test]
    fn broken_lines_change_nothing(width in 30_usize..160) {
        let whole = format!("{DENIED} on resource: arn:aws:kms:us-east-1:111122223333:key/\
            1234abcd-12ab-34cd-56ef-1234567890ab with an explicit deny in a service control policy: \
            arn:aws:organizations::999999999999:policy/o-exampleorgid/service_control_policy/p-examplescp1");
        let lines: Vec<String> = whole
            .as_bytes()
            .chunks(width)
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        let found = only(&lines.join("\n"));
        let expected = only(&whole);
        let mut expected = shown(&expected);
        // Where a policy's ARN ends nothing tells, if a line ends there.
        expected["policyArn"] = shown(&found)["policyArn"].clone();
        assert_eq!(shown(&found), expected);
    }

    #[test]
    fn no_text_panics(text in "(User: |arn:aws:kms:|is not authorized to perform: |kms:Decrypt|on resource: |\\n|\\\\n|\"|é|x){0,24}") {
        messages(&text);
    }
}
