//! Where the characters of a text stand that is a string in another text: a policy in a JSON string, in a
//! block of YAML, URL-encoded in an answer of IAM.

/// How a text is written in the one around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In double quotes, with the escapes of JSON; YAML folds lines in them.
    Double,
    /// In YAML's single quotes.
    Single,
    /// A block of YAML behind its header, or lines that are indented as a whole.
    Lines,
    /// URL-encoded, perhaps in quotes.
    Percent,
}

/// A piece of the inner text with its place in the outer one.
#[derive(Clone, Copy, Debug)]
struct Piece {
    inner: u32,
    outer: u32,
    /// Lengths in both; they differ where a character is written by an escape.
    inner_len: u32,
    outer_len: u32,
    /// Whether each character stands for itself.
    plain: bool,
}

/// Where the pieces of a text stand. Places are those in the string as it is written.
#[derive(Clone, Debug)]
pub(super) struct Alignment {
    style: Style,
    pieces: Vec<Piece>,
}

impl Alignment {
    /// Aligns a text with the way in which it is written. Where the two do not fit together, the rest
    /// stands at the end of what does.
    pub(super) fn new(written: &str, value: &str) -> Self {
        let bare = written.trim_start_matches(['"', '\'']);
        let style = match written.as_bytes().first() {
            _ if bare.starts_with('%') && !value.starts_with('%') => Style::Percent,
            Some(b'"') => Style::Double,
            Some(b'\'') => Style::Single,
            _ => Style::Lines,
        };
        let mut walk = Walk {
            style,
            written,
            at: written.len() - bare.len(),
            indentation: 0,
            pieces: Vec::new(),
        };
        walk.open(value);
        let mut inner = 0;
        for character in value.chars() {
            if !walk.character(inner, character) {
                break;
            }
            inner += character.len_utf8();
        }
        Self {
            style,
            pieces: walk.pieces,
        }
    }

    /// Where the character at an offset begins.
    pub(super) fn start(&self, offset: u32) -> u32 {
        match self.piece(offset) {
            Some(piece) if offset >= piece.inner + piece.inner_len => piece.outer + piece.outer_len,
            Some(piece) if piece.plain => piece.outer + (offset - piece.inner),
            Some(piece) => piece.outer,
            None => 0,
        }
    }

    /// Where a range ends that begins at `start`.
    pub(super) fn end(&self, start: u32, end: u32) -> u32 {
        let Some(last) = end.checked_sub(1).filter(|last| *last >= start) else {
            return self.start(end);
        };
        match self.piece(last) {
            Some(piece) if piece.plain => piece.outer + (end - piece.inner).min(piece.outer_len),
            Some(piece) => piece.outer + piece.outer_len,
            None => 0,
        }
    }

    /// The range in which all characters of a range stand and nothing else.
    pub(super) fn exact(&self, start: u32, end: u32) -> Option<(u32, u32)> {
        let known = self.pieces.last().map(|last| last.inner + last.inner_len)?;
        if end > known {
            return None;
        }
        let (from, to) = (self.start(start), self.end(start, end));
        // Lines that are indented would lose their indentation.
        let first = self
            .pieces
            .partition_point(|piece| piece.inner + piece.inner_len <= start);
        let inside = self.pieces.get(first..)?.iter();
        let mut inside = inside.take_while(|piece| piece.inner < end);
        let mut behind = None;
        let whole = inside.all(|piece| {
            let follows = behind.is_none_or(|behind| behind == piece.outer);
            behind = Some(piece.outer + piece.outer_len);
            follows
        });
        whole.then_some((from, to))
    }

    /// A text as it is written here. `None` if that depends on its place.
    pub(super) fn encode(&self, text: &str) -> Option<String> {
        match self.style {
            Style::Double => {
                let quoted = serde_json::Value::from(text).to_string();
                let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
                Some(inner.to_owned())
            }
            Style::Single if !text.contains('\n') => Some(text.replace('\'', "''")),
            Style::Lines if !text.contains('\n') => Some(text.to_owned()),
            Style::Single | Style::Lines => None,
            Style::Percent => Some(percent_encoded(text)),
        }
    }

    /// The last piece that begins at or before an offset.
    fn piece(&self, offset: u32) -> Option<Piece> {
        let behind = self.pieces.partition_point(|piece| piece.inner <= offset);
        self.pieces.get(behind.checked_sub(1)?).copied()
    }
}

/// A walk through both texts.
struct Walk<'w> {
    style: Style,
    written: &'w str,
    at: usize,
    /// How many blanks stand before each line.
    indentation: usize,
    pieces: Vec<Piece>,
}

impl Walk<'_> {
    fn rest(&self) -> &str {
        self.written.get(self.at..).unwrap_or("")
    }

    /// Passes over what stands before the first character.
    fn open(&mut self, value: &str) {
        match self.style {
            Style::Double | Style::Single => self.at = 1,
            Style::Percent => {}
            Style::Lines => {
                self.at = 0;
                if self.written.starts_with(['|', '>']) {
                    let header = self.written.find('\n');
                    self.at = header.map_or(self.written.len(), |end| end + 1);
                }
                let leading = |text: &str| {
                    let line = text.lines().find(|line| !line.trim().is_empty());
                    line.map_or(0, |line| line.len() - line.trim_start().len())
                };
                self.indentation = leading(self.rest()).saturating_sub(leading(value));
                self.indent();
            }
        }
    }

    /// Passes over the indentation of a line.
    fn indent(&mut self) {
        let blanks = self
            .rest()
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t'));
        self.at += blanks.take(self.indentation).count();
    }

    /// Finds the next character of the inner text. `false` if something else stands there.
    fn character(&mut self, inner: usize, character: char) -> bool {
        let rest = self.rest();
        let written = match self.style {
            Style::Double if rest.starts_with('\\') => unescaped(rest),
            Style::Percent if rest.starts_with('%') => percent_decoded(rest, character),
            Style::Single if rest.starts_with("''") => Some(('\'', 2)),
            _ => None,
        };
        if let Some((found, length)) = written {
            if found == character {
                self.push(inner, character.len_utf8(), length, false);
                return true;
            }
            return false;
        }
        if rest.starts_with(character) {
            self.push(inner, character.len_utf8(), character.len_utf8(), true);
            if character == '\n' && self.style == Style::Lines {
                self.indent();
            }
            return true;
        }
        // A line break that YAML folds, or that ends in a carriage return.
        let breaks = rest.trim_start_matches([' ', '\t', '\r']);
        if !matches!(character, ' ' | '\n') || !breaks.starts_with('\n') {
            return false;
        }
        let blanks = match self.style {
            Style::Lines => {
                let start = self.at;
                self.at = self.written.len() - breaks.len() + 1;
                self.indent();
                let length = self.at - start;
                self.at = start;
                length
            }
            _ => rest.len() - breaks.trim_start().len(),
        };
        self.push(inner, 1, blanks, false);
        true
    }

    fn push(&mut self, inner: usize, inner_len: usize, outer_len: usize, plain: bool) {
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (inner, outer) = (small(inner), small(self.at));
        self.at += outer_len;
        let (inner_len, outer_len) = (small(inner_len), small(outer_len));
        if let Some(last) = self.pieces.last_mut()
            && plain
            && last.plain
            && last.outer + last.outer_len == outer
        {
            last.inner_len += inner_len;
            last.outer_len += outer_len;
            return;
        }
        self.pieces.push(Piece {
            inner,
            outer,
            inner_len,
            outer_len,
            plain,
        });
    }
}

/// What an escape stands for, and its length. Those of YAML that JSON has not are few and rare.
fn unescaped(text: &str) -> Option<(char, usize)> {
    let kind = text.chars().nth(1)?;
    let plain = match kind {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(text),
        other => other,
    };
    Some((plain, 1 + kind.len_utf8()))
}

/// `\u00e9`, or a pair of them.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let first = unit(2)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = unit(8).filter(|second| (0xdc00..0xe000).contains(second))?;
    let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    Some((char::from_u32(code)?, 12))
}

/// A character that is written by its bytes, if that is `expected`.
fn percent_decoded(text: &str, expected: char) -> Option<(char, usize)> {
    let mut buffer = [0; 4];
    let bytes = expected.encode_utf8(&mut buffer).as_bytes();
    let written = |at: usize| {
        let digits = text.get(at * 3..)?.strip_prefix('%')?.get(..2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let fits = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| written(at) == Some(*byte));
    fits.then_some((expected, bytes.len() * 3))
}

/// A text as URLs have it: RFC 3986, as IAM writes policies.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(half), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of `value` is found where `written` has it.
    fn aligned(written: &str, value: &str) -> Alignment {
        let alignment = Alignment::new(written, value);
        let known = alignment.pieces.last().unwrap();
        assert_eq!(
            (known.inner + known.inner_len) as usize,
            value.len(),
            "{written}"
        );
        alignment
    }

    fn slice<'w>(alignment: &Alignment, written: &'w str, value: &str, needle: &str) -> &'w str {
        let start = u32::try_from(value.find(needle).unwrap()).unwrap();
        let end = start + u32::try_from(needle.len()).unwrap();
        let (from, to) = (alignment.start(start), alignment.end(start, end));
        written.get(from as usize..to as usize).unwrap()
    }

    #[test]
    fn strings_of_json() {
        let value = "{\"é\": \"a\n😀\\b\"}";
        for written in [
            r#""{\"é\": \"a\n😀\\b\"}""#,
            r#""{\"\u00e9\": \"a\n\ud83d\ude00\\b\"}""#,
        ] {
            let found = aligned(written, value);
            assert_eq!(slice(&found, written, value, "\"a\n"), r#"\"a\n"#);
            assert_eq!(slice(&found, written, value, "b"), "b");
            assert_eq!(slice(&found, written, value, "}"), "}");
            assert_eq!(found.encode("\"x\"").unwrap(), r#"\"x\""#);
            assert!(found.exact(0, 4).is_some());
        }
    }

    #[test]
    fn texts_of_yaml() {
        let block = "|\n    {\n      \"a\": 1,\n\n      \"b\": 2\n    }\n";
        let value = "{\n  \"a\": 1,\n\n  \"b\": 2\n}\n";
        let found = aligned(block, value);
        assert_eq!(slice(&found, block, value, "\"b\""), "\"b\"");
        let at = u32::try_from(value.find("\"b\"").unwrap()).unwrap();
        assert_eq!(found.exact(at, at + 3), Some((29, 32)));
        assert_eq!(found.exact(0, at), None);
        assert_eq!(
            (found.encode("x").as_deref(), found.encode("\n")),
            (Some("x"), None)
        );

        let folded = ">-\n  {\"a\":\n  1}";
        let found = aligned(folded, "{\"a\": 1}");
        assert_eq!(slice(&found, folded, "{\"a\": 1}", "1"), "1");
        let single = "'{\"a\": ''x''}'";
        let found = aligned(single, "{\"a\": 'x'}");
        assert_eq!(slice(&found, single, "{\"a\": 'x'}", "x"), "x");
        assert_eq!(found.encode("'").as_deref(), Some("''"));
        let windows = "|\r\n  a\r\n  b";
        let found = aligned(windows, "a\nb");
        assert_eq!(slice(&found, windows, "a\nb", "b"), "b");
    }

    #[test]
    fn texts_of_urls() {
        let (written, value) = ("\"%7B%22%C3%A9%22%3A+1%7D\"", "{\"é\":+1}");
        let found = aligned(written, value);
        assert_eq!(slice(&found, written, value, "é"), "%C3%A9");
        assert_eq!(found.encode("é\"a").as_deref(), Some("%C3%A9%22a"));
    }

    #[test]
    fn what_does_not_fit_ends_the_alignment() {
        let found = Alignment::new("\"ab\"", "ax");
        assert_eq!(
            (found.start(1), found.start(9), found.exact(0, 2)),
            (2, 2, None)
        );
        assert_eq!(Alignment::new("", "x").start(0), 0);
        assert_eq!(Alignment::new("\"", "").end(0, 0), 0);
    }
}
