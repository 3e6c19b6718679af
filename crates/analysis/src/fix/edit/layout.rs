//! How values are written: JSON on one line, YAML in blocks.

use serde_json::Value;

/// Whether a value fits on a line: a list of texts.
pub(super) fn is_flat(value: &Value) -> bool {
    match value {
        Value::Array(items) => items
            .iter()
            .all(|item| !item.is_array() && !item.is_object()),
        Value::Object(_) => false,
        _ => true,
    }
}

/// JSON on one line, with blanks behind colons and commas.
pub(in crate::fix) fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), inline(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// By what a text indents its levels: two blanks if it does not tell.
pub(super) fn unit(text: &str) -> &str {
    let indents = text.lines().skip(1).map(|line| {
        let content = line.trim_start();
        line.get(..line.len() - content.len()).unwrap_or("")
    });
    let mut before: Option<&str> = None;
    for indent in indents {
        let more = before.and_then(|before| indent.strip_prefix(before));
        if let Some(more) = more.filter(|more| !more.is_empty()) {
            return more;
        }
        before = Some(indent);
    }
    "  "
}

/// YAML in block style, every line with so many blanks.
pub(super) fn block(value: &Value, column: usize) -> String {
    let blanks = " ".repeat(column);
    let lines: Vec<String> = match value {
        Value::Object(members) if !members.is_empty() => members
            .iter()
            .map(|(key, value)| format!("{blanks}{}:{}", scalar(key), nested(value, column)))
            .collect(),
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| format!("{blanks}- {}", block(item, column + 2).trim_start()))
            .collect(),
        Value::String(text) => vec![format!("{blanks}{}", scalar(text))],
        other => vec![format!("{blanks}{other}")],
    };
    lines.join("\n")
}

/// The value of a YAML member, behind its colon.
pub(super) fn nested(value: &Value, column: usize) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => format!("\n{}", block(value, column + 2)),
        Value::Array(_) if !is_flat(value) => format!("\n{}", block(value, column + 2)),
        Value::Array(_) => format!(" {}", inline(value)),
        _ => format!(" {}", block(value, 0)),
    }
}

/// A YAML text: plain where that is certainly a text, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_word = word.contains(&text.to_ascii_lowercase().as_str());
    if begins && text.chars().all(plain) && !text.ends_with(':') && !is_word {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}
