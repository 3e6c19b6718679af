use std::fmt::Write as _;

use super::*;

fn read_one(text: &str) -> Result<Node<'_>, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    match parse(text, SourceId(0), &mut diagnostics) {
        Some(node) if diagnostics.is_empty() => Ok(node),
        _ => Err(diagnostics),
    }
}

fn code(text: &str) -> &'static str {
    let found = read_one(text).expect_err("should be refused");
    found.first().expect("has a diagnostic").code
}

/// The tree without its spans.
fn show(node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(elements) => {
            format!(
                "[{}]",
                elements.iter().map(show).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(members) => {
            let member = |member: &Member<'_>| format!("{}: {}", member.key, show(&member.value));
            format!(
                "{{{}}}",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

fn shown(text: &str) -> String {
    show(&read_one(text).unwrap_or_else(|found| panic!("{text}: {found:?}")))
}

#[test]
fn scalars_follow_the_core_schema() {
    for (text, expected) in [
        ("true", "true"),
        ("False", "false"),
        ("~", "null"),
        ("k:", "{k: null}"),
        ("null", "null"),
        ("nUll", "\"nUll\""),
        ("yes", "\"yes\""),
        ("on", "\"on\""),
        ("12", "12"),
        ("-1.50e+3", "-1.50e+3"),
        (".5", ".5"),
        ("1.", "1."),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("0b1", "\"0b1\""),
        ("1_000", "\"1_000\""),
        ("1:30", "\"1:30\""),
        (".inf", "\".inf\""),
        ("012345678901", "012345678901"),
        ("'012345678901'", "\"012345678901\""),
        ("2012-10-17", "\"2012-10-17\""),
        ("2026-11-21T12:00:00Z", "\"2026-11-21T12:00:00Z\""),
        ("\"true\"", "\"true\""),
        ("'12'", "\"12\""),
        ("kms:*", "\"kms:*\""),
        (
            "arn:aws:iam::111122223333:root",
            "\"arn:aws:iam::111122223333:root\"",
        ),
        ("|\n  true\n", "\"true\\n\""),
        (">-\n  a\n  b\n", "\"a b\""),
        ("!!str 12", "\"12\""),
        ("! 12", "\"12\""),
        ("!!int 12", "12"),
        ("!!bool true", "true"),
        ("!!null ~", "null"),
        ("!!float 1.5", "1.5"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_policy_reads_like_its_json() {
    let yaml = "
Version: 2012-10-17
Statement:
- Sid: \"a\" # comment
  Effect: Allow
  Action: [kms:Decrypt, 'kms:Encrypt']
  Condition:
    Bool: {kms:GrantIsForAWSResource: true}
";
    let json =
        "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"a\", \"Effect\": \"Allow\",
        \"Action\": [\"kms:Decrypt\", \"kms:Encrypt\"],
        \"Condition\": {\"Bool\": {\"kms:GrantIsForAWSResource\": true}}}]}";
    let node = crate::json::parse(json, SourceId(0), &mut Vec::new()).unwrap();
    assert_eq!(shown(yaml), show(&node));
    // JSON is YAML.
    assert_eq!(shown(json), show(&node));
}

#[test]
fn spans_cover_the_text_of_the_value() {
    let text =
        "\u{feff}é: &a\n  k: [é , 12]\n  l: !!str x\n  m: |-\n    t\n    u\n\n# end\nn: *a\n";
    let root = read_one(text).unwrap();
    let at = |span: Span| text.get(span.start as usize..span.end as usize).unwrap();
    let object = root.member("é").unwrap();
    assert_eq!(at(root.as_object().unwrap()[0].key_span), "é");
    assert_eq!(
        at(object.span),
        "k: [é , 12]\n  l: !!str x\n  m: |-\n    t\n    u"
    );
    assert_eq!(at(object.member("k").unwrap().span), "[é , 12]");
    assert_eq!(at(object.member("l").unwrap().span), "x");
    assert_eq!(at(object.member("m").unwrap().span), "|-\n    t\n    u");
    assert_eq!(root.member("n"), Some(object));
    assert!(at(root.span).ends_with("n: *a"));
    let crlf = "a: 1\r\nb:\r\n  - é\r\n  - 2\r\n";
    let root = read_one(crlf).unwrap();
    let list = root.member("b").unwrap();
    assert_eq!(
        crlf.get(list.span.start as usize..list.span.end as usize),
        Some("- é\r\n  - 2")
    );
}

#[test]
fn aliases_and_merge_keys() {
    assert_eq!(shown("a: &x [1]\nb: *x"), "{a: [1], b: [1]}");
    assert_eq!(shown("&k a: 1\nb: *k"), "{a: 1, b: \"a\"}");
    assert_eq!(
        shown("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 0}"),
        "{x: {a: 1, b: 2}, y: {b: 3, c: 4}, z: {a: 0, b: 2, c: 4}}"
    );
    assert_eq!(shown("{<<: {a: 1}}"), "{a: 1}");
    assert_eq!(shown("{\"<<\": 1}"), "{<<: 1}");
    assert_eq!(code("{<<: 1}"), "yaml-merge");
    assert_eq!(code("&a [*a]"), "yaml-alias");
    assert_eq!(code("*a"), "yaml-syntax");
}

#[test]
fn aliases_have_a_budget() {
    let mut laughs = "a0: &a0 [lol]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(
            laughs,
            "a{level}: &a{level} [*a{below}, *a{below}, *a{below}]"
        )
        .unwrap();
    }
    assert_eq!(code(&laughs), "yaml-alias");
    let long = "x".repeat(1_000_000);
    let many = "*a, ".repeat(1_000);
    assert_eq!(code(&format!("[&a {long}, {many}]")), "yaml-alias");
    let deep: String = (0..60).fold("a: &a0 [x]\nb:\n".to_owned(), |text, n| {
        text + &format!("- &a{} [*a{n}]\n", n + 1)
    });
    read_one(&deep).expect("60 levels");
    let deep: String = (0..120).fold("a: &a0 [x]\nb:\n".to_owned(), |text, n| {
        text + &format!("- &a{} [*a{n}]\n", n + 1)
    });
    assert_eq!(code(&deep), "too-deep");
}

#[test]
fn names_the_mistake() {
    for (text, expected) in [
        ("", "empty-document"),
        ("# only a comment\n", "empty-document"),
        ("---\n...\n---\na: 1", "several-documents"),
        ("a: 1\n---\nb: 2\n", "several-documents"),
        ("a: 1\na: 2", "duplicate-key"),
        ("a: b: c", "yaml-syntax"),
        ("a: [1", "yaml-syntax"),
        ("[] []", "yaml-syntax"),
        ("a: 'x", "yaml-syntax"),
        ("[a]: b", "yaml-key"),
        ("? {a: b}\n: c", "yaml-key"),
        (": b", "yaml-key"),
        ("a: !Sub x", "yaml-tag"),
        ("a: !GetAtt [x, y]", "yaml-tag"),
        ("a: !!binary aGk=", "yaml-tag"),
        ("a: !!set {x}", "yaml-tag"),
        ("a: !!int x", "yaml-tag"),
        ("a: !!map [1]", "yaml-tag"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
    assert_eq!(code(&"[".repeat(1_000_000)), "too-deep");
    assert_eq!(code(&"- ".repeat(100_000)), "too-deep");
    let found = read_one("a: !Sub x").unwrap_err();
    assert_eq!(found[0].message, "the YAML tag `!Sub` has no meaning here");
}

/// A template, printed, with the texts of the calls and their names.
fn template(text: &str) -> (String, Vec<(String, String)>) {
    fn calls(node: &Node<'_>, text: &str, found: &mut Vec<(String, String)>) {
        let at = |span: Span| {
            text.get(span.start as usize..span.end as usize)
                .unwrap()
                .to_owned()
        };
        for member in node.as_object().unwrap_or_default() {
            if member.key.starts_with("Fn::") || member.key == "Ref" || member.key == "Condition" {
                found.push((at(member.key_span), at(node.span)));
            }
            calls(&member.value, text, found);
        }
        if let Value::Array(items) = &node.value {
            for item in items {
                calls(item, text, found);
            }
        }
    }
    let mut diagnostics = Vec::new();
    let node = parse_template(text, SourceId(0), &mut diagnostics).unwrap();
    assert_eq!(diagnostics, []);
    let mut found = Vec::new();
    calls(&node, text, &mut found);
    (show(&node), found)
}

#[test]
fn tags_of_templates_become_functions() {
    for (text, expected, places) in [
        ("a: !Ref x", "{a: {Ref: \"x\"}}", vec![("!Ref", "!Ref x")]),
        (
            "a: !GetAtt Role.Arn",
            "{a: {Fn::GetAtt: \"Role.Arn\"}}",
            vec![("!GetAtt", "!GetAtt Role.Arn")],
        ),
        (
            "- !If [c, !Sub 'é', !Ref AWS::NoValue]\n- !Condition c",
            "[{Fn::If: [\"c\", {Fn::Sub: \"é\"}, {Ref: \"AWS::NoValue\"}]}, {Condition: \"c\"}]",
            vec![
                ("!If", "!If [c, !Sub 'é', !Ref AWS::NoValue]"),
                ("!Sub", "!Sub 'é'"),
                ("!Ref", "!Ref AWS::NoValue"),
                ("!Condition", "!Condition c"),
            ],
        ),
        (
            "a: !Join\n  - ''\n  - - x\n    - !Ref y\nb: 1",
            "{a: {Fn::Join: [\"\", [\"x\", {Ref: \"y\"}]]}, b: 1}",
            vec![
                ("!Join", "!Join\n  - ''\n  - - x\n    - !Ref y"),
                ("!Ref", "!Ref y"),
            ],
        ),
        (
            "a: &s !Sub |\n  x\nb: *s",
            "{a: {Fn::Sub: \"x\\n\"}, b: {Fn::Sub: \"x\\n\"}}",
            vec![("!Sub", "!Sub |\n  x"), ("!Sub", "!Sub |\n  x")],
        ),
        (
            "a: !Transform {Name: x}\nb: {Fn::Sub: y}",
            "{a: {Fn::Transform: {Name: \"x\"}}, b: {Fn::Sub: \"y\"}}",
            vec![
                ("!Transform", "!Transform {Name: x}"),
                ("Fn::Sub", "{Fn::Sub: y}"),
            ],
        ),
    ] {
        let (shown, found) = template(text);
        assert_eq!(shown, expected, "{text}");
        let found: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, places, "{text}");
    }
    let mut diagnostics = Vec::new();
    for text in ["a: !Su x", "a: !!Ref x", "a: !sub x"] {
        assert!(parse_template(text, SourceId(0), &mut diagnostics).is_none());
        assert_eq!(diagnostics.pop().unwrap().code, "yaml-tag");
    }
}
