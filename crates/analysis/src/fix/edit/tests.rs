use serde_json::{Value, json};

use super::super::document::{with_replaced, with_statement};
use super::*;

fn of(text: &str, is_yaml: bool) -> Snippet<'_> {
    Snippet {
        text: text.into(),
        is_yaml,
        end: text.len(),
    }
}

fn now(snippet: &Snippet<'_>) -> Value {
    to_value(&snippet.node().unwrap())
}

fn added(text: &str, is_yaml: bool) -> String {
    let snippet = of(text, is_yaml);
    let statement =
        json!({"Sid": "New", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["a", "b"]});
    edited(&snippet, &with_statement(&now(&snippet), statement)).unwrap()
}

#[test]
fn a_statement_stands_as_those_before_it() {
    let several_lines = "{\n    \"Statement\": [\n        {\n            \"Effect\": \"Deny\"\n        }\n    ],\n    \"Version\": \"2012-10-17\"\n}";
    let brackets_together = "{\n  \"Statement\": [{\n    \"Effect\": \"Deny\"\n  }]\n}";
    let one_line = "{\"Statement\": [{\"Effect\": \"Deny\"}]}";
    let alone = "{\n  \"Statement\": {\n    \"Effect\": \"Deny\"\n  }\n}";
    let tabs = "{\n\t\"Statement\": [\n\t\t{\"Effect\": \"Deny\"}\n\t]\n}";
    let none = "{\"Version\": \"2012-10-17\", \"Statement\": []}";
    let texts = [
        several_lines,
        brackets_together,
        one_line,
        alone,
        tabs,
        none,
    ];
    let shown: Vec<String> = texts.into_iter().map(|text| added(text, false)).collect();
    insta::assert_snapshot!(shown.join("\n----\n"));
}

#[test]
fn yaml_keeps_its_style() {
    let block = "Version: \"2012-10-17\"\nStatement:\n  - Effect: Deny\n    Action: kms:*  # all\n";
    let not_indented = "    Statement:\n    - Effect: Deny\n      Action:\n      - kms:*\n";
    let flow = "Statement: [{Effect: Deny, Action: \"kms:*\"}]";
    let flow_in_block = "Statement:\n  - {Effect: Deny, Action: \"kms:*\"}\n";
    let texts = [block, not_indented, flow, flow_in_block];
    let shown: Vec<String> = texts.into_iter().map(|text| added(text, true)).collect();
    insta::assert_snapshot!(shown.join("\n----\n"));
}

#[test]
fn an_element_gets_one_more_value_in_its_style() {
    let statements = [
        (r#"{"Action": "a"}"#, false),
        (r#"{"Action": ["a"]}"#, false),
        ("{\n  \"Action\": [\n    \"a\"\n  ]\n}", false),
        ("Action: a\n", true),
        ("Action: [a]\n", true),
        ("Action:\n  - a\n", true),
        ("Action:\n  - \"a\" # with a remark\nResource: '*'\n", true),
    ];
    let mut shown = Vec::new();
    for (text, is_yaml) in statements {
        let snippet = of(text, is_yaml);
        let mut after = now(&snippet);
        after["Action"] = json!(["a", "kms:Decrypt"]);
        shown.push(edited(&snippet, &after).unwrap());
    }
    insta::assert_snapshot!(shown.join("\n----\n"));
}

#[test]
fn conditions_are_put_in() {
    let texts = [
        (
            "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Deny\",\n      \"Condition\": {\"Bool\": {\"a\": \"b\"}}\n    }\n  ]\n}",
            false,
        ),
        (
            "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Deny\"\n    }\n  ]\n}",
            false,
        ),
        (
            "Statement:\n  - Effect: Deny\n    Condition:\n      Bool: {a: b}\n",
            true,
        ),
        ("Statement:\n  - Effect: Deny\n", true),
    ];
    let mut shown = Vec::new();
    for (text, is_yaml) in texts {
        let snippet = of(text, is_yaml);
        let before = now(&snippet);
        let mut statement = before["Statement"][0].clone();
        statement["Condition"]["ArnNotEquals"] =
            json!({"aws:PrincipalArn": "arn:aws:iam::111122223333:role/App"});
        let after = with_replaced(&before, 0, statement).unwrap();
        shown.push(edited(&snippet, &after).unwrap());
    }
    insta::assert_snapshot!(shown.join("\n----\n"));
}

#[test]
fn what_cannot_be_kept_is_left_to_the_usual_layout() {
    // An anchor stands for two places: a change of its text would be one of both.
    let text = "Statement: [&one {Effect: Deny, Action: a}, *one]";
    let snippet = of(text, true);
    let mut after = now(&snippet);
    after["Statement"][1]["Action"] = json!(["a", "b"]);
    assert_eq!(edited(&snippet, &after), None);
}
