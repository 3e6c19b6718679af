//! Writes JSON values as YAML in the way that people do: blocks, and quotes only where needed.

use std::fmt::Write as _;

use serde_json::Value;

/// A document.
pub(crate) fn write(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

fn block(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                let _ = write!(text, "{:indent$}{}:", "", scalar(key));
                nested(text, member, indent);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(text, "{:indent$}-", "");
                nested(text, item, indent);
            }
        }
        other => {
            let _ = writeln!(text, "{:indent$}{}", "", line(other));
        }
    }
}

fn nested(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('\n');
            block(text, value, indent + 2);
        }
        // Short lists stand in one line.
        Value::Array(items) if items.len() > 2 || items.iter().any(|item| !item.is_string()) => {
            text.push('\n');
            block(text, value, indent + 2);
        }
        other => {
            let _ = writeln!(text, " {}", line(other));
        }
    }
}

fn line(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(line).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// A plain scalar where that is surely a string.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains(':')
        && !text.ends_with(':')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/._-".contains(&byte));
    if plain || ["Allow", "Deny", "Effect", "Statement"].contains(&text) {
        text.to_owned()
    } else if text
        .bytes()
        .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\'')
    {
        format!("'{text}'")
    } else {
        Value::from(text).to_string()
    }
}
