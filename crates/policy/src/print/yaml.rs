//! Any tree of nodes as YAML that people like to read.
//!
//! Objects and lists in blocks, short lists of plain values on one line. A string stands without
//! quotes only where no reader could take it for anything else: account ids and versions of
//! policies are quoted. Reading the text gives the same tree but for its spans.

use std::fmt::Write as _;

use super::quoted;
use crate::json::{Member, Node, Value};

/// Lines do not become longer than this for a list that stands on one.
const WIDTH: usize = 100;

/// Longer names of members need a mark (YAML 1.2.2, section 8.2.2).
const LONGEST_NAME: usize = 1000;

/// Prints a tree as YAML, with a line break at its end.
pub fn node_to_yaml(node: &Node<'_>) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Object(members) if !members.is_empty() => object(&mut out, members, 0, 0),
        Value::Array(items) if !items.is_empty() => list(&mut out, items, 0),
        _ => {
            scalar(&mut out, node);
            out.push('\n');
        }
    }
    out
}

/// The members of an object, each on lines of its own. The first begins where `out` ends, which is
/// `filled` of the indentation.
fn object(out: &mut String, members: &[Member<'_>], level: usize, filled: usize) {
    for (position, member) in members.iter().enumerate() {
        indent(out, if position == 0 { level - filled } else { level });
        let name = string(&member.key);
        if name.len() > LONGEST_NAME {
            out.push_str("? ");
            out.push_str(&name);
            out.push('\n');
            indent(out, level);
        } else {
            out.push_str(&name);
        }
        out.push(':');
        value(out, &member.value, level);
    }
}

/// What stands behind the name of a member.
fn value(out: &mut String, node: &Node<'_>, level: usize) {
    match &node.value {
        Value::Object(members) if !members.is_empty() => {
            out.push('\n');
            object(out, members, level + 1, 0);
        }
        Value::Array(items) if !items.is_empty() => {
            let used = out.rsplit('\n').next().map_or(0, str::len);
            if let Some(line) = on_one_line(items).filter(|line| used + 1 + line.len() <= WIDTH) {
                let _ = writeln!(out, " {line}");
            } else {
                out.push('\n');
                list(out, items, level + 1);
            }
        }
        _ => {
            out.push(' ');
            scalar(out, node);
            out.push('\n');
        }
    }
}

/// The items of a list, each on lines of its own.
fn list(out: &mut String, items: &[Node<'_>], level: usize) {
    for item in items {
        indent(out, level);
        out.push('-');
        match &item.value {
            Value::Object(members) if !members.is_empty() => {
                out.push(' ');
                object(out, members, level + 1, level + 1);
            }
            Value::Array(inner) if !inner.is_empty() => value(out, item, level),
            _ => {
                out.push(' ');
                scalar(out, item);
                out.push('\n');
            }
        }
    }
}

/// A list of plain values in brackets.
fn on_one_line(items: &[Node<'_>]) -> Option<String> {
    let mut line = String::from("[");
    for (position, item) in items.iter().enumerate() {
        if matches!(item.value, Value::Object(_) | Value::Array(_)) || line.len() > WIDTH {
            return None;
        }
        if position > 0 {
            line.push_str(", ");
        }
        scalar(&mut line, item);
    }
    line.push(']');
    Some(line)
}

/// A value that has no lines of its own.
fn scalar(out: &mut String, node: &Node<'_>) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => out.push_str(&string(text)),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// A string, in quotes if it needs them.
fn string(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    for c in quoted(text).chars() {
        match c {
            // JSON may hold these as they are; YAML takes them for the end of a line, or does not
            // take them at all.
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a string may stand without quotes: it begins with a letter, has nothing in it that means
/// something to YAML, and is no word that some reader takes for a value.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'));
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:*@=+$ ()".contains(c);
    starts
        && text.chars().all(plain)
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn indent(out: &mut String, level: usize) {
    out.extend(std::iter::repeat_n("  ", level));
}
