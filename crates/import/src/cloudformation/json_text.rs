//! A value as JSON text, for `Fn::ToJsonString`.

use std::fmt::Write as _;

use kmsim_policy::json::{Node, Value};

/// Prints a value without blanks.
pub(super) fn to_json(node: &Node<'_>) -> String {
    let mut text = String::new();
    print(node, &mut text);
    text
}

fn print(node: &Node<'_>, into: &mut String) {
    match &node.value {
        Value::Null => into.push_str("null"),
        Value::Bool(value) => into.push_str(if *value { "true" } else { "false" }),
        Value::Number(text) => into.push_str(text),
        Value::String(text) => quote(text, into),
        Value::Array(items) => {
            into.push('[');
            for (position, item) in items.iter().enumerate() {
                separate(position, into);
                print(item, into);
            }
            into.push(']');
        }
        Value::Object(members) => {
            into.push('{');
            for (position, member) in members.iter().enumerate() {
                separate(position, into);
                quote(&member.key, into);
                into.push(':');
                print(&member.value, into);
            }
            into.push('}');
        }
    }
}

fn separate(position: usize, into: &mut String) {
    if position > 0 {
        into.push(',');
    }
}

fn quote(text: &str, into: &mut String) {
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            c if u32::from(c) < 0x20 => {
                // Writing into a String cannot fail.
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
    into.push('"');
}

#[cfg(test)]
mod tests {
    use kmsim_policy::json::parse;
    use kmsim_policy::source::SourceId;

    use super::*;

    #[test]
    fn what_is_printed_reads_back() {
        let text = r#"{"a":[1,true,null,"é\"\\\n\u0001"],"b":{}}"#;
        let node = parse(text, SourceId(0), &mut Vec::new()).unwrap();
        assert_eq!(to_json(&node), text);
    }
}
