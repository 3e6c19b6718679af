//! JSON with spans: the strict grammar of RFC 8259, duplicate keys kept and diagnosed, numbers
//! kept as text, depth limited.
//!
//! The tree borrows from the text, so that reading a case costs no copies. [`crate::yaml`] makes
//! the same tree, and everything behind it (policies, cases, worlds) reads [`Node`]s only.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, excerpt};
use crate::source::{SourceId, Span};

mod scan;

pub(crate) use scan::is_number;

/// Nesting beyond this is an error: no policy, case or world comes near it, and it keeps the
/// parser's stack small on any input.
pub const MAX_DEPTH: usize = 100;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Where it stands, quotes and brackets included.
    pub span: Span,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object, in the order of the text.
    Object(Vec<Member<'a>>),
}

/// One name and value of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'a> {
    /// The name, unescaped.
    pub key: Cow<'a, str>,
    /// Where the name stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The same tree with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Node<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(text) => Value::Number(owned(text)),
            Value::String(text) => Value::String(owned(text)),
            Value::Array(elements) => {
                Value::Array(elements.into_iter().map(Node::into_owned).collect())
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|member| Member {
                    key: owned(member.key),
                    key_span: member.key_span,
                    value: member.value.into_owned(),
                });
                Value::Object(members.collect())
            }
        };
        let span = self.span;
        Node { value, span }
    }

    /// Moves every place in the tree: for a text that was read apart from the one around it.
    pub fn map_spans(&mut self, map: &impl Fn(Span) -> Span) {
        self.span = map(self.span);
        match &mut self.value {
            Value::Array(elements) => {
                for element in elements {
                    element.map_spans(map);
                }
            }
            Value::Object(members) => {
                for member in members {
                    member.key_span = map(member.key_span);
                    member.value.map_spans(map);
                }
            }
            _ => {}
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of an object's member.
    pub fn member(&self, key: &str) -> Option<&Self> {
        self.as_object()?
            .iter()
            .find(|member| member.key == key)
            .map(|member| &member.value)
    }

    /// The elements of an array; any other value as a list of one. AWS takes both wherever its
    /// policy grammar has a list.
    pub fn as_list(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }

    /// What kind of value this is, for messages: "a string", "an object".
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// Parses a text that holds one JSON value. A syntax error gives `None` and its diagnostic;
/// duplicate keys give a diagnostic each and leave the tree whole.
pub fn parse<'a>(
    text: &'a str,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    match read(text, source, diagnostics, false) {
        Ok(mut nodes) => nodes.pop(),
        Err(error) => {
            diagnostics.push(*error);
            None
        }
    }
}

/// Parses a text that holds one or more values with commas or blanks between them: what people
/// paste from notes. Only repair reads this way.
pub fn parse_sequence(text: &str, source: SourceId) -> Option<Vec<Node<'_>>> {
    read(text, source, &mut Vec::new(), true).ok()
}

/// Reads one value, or one or more of them. The error is the first place where the text is no JSON.
pub(crate) fn read<'a>(
    text: &'a str,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
    sequence: bool,
) -> Result<Vec<Node<'a>>, Box<Diagnostic>> {
    check_length(text, source)?;
    let text = text
        .strip_prefix('\u{feff}')
        .map_or((text, 0), |rest| (rest, 3));
    let mut parser = Parser {
        text: text.0,
        base: text.1,
        at: 0,
        depth: 0,
        source,
        diagnostics,
    };
    let mut nodes = vec![parser.document()?];
    if !sequence {
        parser.end()?;
        return Ok(nodes);
    }
    while parser.more() {
        nodes.push(parser.document()?);
    }
    Ok(nodes)
}

/// Offsets are 32 bits wide.
pub(crate) fn check_length(text: &str, source: SourceId) -> Result<(), Box<Diagnostic>> {
    if u32::try_from(text.len()).is_ok() {
        return Ok(());
    }
    let span = Span {
        source,
        start: 0,
        end: 0,
    };
    let message = "the text is longer than 4 GiB";
    Err(Box::new(Diagnostic::error("too-long", span, message)))
}

struct Parser<'a, 'd> {
    text: &'a str,
    /// Offset of `text` in the source (a byte order mark stands before it).
    base: usize,
    at: usize,
    depth: usize,
    source: SourceId,
    diagnostics: &'d mut Vec<Diagnostic>,
}

type Parse<T> = Result<T, Box<Diagnostic>>;

impl<'a> Parser<'a, '_> {
    fn document(&mut self) -> Parse<Node<'a>> {
        self.blanks();
        if self.peek().is_none() {
            return Err(self.fail("empty-document", "the text is empty; expected JSON"));
        }
        self.value()
    }

    fn end(&mut self) -> Parse<()> {
        self.blanks();
        match self.peek() {
            None => Ok(()),
            Some(b',') => Err(Box::new(
                self.fail(
                    "joined-documents",
                    "expected the end of the document, found `,`: two values joined by a comma are not one document",
                )
                .help("put the statements into one list: {\"Version\": \"2012-10-17\", \"Statement\": [ …, … ]}"),
            )),
            Some(_) => {
                let found = self.found();
                Err(self.fail("trailing-text", format!("expected the end of the document, found {found}")))
            }
        }
    }

    /// In a sequence: skips blanks and commas, and tells whether another value follows.
    fn more(&mut self) -> bool {
        self.blanks();
        while self.peek() == Some(b',') {
            self.at += 1;
            self.blanks();
        }
        self.peek().is_some()
    }

    fn value(&mut self) -> Parse<Node<'a>> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(Cow::Borrowed(self.number()?)),
            Some(b't' | b'f' | b'n') => self.word()?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node {
            value,
            span: self.span(start),
        })
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Parse<Value<'a>>) -> Parse<Value<'a>> {
        if self.depth == MAX_DEPTH {
            return Err(Box::new(
                self.fail(
                    "too-deep",
                    format!("more than {MAX_DEPTH} brackets stand inside each other"),
                )
                .help("a policy needs less than ten; is this a policy?"),
            ));
        }
        self.depth += 1;
        self.at += 1;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Parse<Value<'a>> {
        let mut elements = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            self.blanks();
            elements.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::Array(elements));
            }
            self.comma(b']')?;
        }
    }

    fn object(&mut self) -> Parse<Value<'a>> {
        let mut members = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.blanks();
            members.push(self.pair()?);
            self.blanks();
            if self.take(b'}') {
                report_duplicates(&members, self.diagnostics);
                return Ok(Value::Object(members));
            }
            self.comma(b'}')?;
        }
    }

    fn pair(&mut self) -> Parse<Member<'a>> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a name in double quotes"));
        }
        let key = self.string()?;
        let key_span = self.span(start);
        self.blanks();
        if !self.take(b':') {
            return Err(self.unexpected(&format!("`:` after the name `{}`", excerpt(&key))));
        }
        self.blanks();
        Ok(Member {
            key,
            key_span,
            value: self.value()?,
        })
    }

    fn comma(&mut self, close: u8) -> Parse<()> {
        if !self.take(b',') {
            return Err(self.unexpected(&format!("`,` or `{}`", char::from(close))));
        }
        let comma = self.at - 1;
        self.blanks();
        if self.peek() == Some(close) {
            let span = Span {
                start: self.offset(comma),
                end: self.offset(comma + 1),
                ..self.span(comma)
            };
            let message = format!(
                "a comma stands before `{}`: JSON has no trailing comma",
                char::from(close)
            );
            let error = Diagnostic::error("trailing-comma", span, message);
            return Err(Box::new(
                error.replace("remove the comma", span, "").mends(),
            ));
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn offset(&self, at: usize) -> u32 {
        // The length was checked to fit when the parser was made.
        u32::try_from(self.base + at).unwrap_or(u32::MAX)
    }

    fn span(&self, start: usize) -> Span {
        Span {
            source: self.source,
            start: self.offset(start),
            end: self.offset(self.at),
        }
    }

    fn here(&self) -> Span {
        let width = self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        Span {
            source: self.source,
            start: self.offset(self.at),
            end: self.offset(self.at + width),
        }
    }

    fn fail(&self, code: &'static str, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, self.here(), message))
    }

    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let found = self.found();
        let error = self.fail("json-syntax", format!("expected {expected}, found {found}"));
        Box::new(match self.peek() {
            Some(b'\'') => error.help("JSON strings stand in double quotes"),
            Some(b'/' | b'#') => error.help("JSON has no comments"),
            Some(b'"' | b'{' | b'[') if expected.starts_with("`,`") => {
                let before = self.text.get(..self.at).unwrap_or("").trim_end().len();
                let place = Span {
                    start: self.offset(before),
                    end: self.offset(before),
                    ..error.span
                };
                (error.help("is a comma missing before it?"))
                    .replace("add a comma", place, ",")
                    .mends()
            }
            None => error.help("the text ends too early: is a bracket or quote missing?"),
            _ => *error,
        })
    }

    fn found(&self) -> String {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest
            .find([',', '\n', '}', ']', ':'])
            .unwrap_or(rest.len())
            .max(1);
        let mut end = end.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        match rest.get(..end) {
            Some(word) if !word.is_empty() => format!("`{}`", excerpt(word.trim())),
            _ => "the end of the text".to_owned(),
        }
    }
}

/// Reports every name that stands in an object a second time.
pub(crate) fn report_duplicates(members: &[Member<'_>], diagnostics: &mut Vec<Diagnostic>) {
    if members.len() <= 12 {
        for (position, member) in members.iter().enumerate() {
            let mut earlier = members.iter().take(position);
            if let Some(first) = earlier.find(|other| other.key == member.key) {
                diagnostics.push(duplicate(first, member));
            }
        }
        return;
    }
    let mut seen: HashMap<&str, &Member<'_>> = HashMap::with_capacity(members.len());
    for member in members {
        if let Some(first) = seen.insert(&member.key, member) {
            diagnostics.push(duplicate(first, member));
        }
    }
}

fn duplicate(first: &Member<'_>, second: &Member<'_>) -> Diagnostic {
    let message = format!(
        "the name `{}` stands twice in one object",
        excerpt(&second.key)
    );
    Diagnostic::error("duplicate-key", second.key_span, message)
        .note(Some(first.key_span), "it stands here first")
        .help(
            "readers disagree on which of the two counts; keep one, or join their values in a list",
        )
}

#[cfg(test)]
mod tests;
