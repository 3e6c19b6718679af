//! YAML 1.2 into the tree that [`crate::json`] makes.
//!
//! Scalars follow the core schema: plain `true`, `null` and numbers are what they are in JSON,
//! everything else is a string (`yes`, `2012-10-17`, `.inf`), and so is what stands in quotes.
//! Numbers keep their text, so that an account id with a leading zero loses nothing. Aliases and
//! merge keys (`<<`) are resolved within a budget. What JSON has no counterpart for is an error:
//! tags of applications, keys that are no scalars, several documents. Only [`parse_template`] takes
//! the tags that CloudFormation has for its functions.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::{MAX_DEPTH, Member, Node, Value, check_length, report_duplicates};
use crate::source::{SourceId, Span};

mod function;
mod offsets;
mod scalar;

use offsets::Offsets;

/// How many nodes the aliases of a text may add to it; also its copies for later aliases count.
/// A text of a kilobyte can otherwise ask for more than any memory holds ("billion laughs").
const MAX_COPIED: usize = 1_000_000;

/// Parses a text that holds one YAML document. A syntax error gives `None` and its diagnostic;
/// duplicate keys give a diagnostic each and leave the tree whole.
///
/// A node that came by an alias keeps the span of the text that it stands for.
pub fn parse<'a>(
    text: &'a str,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    reported(text, source, Tags::Refused, diagnostics)
}

/// Parses a CloudFormation template: as [`parse`], and the short forms of functions become what
/// they stand for, `!Sub x` the object `{"Fn::Sub": "x"}`. Its key has the place of the tag.
pub fn parse_template<'a>(
    text: &'a str,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    reported(text, source, Tags::Functions, diagnostics)
}

/// What becomes of tags of applications.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tags {
    /// They are errors.
    Refused,
    /// Those of CloudFormation's functions become these functions.
    Functions,
}

fn reported<'a>(
    text: &'a str,
    source: SourceId,
    tags: Tags,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    match read(text, source, tags, diagnostics) {
        Ok(node) => Some(node),
        Err(error) => {
            diagnostics.push(*error);
            None
        }
    }
}

fn read<'a>(
    text: &'a str,
    source: SourceId,
    tags: Tags,
    diagnostics: &mut Vec<Diagnostic>,
) -> Parse<Node<'a>> {
    check_length(text, source)?;
    let mut reader = Reader {
        text,
        source,
        tags,
        parser: Parser::new_from_str(text),
        offsets: Offsets::new(text),
        end: 0,
        depth: 0,
        copied: 0,
        anchors: HashMap::new(),
        diagnostics,
    };
    reader.document()
}

type Parse<T> = Result<T, Box<Diagnostic>>;

struct Reader<'a, 'd> {
    text: &'a str,
    source: SourceId,
    tags: Tags,
    parser: Parser<'a, StrInput<'a>>,
    offsets: Offsets<'a>,
    /// Offset behind the last thing that was read. Blocks end here: the parser sees their end
    /// only at the beginning of what follows.
    end: u32,
    depth: usize,
    /// What was spent of [`MAX_COPIED`].
    copied: usize,
    anchors: HashMap<usize, Anchored<'a>>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

/// A node that aliases may refer to.
struct Anchored<'a> {
    node: Node<'a>,
    size: Size,
}

/// What a copy of a node costs, and how deep it is nested.
#[derive(Clone, Copy)]
struct Size {
    cost: usize,
    height: usize,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self) -> Parse<Node<'a>> {
        let empty = |reader: &Self| {
            let message = "the text is empty; expected YAML";
            Box::new(Diagnostic::error(
                "empty-document",
                reader.span(0, 0),
                message,
            ))
        };
        let node = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd | Event::DocumentEnd, _) => return Err(empty(self)),
                (event, span) => break self.node(event, span)?,
            }
        };
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(node),
                (Event::DocumentStart(_), span) => {
                    let message = "a second YAML document begins here; expected one";
                    let error = Diagnostic::error("several-documents", span, message);
                    return Err(Box::new(
                        error.help("put each document in a file of its own"),
                    ));
                }
                _ => {}
            }
        }
    }

    /// The next event with the place of its own text.
    fn next(&mut self) -> Parse<(Event<'a>, Span)> {
        match self.parser.next_event() {
            Some(Ok((event, at))) => {
                let start = self.offsets.byte(at.start.index());
                let end = self.offsets.byte(at.end.index());
                Ok((event, self.span(start, end)))
            }
            Some(Err(error)) => Err(self.syntax(&error)),
            None => Ok((Event::StreamEnd, self.span(self.end, self.end))),
        }
    }

    fn node(&mut self, event: Event<'a>, at: Span) -> Parse<Node<'a>> {
        let before = self.end;
        self.end = self.end.max(at.end);
        match event {
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::Scalar(text, style, anchor, tag) => {
                let (function, tag) = self.function(tag.as_deref(), at);
                let at = self.scalar_span(at, style, before);
                self.end = at.end;
                let value = scalar::value(text, style, tag, at)?;
                let node = function::call(function, Node { value, span: at });
                self.anchor(anchor, node)
            }
            Event::SequenceStart(anchor, tag) => {
                let (function, tag) = self.function(tag.as_deref(), at);
                scalar::check_collection(tag, "seq", at)?;
                let value = self.nested(at, Self::sequence)?;
                self.collection(anchor, function, at, value)
            }
            Event::MappingStart(anchor, tag) => {
                let (function, tag) = self.function(tag.as_deref(), at);
                scalar::check_collection(tag, "map", at)?;
                let value = self.nested(at, Self::mapping)?;
                self.collection(anchor, function, at, value)
            }
            _ => Err(Box::new(Diagnostic::error(
                "yaml-syntax",
                at,
                "expected a value",
            ))),
        }
    }

    fn collection(
        &mut self,
        anchor: usize,
        function: Option<Member<'a>>,
        at: Span,
        value: Value<'a>,
    ) -> Parse<Node<'a>> {
        let start = self.behind_properties(at);
        let span = self.span(start, self.end.max(start));
        self.anchor(anchor, function::call(function, Node { value, span }))
    }

    fn nested(&mut self, at: Span, inner: fn(&mut Self) -> Parse<Value<'a>>) -> Parse<Value<'a>> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(at));
        }
        self.depth += 1;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn sequence(&mut self) -> Parse<Value<'a>> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, at) => {
                    self.close(at);
                    return Ok(Value::Array(elements));
                }
                (event, at) => elements.push(self.node(event, at)?),
            }
        }
    }

    fn mapping(&mut self) -> Parse<Value<'a>> {
        let mut members = Vec::new();
        let mut merges = Vec::new();
        loop {
            let (event, at) = match self.next()? {
                (Event::MappingEnd, at) => {
                    self.close(at);
                    break;
                }
                found => found,
            };
            let merge =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.node(event, at)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at)?;
            if merge {
                merges.push(value);
            } else {
                members.push(member(key, value)?);
            }
        }
        report_duplicates(&members, self.diagnostics);
        for node in merges {
            merge(&mut members, node)?;
        }
        Ok(Value::Object(members))
    }

    /// Takes the end of a collection in brackets; the end of a block has no text of its own.
    fn close(&mut self, at: Span) {
        if at.start < at.end {
            self.end = self.end.max(at.end);
        }
    }

    fn anchor(&mut self, anchor: usize, node: Node<'a>) -> Parse<Node<'a>> {
        if anchor != 0 {
            let size = measure(&node);
            self.spend(size, node.span)?;
            let node = node.clone();
            self.anchors.insert(anchor, Anchored { node, size });
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, at: Span) -> Parse<Node<'a>> {
        let Some(Anchored { size, .. }) = self.anchors.get(&anchor) else {
            let message = "this alias stands inside what it refers to";
            return Err(Box::new(Diagnostic::error("yaml-alias", at, message)));
        };
        let size = *size;
        if self.depth + size.height > MAX_DEPTH {
            return Err(too_deep(at));
        }
        self.spend(size, at)?;
        let found = self.anchors.get(&anchor).map(|found| found.node.clone());
        Ok(found.unwrap_or(Node {
            value: Value::Null,
            span: at,
        }))
    }

    fn spend(&mut self, size: Size, at: Span) -> Parse<()> {
        self.copied = self.copied.saturating_add(size.cost);
        if self.copied <= MAX_COPIED {
            return Ok(());
        }
        let message = format!("the aliases of this text stand for more than {MAX_COPIED} values");
        let error = Diagnostic::error("yaml-alias", at, message);
        Err(Box::new(
            error.help("write the values out, or use fewer aliases"),
        ))
    }

    /// The place of a scalar without its anchor and tag. The text of a block scalar (`|`, `>`)
    /// is given from its first line; its header counts too, so that a replacement replaces it.
    fn scalar_span(&self, at: Span, style: ScalarStyle, before: u32) -> Span {
        let start = self.behind_properties(at);
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return self.span(start, at.end.max(start));
        }
        let between = self.text.get(before as usize..start as usize).unwrap_or("");
        let header = between
            .find(['|', '>'])
            .map_or(start, |found| before + to_offset(found));
        let text = self.text.get(start as usize..at.end as usize).unwrap_or("");
        self.span(header, start + to_offset(text.trim_end().len()))
    }

    /// Where a value begins behind its anchor and tag.
    fn behind_properties(&self, at: Span) -> u32 {
        let text = self
            .text
            .get(at.start as usize..at.end as usize)
            .unwrap_or("");
        let mut rest = text;
        while rest.starts_with(['&', '!']) {
            let Some(blank) = rest.find(char::is_whitespace) else {
                break;
            };
            rest = rest.get(blank..).unwrap_or("").trim_start();
        }
        at.start + to_offset(text.len() - rest.len())
    }

    fn syntax(&self, error: &ScanError) -> Box<Diagnostic> {
        let start = self.offsets.byte(error.marker().index());
        let width = self
            .text
            .get(start as usize..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let span = self.span(start, start + to_offset(width));
        // The scanner runs ahead of us and has a limit of its own.
        if error.info().contains("recursion limit") {
            return too_deep(span);
        }
        let message = match error.info() {
            "did not find expected <document start>" => "expected the end of the document",
            info => info,
        };
        Box::new(Diagnostic::error("yaml-syntax", span, message))
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span {
            source: self.source,
            start,
            end,
        }
    }
}

/// The length was checked to fit when the reader was made.
fn to_offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn too_deep(at: Span) -> Box<Diagnostic> {
    let message = format!("more than {MAX_DEPTH} lists and objects stand inside each other");
    let error = Diagnostic::error("too-deep", at, message);
    Box::new(error.help("a policy needs less than ten; is this a policy?"))
}

fn member<'a>(key: Node<'a>, value: Node<'a>) -> Parse<Member<'a>> {
    let key_span = key.span;
    let text = match key.value {
        Value::String(text) | Value::Number(text) => text,
        Value::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let message = format!("a key must be a string, found {}", key.kind());
            return Err(Box::new(Diagnostic::error("yaml-key", key_span, message)));
        }
    };
    Ok(Member {
        key: text,
        key_span,
        value,
    })
}

/// Adds the members of a merge key's value that the object has not. Of several objects the
/// first counts most (YAML, "Merge Key Language-Independent Type").
fn merge<'a>(members: &mut Vec<Member<'a>>, node: Node<'a>) -> Parse<()> {
    let span = node.span;
    let objects = match node.value {
        Value::Array(elements) => elements,
        value => vec![Node { value, span }],
    };
    let mut present: HashSet<Cow<'a, str>> =
        members.iter().map(|member| member.key.clone()).collect();
    for object in objects {
        let kind = object.kind();
        let Value::Object(merged) = object.value else {
            let message = format!("`<<` takes an object or a list of objects, found {kind}");
            let error = Diagnostic::error("yaml-merge", object.span, message);
            return Err(Box::new(
                error.help("a key that is really called << stands in quotes"),
            ));
        };
        for member in merged {
            if present.insert(member.key.clone()) {
                members.push(member);
            }
        }
    }
    Ok(())
}

/// Long texts cost more than one, so that copying them many times is bounded too.
fn measure(node: &Node<'_>) -> Size {
    let text_cost = |text: &str| 1 + text.len() / 64;
    let (own, inner): (usize, Vec<Size>) = match &node.value {
        Value::Null | Value::Bool(_) => (1, Vec::new()),
        Value::Number(text) | Value::String(text) => (text_cost(text), Vec::new()),
        Value::Array(elements) => (1, elements.iter().map(measure).collect()),
        Value::Object(members) => {
            let keys = members.iter().map(|member| text_cost(&member.key)).sum();
            (
                keys,
                members
                    .iter()
                    .map(|member| measure(&member.value))
                    .collect(),
            )
        }
    };
    let nested = usize::from(matches!(node.value, Value::Array(_) | Value::Object(_)));
    Size {
        cost: 1 + own + inner.iter().map(|size| size.cost).sum::<usize>(),
        height: nested + inner.iter().map(|size| size.height).max().unwrap_or(0),
    }
}

/// What a tag is called in a message.
fn tag_name(tag: &saphyr_parser::Tag) -> String {
    if tag.is_yaml_core_schema() {
        excerpt(&format!("!!{}", tag.suffix))
    } else {
        excerpt(&format!("{}{}", tag.handle, tag.suffix))
    }
}

#[cfg(test)]
mod tests;
