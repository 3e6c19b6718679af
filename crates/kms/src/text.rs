//! JSON as text. Most of it is base64: texts in which nothing has to be escaped are copied whole
//! instead of being looked through letter by letter.

use kmsim_policy::json::{self, Node};
use serde_json::Value;

/// Writes a tree of `serde_json` as that writes it.
pub(crate) fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::String(own) => write_string(own, text),
        Value::Array(items) => write_list(items, text, write_value),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.as_str(), value));
            write_object(members, text, write_value);
        }
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(bool_text(*value)),
        Value::Number(number) => text.push_str(&number.to_string()),
    }
}

/// Writes the tree of a request, numbers as they stand in it.
pub(crate) fn write_node(node: &Node<'_>, text: &mut String) {
    match &node.value {
        json::Value::String(own) => write_string(own, text),
        json::Value::Array(items) => write_list(items, text, write_node),
        json::Value::Object(members) => {
            let members = members.iter().map(|member| (&*member.key, &member.value));
            write_object(members, text, write_node);
        }
        json::Value::Null => text.push_str("null"),
        json::Value::Bool(value) => text.push_str(bool_text(*value)),
        json::Value::Number(number) => text.push_str(number),
    }
}

fn write_list<T>(items: &[T], text: &mut String, write: fn(&T, &mut String)) {
    text.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write(item, text);
    }
    text.push(']');
}

pub(crate) fn write_object<'m, T: 'm>(
    members: impl Iterator<Item = (&'m str, &'m T)>,
    text: &mut String,
    write: fn(&T, &mut String),
) {
    text.push('{');
    for (at, (name, member)) in members.enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_string(name, text);
        text.push(':');
        write(member, text);
    }
    text.push('}');
}

const fn bool_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

pub(crate) fn write_string(own: &str, text: &mut String) {
    // Without an early end the compiler makes vector instructions of it.
    let escapes = |found, byte: &u8| found | matches!(byte, 0..=0x1f | b'"' | b'\\');
    if own.as_bytes().iter().fold(false, escapes) {
        // Serde's own text of a string.
        text.push_str(&Value::from(own).to_string());
        return;
    }
    write_plain(own, text);
}

/// Writes a string in which nothing has to be escaped.
pub(crate) fn write_plain(own: &str, text: &mut String) {
    text.reserve(own.len() + 2);
    text.push('"');
    text.push_str(own);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        let mut text = String::new();
        write_value(value, &mut text);
        text
    }

    #[test]
    fn trees_are_written_as_serde_writes_them() {
        let all = json!({"a\"b": ["x\ny", 1, 2.5, null, true, false, {}, []], "e": "\u{1}\\é"});
        assert_eq!(text(&all), all.to_string());
        let mut of_request = String::new();
        write_node(&crate::input::tree(&all), &mut of_request);
        assert_eq!(of_request, all.to_string());
    }

    proptest! {
        #[test]
        fn any_string_is_written_as_serde_writes_it(own in ".*") {
            let own = Value::from(own);
            prop_assert_eq!(text(&own), own.to_string());
        }
    }
}
