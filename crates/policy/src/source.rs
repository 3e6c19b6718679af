//! Source texts and positions in them.
//!
//! Every element that the parser makes carries a [`Span`], so that a decision can be explained
//! down to line and column. A policy given as a JSON *string* (the form that `PutKeyPolicy`
//! takes) is a source of its own, since its positions are those of the unescaped text.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use crate::diagnostic::Edit;

mod alignment;

use alignment::Alignment;

/// Which source of a [`Sources`] a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The source that the range lies in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The empty span at the start of `self`, for insertions.
    #[must_use]
    pub fn before(self) -> Self {
        Self {
            end: self.start,
            ..self
        }
    }

    /// The empty span behind the end of `self`, for insertions.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            start: self.end,
            ..self
        }
    }

    /// The smallest span that covers `self` and `other`, which lie in one source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// A value together with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts `value` at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A named text.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// How messages call it, usually the file's path.
    pub name: String,
    /// The whole text.
    pub text: Cow<'a, str>,
    /// For a text that stands as a string inside another source: where.
    pub within: Option<Span>,
    /// Where the lines begin, found when the first place is asked for.
    lines: OnceLock<Vec<u32>>,
    /// For a text inside another one: where each piece of it stands there.
    alignment: OnceLock<Alignment>,
}

/// The texts that one question was read from.
#[derive(Clone, Debug, Default)]
pub struct Sources<'a> {
    list: Vec<Source<'a>>,
}

impl<'a> Sources<'a> {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Cow<'a, str>>) -> SourceId {
        self.push(Source {
            name: name.into(),
            text: text.into(),
            within: None,
            lines: OnceLock::new(),
            alignment: OnceLock::new(),
        })
    }

    /// Adds a text that stands, escaped, at `within` in another source.
    pub fn add_within(&mut self, text: impl Into<Cow<'a, str>>, within: Span) -> SourceId {
        let name = self.name(within.source).to_owned();
        self.push(Source {
            name,
            text: text.into(),
            within: Some(within),
            lines: OnceLock::new(),
            alignment: OnceLock::new(),
        })
    }

    /// Puts another text in the place of one that nothing points into any more.
    pub fn replace(&mut self, id: SourceId, text: impl Into<Cow<'a, str>>) {
        if let Some(source) = self.list.get_mut(id.0 as usize) {
            source.text = text.into();
            source.lines = OnceLock::new();
            source.alignment = OnceLock::new();
        }
    }

    /// The source with this id.
    pub fn get(&self, id: SourceId) -> Option<&Source<'a>> {
        self.list.get(id.0 as usize)
    }

    /// The name of a source, or the empty text for an id that is not of this collection.
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| source.name.as_str())
    }

    /// The text of a source.
    pub fn text(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| &source.text)
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source)
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Name, line and column of a span's start.
    pub fn locate(&self, span: Span) -> Location {
        let source = self.get(span.source);
        let place = source.map(|source| source.line_and_column(span.start as usize));
        let (line, column, utf16_column) = place.unwrap_or((1, 1, 1));
        let within = self.get(span.source).and_then(|source| source.within);
        Location {
            name: self.name(span.source).to_owned(),
            line,
            column,
            utf16_column,
            within: within.map(|outer| Box::new(self.locate(outer))),
        }
    }

    /// Name, line and column of a span's start in the file itself, also for a text that stands as a
    /// string in it.
    pub fn locate_outside(&self, span: Span) -> Location {
        self.locate(self.outside(span))
    }

    /// The range of the file that a span of a text covers which stands as a string in it, whatever the
    /// notation: a string of JSON or YAML, a block text, URL-encoded. A span of a file is its own.
    pub fn outside(&self, mut span: Span) -> Span {
        while let Some((outer, alignment)) = self.around(span.source) {
            span = Span {
                source: outer.source,
                start: outer.start + alignment.start(span.start),
                end: outer.start + alignment.end(span.start, span.end),
            };
        }
        span
    }

    /// The change of the file that makes a change of a text which stands as a string in it. `None` if
    /// what is replaced does not stand there character by character.
    pub fn outside_edit(&self, edit: &Edit) -> Option<Edit> {
        let mut edit = edit.clone();
        while let Some((outer, alignment)) = self.around(edit.span.source) {
            let (start, end) = alignment.exact(edit.span.start, edit.span.end)?;
            edit = Edit {
                span: Span {
                    source: outer.source,
                    start: outer.start + start,
                    end: outer.start + end,
                },
                text: alignment.encode(&edit.text)?,
            };
        }
        Some(edit)
    }

    /// Where a text stands in another one, and how.
    fn around(&self, id: SourceId) -> Option<(Span, &Alignment)> {
        let source = self.get(id)?;
        let outer = source.within?;
        let align = || Alignment::new(self.slice(outer), &source.text);
        Some((outer, source.alignment.get_or_init(align)))
    }

    /// The texts, which borrow from nothing.
    pub fn into_owned(self) -> Sources<'static> {
        let owned = |source: Source<'a>| Source {
            name: source.name,
            text: Cow::Owned(source.text.into_owned()),
            within: source.within,
            lines: source.lines,
            alignment: source.alignment,
        };
        Sources {
            list: self.list.into_iter().map(owned).collect(),
        }
    }

    fn push(&mut self, source: Source<'a>) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(source);
        id
    }
}

/// A place for people: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Name of the source.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Column in UTF-16 units, from 1, as browsers and SARIF count.
    pub utf16_column: u32,
    /// For a text that is a string inside another file: where that string stands. Line and
    /// column are then those of the unescaped text.
    pub within: Option<Box<Self>>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.within {
            None => write!(f, "{}:{}:{}", self.name, self.line, self.column),
            Some(outer) => {
                write!(
                    f,
                    "{outer} (line {}, column {} of the string)",
                    self.line, self.column
                )
            }
        }
    }
}

impl Source<'_> {
    fn line_and_column(&self, offset: usize) -> (u32, u32, u32) {
        let text = &*self.text;
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.lines.get_or_init(|| line_starts(text));
        let line = lines.partition_point(|start| *start as usize <= offset);
        let start = line.checked_sub(1).and_then(|at| lines.get(at));
        let start = start.map_or(0, |start| *start as usize);
        let tail = text.get(start..offset).unwrap_or("");
        // No editor counts a byte order mark.
        let tail = tail.strip_prefix('\u{feff}').unwrap_or(tail);
        let (characters, utf16) = if tail.is_ascii() {
            (tail.len(), tail.len())
        } else {
            (
                tail.chars().count(),
                tail.chars().map(char::len_utf16).sum(),
            )
        };
        (clamp(line), clamp(characters + 1), clamp(utf16 + 1))
    }
}

/// The offsets at which lines begin.
fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let after = breaks.map(|(at, _)| clamp(at + 1));
    std::iter::once(0).chain(after).collect()
}

fn clamp(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let mut sources = Sources::new();
        let id = sources.add("a.json", "{\n  \"k😀é\": 1}");
        let start = u32::try_from("{\n  \"k😀é".len()).unwrap();
        let place = sources.locate(Span {
            source: id,
            start,
            end: start + 1,
        });
        assert_eq!((place.line, place.column, place.utf16_column), (2, 7, 8));
        assert_eq!(place.to_string(), "a.json:2:7");
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let mut sources = Sources::new();
        let source = sources.add("a", "\u{feff}{}\n\u{feff}x");
        let column = |start| {
            let end = start;
            sources.locate(Span { source, start, end }).column
        };
        assert_eq!((column(0), column(3), column(4)), (1, 1, 2));
    }

    #[test]
    fn a_string_inside_a_file_names_both_places() {
        let mut sources = Sources::new();
        let outer = sources.add("case.json", "{\"policy\": \"{ }\"}");
        let inner = sources.add_within(
            "{ }",
            Span {
                source: outer,
                start: 11,
                end: 16,
            },
        );
        let place = sources.locate(Span {
            source: inner,
            start: 2,
            end: 3,
        });
        assert_eq!(
            place.to_string(),
            "case.json:1:12 (line 1, column 3 of the string)"
        );
    }

    #[test]
    fn places_in_a_string_are_places_in_its_file() {
        let value = "a\"é\n😀b";
        for written in [r#""a\"é\n😀b""#, r#""a\"\u00e9\n\ud83d\ude00b""#] {
            let mut sources = Sources::new();
            let text = format!("x: {written}");
            let outer = sources.add("f", text.clone());
            let within = Span {
                source: outer,
                start: 3,
                end: u32::try_from(text.len()).unwrap(),
            };
            let inner = sources.add_within(value, within);
            for (needle, shown) in [("a", 'a'), ("b", 'b')] {
                let start = u32::try_from(value.find(needle).unwrap()).unwrap();
                let span = Span {
                    source: inner,
                    start,
                    end: start + 1,
                };
                let place = sources.outside(span);
                assert_eq!(sources.slice(place), shown.to_string(), "{written}");
            }
        }
    }

    #[test]
    fn offsets_outside_the_text_do_not_panic() {
        let mut sources = Sources::new();
        let id = sources.add("x", "é");
        for start in 0..5 {
            sources.locate(Span {
                source: id,
                start,
                end: start,
            });
            sources.slice(Span {
                source: id,
                start,
                end: start + 1,
            });
        }
    }
}
