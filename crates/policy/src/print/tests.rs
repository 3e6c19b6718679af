use proptest::prelude::*;

use super::*;
use crate::parse::parse;
use crate::source::SourceId;
use crate::syntax::PolicyKind;
use crate::testing::{documents, files, open_documents, without_spans};

fn policy(text: &str, kind: PolicyKind) -> Option<Policy> {
    parse(text, SourceId(0), kind, &mut Vec::new())
}

fn assert_survives(text: &str, kind: PolicyKind) {
    let Some(policy_before) = policy(text, kind) else {
        return;
    };
    let printed = to_json(&policy_before);
    let policy_after = policy(&printed, kind).expect("what is printed can be read");
    assert_eq!(to_json(&policy_after), printed);
    assert_eq!(
        without_spans(policy_after),
        without_spans(policy_before),
        "{text}\n{printed}"
    );
}

proptest! {
    #[test]
    fn printing_keeps_the_meaning((kind, text) in documents()) {
        assert_survives(&text, kind);
    }

    #[test]
    fn printing_keeps_what_is_not_known((kind, text) in open_documents()) {
        assert_survives(&text, kind);
        if let (Some(policy), true) = (policy(&text, kind), text.contains(MARKER)) {
            let lost = ["Version", "Id", "Sid"].into_iter().any(|name| {
                text.contains(&format!("\"{name}\":{{\"{MARKER}"))
            });
            prop_assert!(lost || to_json(&policy).contains(MARKER), "{}", text);
        }
    }
}

#[test]
fn policies_in_fixtures_keep_their_meaning() {
    for (_, text) in files("fixtures/policies")
        .into_iter()
        .chain(files("policies"))
    {
        for kind in PolicyKind::ALL {
            assert_survives(&text, kind);
        }
    }
}

#[test]
fn one_canonical_form() {
    let text = r#"{
        "Statement": {
            "Condition": {
                "Bool": {"kms:GrantIsForAWSResource": true},
                "NumericLessThan": {"aws:MultiFactorAuthAge": [3600, "7200"]}
            },
            "NotResource": ["*"],
            "Action": ["kms:Decrypt", "kms:Encrypt"],
            "Principal": {
                "Service": "cloudtrail.amazonaws.com",
                "AWS": ["111122223333", "*"]
            },
            "Effect": "Deny",
            "Sid": "a \"quoted\" é\n"
        },
        "Version": "2012-10-17"
    }"#;
    let policy = policy(text, PolicyKind::KeyPolicy).unwrap();
    insta::assert_snapshot!(to_json(&policy));
}

#[test]
fn everyone_is_a_star_and_nobody_an_empty_object() {
    let principal = |element: &str| {
        let text = format!("{{\"Statement\": {{\"Effect\": \"Deny\", {element}}}}}");
        let printed = to_json(&policy(&text, PolicyKind::KeyPolicy).unwrap());
        let lines = printed.lines().skip(4).map(str::trim);
        lines.take_while(|line| *line != "]").collect::<String>()
    };
    assert_eq!(principal("\"Principal\": \"*\""), "\"Principal\": \"*\"}");
    assert_eq!(
        principal("\"Principal\": {\"AWS\": [\"*\"]}"),
        "\"Principal\": \"*\"}"
    );
    assert_eq!(principal("\"NotPrincipal\": {}"), "\"NotPrincipal\": {}}");
    assert_eq!(
        principal("\"Principal\": \"111122223333\""),
        "\"Principal\": {\"AWS\": \"111122223333\"}}"
    );
    assert_eq!(principal("\"Action\": []"), "\"Action\": []}");
}

#[test]
fn nodes_print_as_serde_json_does() {
    for text in [
        "{}",
        "[]",
        "null",
        "[1.50, {\"a\": [true, \"é\\n\\u0001\"]}, {}, []]",
        "\"\"",
    ] {
        let node = crate::json::parse(text, SourceId(0), &mut Vec::new()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text.replace("1.50", "1.5")).unwrap();
        let expected = serde_json::to_string_pretty(&value).unwrap() + "\n";
        assert_eq!(node_to_json(&node).replace("1.50", "1.5"), expected);
    }
    let node = crate::yaml::parse("[0x1F, 012, 12]", SourceId(0), &mut Vec::new()).unwrap();
    assert_eq!(node_to_json(&node), "[\n  \"0x1F\",\n  \"012\",\n  12\n]\n");
}

fn trees() -> impl Strategy<Value = Node<'static>> {
    let string = prop_oneof![
        any::<String>(),
        "[a-zA-Z:# *&!|>'\"%@`{}\\[\\],?~<=._-]{0,12}",
        proptest::sample::select(vec![
            "",
            "true",
            "No",
            "null",
            "~",
            "012",
            "1e3",
            "2012-10-17",
            "111122223333",
            "kms:*",
            "a: b",
            "a #b",
            "- a",
            "---",
            "...",
            "<<",
            "\u{2028}",
            "\u{feff}",
            "a\nb",
            "\t",
            "x:",
        ])
        .prop_map(str::to_owned),
    ];
    let number = proptest::sample::select(vec!["0", "-1", "3.5e-7", "123456789012"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|text| Value::Number(text.into())),
        string.clone().prop_map(|text| Value::String(text.into())),
    ];
    leaf.prop_map(node).prop_recursive(4, 40, 6, move |inner| {
        let members = proptest::collection::btree_map(string.clone(), inner.clone(), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(|items| node(Value::Array(items))),
            members.prop_map(|members| {
                let members = members.into_iter();
                let members = members.map(|(key, value)| member(key.into(), value));
                node(Value::Object(members.collect()))
            }),
        ]
    })
}

fn placeless(tree: Node<'_>) -> Node<'_> {
    node(match tree.value {
        Value::Array(items) => Value::Array(items.into_iter().map(placeless).collect()),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|found| member(found.key, placeless(found.value)))
                .collect(),
        ),
        value => value,
    })
}

proptest! {
    #[test]
    fn yaml_gives_the_same_tree(tree in trees()) {
        let text = node_to_yaml(&tree);
        let mut found = Vec::new();
        let read = crate::yaml::parse(&text, SourceId(0), &mut found);
        prop_assert_eq!(read.map(placeless), Some(tree), "{}", text);
    }
}

#[test]
fn yaml_is_written_as_people_write_it() {
    let text = r#"{"accounts": [{"id": "111122223333", "aliases": ["alias/orders", "alias/2"], "tags": {"kms:a": "yes"},
        "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]},
        "empty": [], "none": {}, "nested": [[1], [null, true]]}]}"#;
    let tree = crate::json::parse(text, SourceId(0), &mut Vec::new()).unwrap();
    insta::assert_snapshot!(node_to_yaml(&tree));
}
