use super::*;

fn read_one(text: &str) -> Result<Node<'_>, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let node = parse(text, SourceId(0), &mut diagnostics);
    match node {
        Some(node) if diagnostics.is_empty() => Ok(node),
        _ => Err(diagnostics),
    }
}

fn code(text: &str) -> &'static str {
    read_one(text)
        .expect_err("should be refused")
        .first()
        .expect("has a diagnostic")
        .code
}

fn to_serde(node: &Node<'_>) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).expect("a number"),
        Value::String(text) => text.as_ref().into(),
        Value::Array(elements) => elements.iter().map(to_serde).collect(),
        Value::Object(members) => members
            .iter()
            .map(|member| (member.key.to_string(), to_serde(&member.value)))
            .collect(),
    }
}

#[test]
fn reads_what_serde_json_reads() {
    for text in [
        "15",
        "-10",
        "{}",
        "[]",
        "null",
        " true ",
        "-0.5e+10",
        "12",
        "-120",
        "1.25",
        "1e10",
        "0",
        "\"\"",
        "\"a\\n\\u00e9\\ud83d\\ude00\\/\"",
        "{\"a\": [1, 2.50, {\"b\": null}], \"c\": \"d\"}",
        "[[[]]]",
        "\"é😀\"",
    ] {
        let node = read_one(text).expect(text);
        assert_eq!(
            to_serde(&node),
            serde_json::from_str::<serde_json::Value>(text).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn refuses_what_serde_json_refuses() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "truex",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"a\nb\"",
        "{} {}",
        "{},{}",
        "[1 2]",
        "{\"a\" 1}",
        "1_0",
        "// c\n{}",
        "NaN",
        "\u{a0}1",
    ] {
        assert!(read_one(text).is_err(), "{text}");
        assert!(
            serde_json::from_str::<serde_json::Value>(text).is_err(),
            "{text}"
        );
    }
}

#[test]
fn names_the_mistake() {
    assert_eq!(code("{\"a\":1,}"), "trailing-comma");
    assert_eq!(code("{},{}"), "joined-documents");
    assert_eq!(code("{} x"), "trailing-text");
    assert_eq!(code("{\"a\":1,\"a\":2}"), "duplicate-key");
    assert_eq!(code(""), "empty-document");
    assert_eq!(code(&"[".repeat(10_000_000)), "too-deep");
    assert_eq!(code(&"{\"a\":".repeat(1_000)), "too-deep");
}

#[test]
fn many_duplicates_are_found_in_large_objects_too() {
    let members: Vec<String> = (0..1000).map(|n| format!("\"k{}\":1", n % 999)).collect();
    let text = format!("{{{}}}", members.join(","));
    let found = read_one(&text).expect_err("k0 stands twice");
    assert_eq!(found.len(), 1);
}

#[test]
fn spans_cover_the_text_of_the_value() {
    let text = "\u{feff}{ \"k\" : [ \"é\" , 12 ] }";
    let node = read_one(text).unwrap();
    let list = node.member("k").unwrap();
    let at = |node: &Node<'_>| {
        let range = node.span.start as usize..node.span.end as usize;
        text.get(range).unwrap()
    };
    assert_eq!(at(&node), "{ \"k\" : [ \"é\" , 12 ] }");
    assert_eq!(
        list.as_list().iter().map(at).collect::<Vec<_>>(),
        ["\"é\"", "12"]
    );
}

#[test]
fn a_sequence_is_read_for_repair() {
    let nodes = parse_sequence("{\"a\":1},\n {\"b\":2} {}", SourceId(0)).unwrap();
    assert_eq!(nodes.len(), 3);
}
