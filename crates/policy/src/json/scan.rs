//! The tokens of JSON: strings, numbers and words, read with `nom`.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{char, digit1, one_of};
use nom::combinator::{all_consuming, opt, recognize};
use nom::{IResult, Parser as _};

use super::{Parse, Parser, Value};
use crate::diagnostic::Diagnostic;

impl<'a> Parser<'a, '_> {
    /// Reads a string whose opening quote is next. Without an escape it borrows from the text.
    pub(super) fn string(&mut self) -> Parse<Cow<'a, str>> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        self.plain_characters();
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or("");
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        let mut owned = self.text.get(start..self.at).unwrap_or("").to_owned();
        loop {
            let start = self.at;
            self.plain_characters();
            owned.push_str(self.text.get(start..self.at).unwrap_or(""));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(owned));
                }
                Some(b'\\') => owned.push(self.escape()?),
                Some(_) => {
                    let error = self.fail(
                        "control-character",
                        "a string holds a line break, tab or other control character",
                    );
                    return Err(Box::new(
                        error.help("write it as an escape such as \\n, or close the string"),
                    ));
                }
                None => {
                    let span = self.span(open);
                    let span = crate::source::Span {
                        end: span.start + 1,
                        ..span
                    };
                    let error =
                        Diagnostic::error("json-syntax", span, "this string has no closing quote");
                    return Err(Box::new(error));
                }
            }
        }
    }

    /// Reads a number and keeps its text.
    pub(super) fn number(&mut self) -> Parse<&'a str> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Ok((_, text)) = number(rest) else {
            return Err(self.unexpected("a number"));
        };
        self.at += text.len();
        match self.peek() {
            Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                self.at -= text.len();
                let found = self.found();
                let error = self.fail("json-syntax", format!("{found} is not a JSON number"));
                Err(Box::new(error.help(
                    "put account ids and other texts of digits in double quotes",
                )))
            }
            _ => Ok(text),
        }
    }

    /// Reads `true`, `false` or `null`.
    pub(super) fn word(&mut self) -> Parse<Value<'a>> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let (value, length) = if rest.starts_with("true") {
            (Value::Bool(true), 4)
        } else if rest.starts_with("false") {
            (Value::Bool(false), 5)
        } else if rest.starts_with("null") {
            (Value::Null, 4)
        } else {
            return Err(self.unexpected("a value"));
        };
        let next = rest.as_bytes().get(length);
        if next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            return Err(self.unexpected("a value"));
        }
        self.at += length;
        Ok(value)
    }

    /// Skips to the next quote, backslash or control character: all ASCII, so every byte that
    /// is passed over belongs to whole characters.
    fn plain_characters(&mut self) {
        let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        // Without an early end within a block the compiler makes vector instructions of it.
        let (blocks, last) = rest.as_chunks::<32>();
        let is_plain = |block: &&[u8; 32]| !block.iter().fold(false, |any, byte| any | ends(byte));
        let plain = blocks.iter().take_while(is_plain).count();
        let tail = blocks.get(plain).map_or(last, <[u8; 32]>::as_slice);
        let length = tail.iter().position(ends).unwrap_or(tail.len());
        self.at += plain * 32 + length;
    }

    fn escape(&mut self) -> Parse<char> {
        let simple = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                return Err(self.fail(
                    "json-syntax",
                    "`\\` is not followed by one of \" \\ / b f n r t u",
                ));
            }
        };
        self.at += 2;
        Ok(simple)
    }

    fn unicode_escape(&mut self) -> Parse<char> {
        let first = self.hex_unit(self.at);
        let unpaired =
            |parser: &Self| parser.fail("json-syntax", "this \\u escape is not a character");
        let Some(first) = first else {
            return Err(self.fail(
                "json-syntax",
                "`\\u` is not followed by four hexadecimal digits",
            ));
        };
        if let Some(character) = char::from_u32(first) {
            self.at += 6;
            return Ok(character);
        }
        // A character outside the basic plane is two escapes, a high and a low surrogate.
        let second = self
            .hex_unit(self.at + 6)
            .filter(|unit| (0xdc00..0xe000).contains(unit));
        let (0xd800..0xdc00, Some(second)) = (first, second) else {
            return Err(unpaired(self));
        };
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        let character = char::from_u32(code).ok_or_else(|| unpaired(self))?;
        self.at += 12;
        Ok(character)
    }

    fn hex_unit(&self, at: usize) -> Option<u32> {
        let rest = self.text.get(at..)?.strip_prefix("\\u")?;
        let digits: IResult<&str, &str> =
            take_while_m_n(4, 4, |c: char| c.is_ascii_hexdigit()).parse_complete(rest);
        u32::from_str_radix(digits.ok()?.1, 16).ok()
    }
}

/// Whether a text is a number as JSON writes it.
pub(crate) fn is_number(text: &str) -> bool {
    all_consuming(number).parse_complete(text).is_ok()
}

fn number(text: &str) -> IResult<&str, &str> {
    let integer = alt((tag("0"), recognize((one_of("123456789"), opt(digit1)))));
    let fraction = (char('.'), digit1);
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    recognize((opt(char('-')), integer, opt(fraction), opt(exponent))).parse(text)
}
