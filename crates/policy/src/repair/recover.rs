//! Reading on behind what is no JSON, so that all mistakes of a text are known at once.

use super::reading::{self, Change, Reading};
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::json::{self, Node, Value};
use crate::source::{SourceId, Span};

/// How many commas may be missing from a text. Each costs another reading of it, so of long ones fewer.
const MOST_MISSING: usize = 64;
/// How much is read for that.
const MOST_READ: usize = 4 << 20;
/// Longer texts are no policies.
const LONGEST: usize = 256 << 10;

/// A text that is no JSON, read all the same.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The values in it, with the places that they have in the text: several where they were joined.
    pub nodes: Vec<Node<'static>>,
    /// Everything that keeps the text from being JSON, in its order, with changes that mend it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text which [`json::parse`] cannot read, if its author's meaning is evident: typographic quotes,
/// comments, commas too many or too few, documents that were joined, a beginning or end that is missing.
/// Nothing if it is too broken for that, or too long.
pub fn recover(text: &str, source: SourceId) -> Option<Recovered> {
    if text.len() > LONGEST {
        return None;
    }
    // That the end is missing explains any text, so it is the last explanation.
    [false, true].into_iter().find_map(|truncated| {
        reading::attempts(text).find_map(|reading| read(text, &reading, source, truncated))
    })
}

fn read(text: &str, reading: &Reading, source: SourceId, truncated: bool) -> Option<Recovered> {
    let mut found = Vec::new();
    let (mut nodes, inserted) = complete(&reading.text, source, truncated, &mut found)?;
    let is_collection = |node: &Node<'_>| matches!(node.value, Value::Object(_) | Value::Array(_));
    if !nodes.iter().all(is_collection) {
        return None;
    }
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let original = |offset: u32| {
        let before = inserted.iter().filter(|place| **place < offset).count();
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        offset
            .saturating_sub(before)
            .saturating_sub(reading.shift)
            .min(length)
    };
    // A plain quote stands for all bytes of a typographic one.
    let boundary = |mut offset: u32, step: fn(u32) -> u32| {
        while !text.is_char_boundary(offset as usize) {
            offset = step(offset);
        }
        offset
    };
    let back = |span: Span| Span {
        start: boundary(original(span.start), |offset| offset - 1),
        end: boundary(original(span.end), |offset| offset + 1),
        ..span
    };
    for node in &mut nodes {
        node.map_spans(&back);
    }
    for found in &mut found {
        found.map_spans(&back);
    }
    found.extend(
        reading
            .changes
            .iter()
            .flat_map(|change| wrong(change, source)),
    );
    found.extend(joined(text, &nodes));
    found.sort_by_key(|found| found.span.start);
    Some(Recovered {
        nodes,
        diagnostics: found,
    })
}

/// Reads one or more values, and adds what is missing between them and at their end. Gives the places of
/// the characters that were added, in the order of the text with all of them.
fn complete(
    text: &str,
    source: SourceId,
    truncated: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<(Vec<Node<'static>>, Vec<u32>)> {
    let most = (MOST_READ / text.len().max(1)).min(MOST_MISSING);
    let mut text = text.to_owned();
    let mut inserted: Vec<u32> = Vec::new();
    let mut added = Vec::new();
    loop {
        let mut duplicates = Vec::new();
        let error = match json::read(&text, source, &mut duplicates, true) {
            Ok(nodes) => {
                let nodes = nodes.into_iter().map(Node::into_owned).collect();
                found.append(&mut added);
                found.append(&mut duplicates);
                return Some((nodes, inserted));
            }
            Err(error) => *error,
        };
        if added.len() >= most {
            return None;
        }
        let place = match error.fix.as_ref().map(|fix| &fix.edits[..]) {
            Some([Edit { span, text }]) if text == "," && span.start == span.end => span.start,
            Some(_) => return None,
            None if truncated && ends_at(&text, error.span) => {
                let closing = closing(&text);
                if closing.is_empty() || added.iter().any(is_end) {
                    return None;
                }
                let end = u32::try_from(text.trim_end().len()).ok()?;
                text.truncate(end as usize);
                text.push_str(&closing);
                inserted.extend((end..).take(closing.len()));
                added.push(error);
                continue;
            }
            None => return None,
        };
        text.insert(place as usize, ',');
        for earlier in &mut inserted {
            *earlier += u32::from(*earlier >= place);
        }
        inserted.push(place);
        // What was found so far stands in the text with the comma.
        let moved = |offset: u32| offset + u32::from(offset > place);
        let moved = |span: Span| Span {
            start: moved(span.start),
            end: moved(span.end),
            ..span
        };
        let mut error = error;
        error.map_spans(&moved);
        for earlier in &mut added {
            earlier.map_spans(&moved);
        }
        added.push(error);
    }
}

fn is_end(found: &Diagnostic) -> bool {
    found.fix.is_none()
}

/// Whether an error is that the text ends.
fn ends_at(text: &str, place: Span) -> bool {
    place.start as usize >= text.trim_end().len()
}

/// What closes the brackets that are open at the end of a text; nothing if it ends in a string.
fn closing(text: &str) -> String {
    let mut open = Vec::new();
    let mut in_string = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if in_string => {
                characters.next();
            }
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                open.pop();
            }
            _ => {}
        }
    }
    if in_string {
        return String::new();
    }
    open.into_iter().rev().collect()
}

/// What one change says is wrong: each of its places.
fn wrong(change: &Change, source: SourceId) -> Vec<Diagnostic> {
    let span = |range: &std::ops::Range<u32>| Span {
        source,
        start: range.start,
        end: range.end,
    };
    let edit = |(range, text): &(std::ops::Range<u32>, &'static str)| Edit {
        span: span(range),
        text: (*text).to_owned(),
    };
    let place = change.edits.first().map_or(
        Span {
            source,
            start: change.offset,
            end: change.offset,
        },
        |(range, _)| span(range),
    );
    let mut found = Diagnostic::error("json-syntax", place, change.wrong.as_str());
    let count = change.edits.len();
    let title = match change.edits.as_slice() {
        [(_, "")] => "remove it",
        _ => "write what JSON has",
    };
    if count > 1 {
        let last = change.edits.last().map(|(range, _)| span(range));
        found = found.note(last, format!("the last of {count} such places"));
    }
    found.fix = Some(Fix {
        title: title.to_owned(),
        safety: Safety::Mends,
        edits: change.edits.iter().map(edit).collect(),
    });
    vec![found]
}

/// That several values stand where one is expected.
fn joined(text: &str, nodes: &[Node<'_>]) -> Option<Diagnostic> {
    let [first, second, ..] = nodes else {
        return None;
    };
    let gap = |first: &Node<'_>, second: &Node<'_>| {
        let (start, end) = (first.span.end, second.span.start);
        let comma = text.get(start as usize..end as usize)?.find(',')?;
        let start = start + u32::try_from(comma).ok()?;
        Some(Span {
            start,
            end: start + 1,
            ..first.span
        })
    };
    let place = gap(first, second).unwrap_or(Span {
        end: second.span.start + 1,
        ..second.span
    });
    let by = if gap(first, second).is_some() {
        "joined by a comma"
    } else {
        "one behind the other"
    };
    let count = nodes.len();
    let message = format!("{count} values {by} are not one document");
    let found = Diagnostic::error("joined-documents", place, message).help(
        "put the statements into one list: {\"Version\": \"2012-10-17\", \"Statement\": [ …, … ]}",
    );
    let is_statement =
        |node: &Node<'_>| node.member("Statement").is_none() && node.member("Effect").is_some();
    if !nodes.iter().all(is_statement) {
        return Some(found);
    }
    let last = nodes.last()?.span;
    let insert = |span: Span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    let mut edits = vec![insert(
        first.span.before(),
        "{\"Version\": \"2012-10-17\", \"Statement\": [\n",
    )];
    for pair in nodes.windows(2) {
        if let [one, other] = pair
            && gap(one, other).is_none()
        {
            edits.push(insert(one.span.after(), ","));
        }
    }
    edits.push(insert(last.after(), "\n]}"));
    let title = "put the statements into one document".to_owned();
    Some(Diagnostic {
        fix: Some(Fix {
            title,
            safety: Safety::Mends,
            edits,
        }),
        ..found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let recovered = recover(text, SourceId(0)).expect(text);
        let shown = |found: &Diagnostic| {
            let place = text.get(found.span.start as usize..found.span.end as usize);
            format!(
                "{} at {:?} {:?}",
                found.message,
                found.span.start,
                place.unwrap()
            )
        };
        recovered.diagnostics.iter().map(shown).collect()
    }

    /// All fixes together make JSON of the text.
    fn mended(text: &str) -> String {
        let recovered = recover(text, SourceId(0)).expect(text);
        let fixes = recovered
            .diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref());
        let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|edit| edit.span.start);
        let mut out = text.to_owned();
        for edit in edits.iter().rev() {
            let range = edit.span.start as usize..edit.span.end as usize;
            out.replace_range(range, &edit.text);
        }
        out
    }

    #[test]
    fn every_mistake_is_found_with_a_change_that_mends_it() {
        for text in [
            "{\"a\": [1, 2,], \"b\": {\"c\": 1,},}",
            "{\"a\": [\"x\" \"y\"] \"b\": {\"c\": 1}\n \"d\": []}",
            "{“a”: “b”, \"c\":\u{a0}[1]}",
            "{// one\n\"a\": 1, # two\n\"b\": [1, /* three */ 2, // four\n]}",
            "\"Effect\": \"Allow\"",
            "\"Effect\": \"Allow\"}",
            "{\"Effect\": \"Allow\"}, {\"Effect\": \"Deny\"}",
            "{\"Effect\": \"Allow\"}\n{\"Effect\": \"Deny\",}",
            "{\"a\": 1}}",
            "}, {\"a\": [1 [2]]}",
        ] {
            let mended = mended(text);
            let parsed = json::parse(&mended, SourceId(0), &mut Vec::new());
            assert!(parsed.is_some(), "{text} -> {mended}");
        }
        assert_eq!(
            lines("{\"a\": [\"x\" \"y\",] \"b\": 1}"),
            [
                "expected `,` or `]`, found `\"y\"` at 11 \"\\\"\"",
                "a comma stands before `]`: JSON has no trailing comma at 14 \",\"",
                "expected `,` or `}`, found `\"b\"` at 17 \"\\\"\"",
            ]
        );
    }

    #[test]
    fn places_are_those_of_the_text() {
        for text in [
            "{\"a\": [1 {\"b\" : \"x\"} \"y\"] \"c\" : {\"d\": 7",
            "\"a\": {“é”: “y”}",
        ] {
            let recovered = recover(text, SourceId(0)).expect(text);
            let mut stack: Vec<&Node<'_>> = recovered.nodes.iter().collect();
            let mut seen = 0;
            while let Some(node) = stack.pop() {
                let slice = |span: Span| text.get(span.start as usize..span.end as usize).unwrap();
                let written = slice(node.span);
                match &node.value {
                    Value::String(value) => {
                        assert_eq!(written.trim_matches(['"', '“', '”']), value);
                    }
                    Value::Number(value) => assert_eq!(written, value),
                    Value::Array(items) => stack.extend(items),
                    Value::Object(members) => {
                        for member in members {
                            let key = slice(member.key_span);
                            assert!(key.contains(&*member.key), "{key}");
                            stack.push(&member.value);
                        }
                    }
                    _ => {}
                }
                seen += 1;
            }
            assert!(seen > 2);
        }
    }

    #[test]
    fn what_is_not_evident_is_left() {
        for text in [
            "",
            "x",
            "{\"a\": ",
            "{\"a\": \"b",
            "7",
            "{\"a\" \"b\"}",
            "{a: 1}",
        ] {
            assert!(recover(text, SourceId(0)).is_none(), "{text}");
        }
    }
}
