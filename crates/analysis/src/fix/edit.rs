//! Changes of a document's text that leave everything else as it was written: line breaks,
//! indents, the order of members.

use kmsim_policy::json::{Node, Value as Tree};
use serde_json::Value;

use super::document::{Snippet, to_value};

mod layout;

pub(super) use layout::inline;
use layout::{block, is_flat, nested, scalar, unit};

/// Lines that are not longer are not broken.
const WIDE: usize = 110;

/// A replacement of a range of bytes.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// The text with the change from what it says now to `after`. `None` if it cannot be had by small
/// changes; that what comes out says `after` is checked.
pub(super) fn edited(snippet: &Snippet<'_>, after: &Value) -> Option<String> {
    let node = snippet.node()?;
    let mut editor = Editor {
        text: &snippet.text,
        is_yaml: snippet.is_yaml,
        unit: unit(&snippet.text),
        edits: Vec::new(),
    };
    editor.node(&node, after)?;
    let mut edits = editor.edits;
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(snippet.text.len() + 256);
    let mut at = 0;
    for edit in edits {
        out.push_str(snippet.text.get(at..edit.start)?);
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(snippet.text.get(at..)?);
    let result = Snippet {
        text: out.into(),
        is_yaml: snippet.is_yaml,
        end: snippet.end,
    };
    let says = to_value(&result.node()?);
    (says == *after).then(|| result.text.into_owned())
}

struct Editor<'t> {
    text: &'t str,
    is_yaml: bool,
    /// By what each level is indented.
    unit: &'t str,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn node(&mut self, node: &Node<'_>, after: &Value) -> Option<()> {
        let before = to_value(node);
        if before == *after {
            return Some(());
        }
        match (&node.value, after) {
            (Tree::Object(members), Value::Object(new)) => {
                if members.iter().any(|member| !new.contains_key(&*member.key)) {
                    return self.replace(node, after);
                }
                for member in members {
                    self.node(&member.value, new.get(&*member.key)?)?;
                }
                let added = new
                    .iter()
                    .filter(|(key, _)| !members.iter().any(|member| member.key == **key));
                let added: Vec<_> = added
                    .map(|(key, value)| (Some(key.as_str()), value))
                    .collect();
                let Some(last) = members.last() else {
                    return self.replace(node, after);
                };
                let first = members.first().map(|member| start(&member.key_span));
                self.append(node, first?, start(&last.key_span), &last.value, &added)
            }
            (Tree::Array(items), Value::Array(new)) if new.len() >= items.len() => {
                let known = self.edits.len();
                for (item, new) in items.iter().zip(new) {
                    self.node(item, new)?;
                }
                let added: Vec<_> = new
                    .iter()
                    .skip(items.len())
                    .map(|value| (None, value))
                    .collect();
                let (Some(first), Some(last)) = (items.first(), items.last()) else {
                    return self.replace(node, after);
                };
                if self.is_long_line(node, first, &added) {
                    self.edits.truncate(known);
                    let indent = self.indent(start(&node.span));
                    self.push(
                        start(&node.span),
                        node.span.end as usize,
                        self.pretty(after, &indent),
                    );
                    return Some(());
                }
                self.append(node, start(&first.span), start(&last.span), last, &added)
            }
            (_, Value::Array(new)) if new.first() == Some(&before) => self.wrap(node, new),
            _ => self.replace(node, after),
        }
    }

    /// Whether objects would be put on one line which then gets too long.
    fn is_long_line(
        &self,
        node: &Node<'_>,
        first: &Node<'_>,
        added: &[(Option<&str>, &Value)],
    ) -> bool {
        let text = self.text.get(start(&node.span)..node.span.end as usize);
        let one_line = text.is_some_and(|text| !text.contains('\n'));
        let objects = matches!(first.value, Tree::Object(_));
        let more: usize = added.iter().map(|(_, value)| inline(value).len() + 2).sum();
        let length = self.column(node.span.end as usize) + more;
        !self.is_yaml && one_line && objects && length > WIDE
    }

    /// A single value becomes a list that begins with it.
    fn wrap(&mut self, node: &Node<'_>, new: &[Value]) -> Option<()> {
        let is_object = matches!(node.value, Tree::Object(_));
        if self.is_yaml {
            // A statement alone has no dash before it; what follows from its indent is seldom met.
            return if is_object {
                None
            } else {
                self.replace(node, &Value::Array(new.to_vec()))
            };
        }
        let (from, to) = (start(&node.span), node.span.end as usize);
        let indent = self.indent(to);
        if !is_object && self.column(from) + inline(&Value::Array(new.to_vec())).len() > WIDE {
            self.push(from, to, self.pretty(&Value::Array(new.to_vec()), &indent));
            return Some(());
        }
        let mut rest = String::new();
        for value in new.iter().skip(1) {
            rest.push_str(", ");
            let long = is_object && self.text.get(from..to)?.contains('\n');
            rest.push_str(&if long {
                self.pretty(value, &indent)
            } else {
                inline(value)
            });
        }
        rest.push(']');
        self.push(from, from, "[".to_owned());
        self.push(to, to, rest);
        Some(())
    }

    fn replace(&mut self, node: &Node<'_>, after: &Value) -> Option<()> {
        let (from, to) = (start(&node.span), node.span.end as usize);
        let long = self.text.get(from..to)?.contains('\n');
        let text = match (self.is_yaml && self.is_block(node), long) {
            (true, _) => return self.replace_block(node, after),
            (false, true) => self.pretty(after, &self.indent(from)),
            (false, false) => inline(after),
        };
        self.push(from, to, text);
        Some(())
    }

    fn replace_block(&mut self, node: &Node<'_>, after: &Value) -> Option<()> {
        let (from, to) = (start(&node.span), self.content_end(node)?);
        let column = self.column(from);
        let lines = block(after, column);
        self.push(from, to, lines.trim_start().to_owned());
        Some(())
    }

    /// Puts members or elements behind the last one, in the way in which that one stands.
    fn append(
        &mut self,
        container: &Node<'_>,
        first: usize,
        last: usize,
        last_value: &Node<'_>,
        added: &[(Option<&str>, &Value)],
    ) -> Option<()> {
        if added.is_empty() {
            return Some(());
        }
        if self.is_yaml && self.is_block(container) {
            return self.append_block(container, first, last_value, added);
        }
        let open = start(&container.span);
        let own_lines = self.text.get(open..first)?.contains('\n');
        let end = last_value.span.end as usize;
        let long = self.text.get(last..end)?.contains('\n');
        let indent = if own_lines {
            self.indent(last)
        } else {
            self.indent(end)
        };
        let mut text = String::new();
        for (key, value) in added {
            text.push(',');
            if own_lines {
                text.push('\n');
                text.push_str(&indent);
            } else {
                text.push(' ');
            }
            if let Some(key) = key {
                text.push_str(&inline(&Value::from(*key)));
                text.push_str(": ");
            }
            let is_whole = matches!(value, Value::Object(_) | Value::Array(_));
            let short = !is_whole || !(own_lines || long) || is_flat(value);
            text.push_str(&if short {
                inline(value)
            } else {
                self.pretty(value, &indent)
            });
        }
        self.push(end, end, text);
        Some(())
    }

    /// The same in YAML's block style.
    fn append_block(
        &mut self,
        container: &Node<'_>,
        first: usize,
        last_value: &Node<'_>,
        added: &[(Option<&str>, &Value)],
    ) -> Option<()> {
        let end = self.behind_remark(self.content_end(last_value)?);
        let mut text = String::new();
        for (key, value) in added {
            text.push('\n');
            if let Some(key) = key {
                let column = self.column(first);
                text.push_str(&" ".repeat(column));
                text.push_str(&scalar(key));
                text.push(':');
                text.push_str(&nested(value, column));
            } else {
                let line = self.line_start(first);
                let before = self.text.get(line..first)?;
                let dash = before.rfind('-')?;
                let _ = container;
                text.push_str(&" ".repeat(before.get(..dash)?.chars().count()));
                text.push_str("- ");
                let inner = before.chars().count();
                text.push_str(block(value, inner).trim_start());
            }
        }
        self.push(end, end, text);
        Some(())
    }

    /// Whether a YAML container is written without brackets.
    fn is_block(&self, node: &Node<'_>) -> bool {
        let container = matches!(node.value, Tree::Object(_) | Tree::Array(_));
        let begins = self.text.get(start(&node.span)..).unwrap_or("");
        container && !begins.starts_with(['{', '['])
    }

    /// The end of the line, if nothing but a remark follows.
    fn behind_remark(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        let rest = rest.split('\n').next().unwrap_or("").trim_end();
        let only_remark = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
        if only_remark { at + rest.len() } else { at }
    }

    /// Where the text of a value ends, without what blanks and line breaks follow.
    fn content_end(&self, node: &Node<'_>) -> Option<usize> {
        let (from, to) = (start(&node.span), node.span.end as usize);
        let text = self.text.get(from..to)?;
        Some(from + text.trim_end().len())
    }

    /// JSON on several lines, all but the first with an indent. In JSON no string has line breaks,
    /// so that all blanks at the beginning of lines are indents.
    fn pretty(&self, value: &Value, indent: &str) -> String {
        let text = format!("{value:#}");
        let lines = text.lines().map(|line| {
            let content = line.trim_start();
            let level = (line.len() - content.len()) / 2;
            format!("{}{content}", self.unit.repeat(level))
        });
        let lines: Vec<String> = lines.collect();
        lines.join(&format!("\n{indent}"))
    }

    fn push(&mut self, start: usize, end: usize, text: String) {
        self.edits.push(Edit { start, end, text });
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        before.rfind('\n').map_or(0, |at| at + 1)
    }

    fn column(&self, at: usize) -> usize {
        let line = self.text.get(self.line_start(at)..at).unwrap_or("");
        line.chars().count()
    }

    /// The blanks with which the line of an offset begins.
    fn indent(&self, at: usize) -> String {
        let line = self.text.get(self.line_start(at)..at).unwrap_or("");
        line.chars().take_while(|c| c.is_whitespace()).collect()
    }
}

fn start(span: &kmsim_policy::source::Span) -> usize {
    span.start as usize
}

#[cfg(test)]
mod tests;
