//! From a broken text to JSON: quotes, commas, brackets.
//!
//! Every replacement keeps its length in bytes, so that positions stay those of the original.

use std::ops::Range;

/// What was changed in a text, to read it.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Where.
    pub(super) offset: u32,
    /// What was done, in the past tense.
    pub(super) done: String,
    /// What is wrong with the text as it is.
    pub(super) wrong: String,
    /// Ranges of the text with what belongs there.
    pub(super) edits: Vec<(Range<u32>, &'static str)>,
}

/// One way to read a text.
pub(super) struct Reading {
    /// The text as JSON, perhaps.
    pub(super) text: String,
    /// How many bytes were put before it.
    pub(super) shift: u32,
    /// Whether the text begins in the middle of something.
    pub(super) excerpt: bool,
    /// What had to be changed.
    pub(super) changes: Vec<Change>,
}

/// Which quotes end a string.
#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    /// Only plain ones exist.
    Plain,
    /// What a plain quote opens, a plain one closes.
    Paired,
    /// Any quote closes.
    Any,
}

/// The ways to read a text, from the most faithful on.
pub(super) fn attempts(text: &str) -> impl Iterator<Item = Reading> {
    [Quotes::Plain, Quotes::Paired, Quotes::Any]
        .into_iter()
        .flat_map(move |quotes| {
            let (plain, changes) = plain_text(text, quotes);
            let frames = frames(&plain);
            frames
                .into_iter()
                .map(move |frame| frame.read(&plain, &changes))
        })
}

/// How a piece of a policy becomes whole brackets.
struct Frame {
    /// Bytes at the beginning that only close or separate.
    head: usize,
    /// Whether the members of an object stand without its brace.
    open: bool,
    /// Closing brackets at the end that nothing opens.
    cut: usize,
    /// Whether a brace is missing at the end.
    close: bool,
}

fn frames(text: &str) -> Vec<Frame> {
    const MOST_CLOSERS: usize = 4;
    let body = text.trim_start_matches(|c: char| c.is_whitespace() || "}],\u{feff}".contains(c));
    let closes_only = text.get(..text.len() - body.len()).unwrap_or("");
    let head = closes_only.rfind(['}', ']', ',']).map_or(0, |at| at + 1);
    let open = body.starts_with('"');
    let closers = body
        .chars()
        .rev()
        .filter(|c| !c.is_whitespace())
        .take_while(|c| "}]".contains(*c))
        .take(MOST_CLOSERS)
        .count();
    let mut frames = Vec::new();
    for cut in 0..=closers {
        if open {
            frames.push(Frame {
                head,
                open,
                cut,
                close: false,
            });
        }
        frames.push(Frame {
            head,
            open,
            cut,
            close: open,
        });
    }
    frames
}

impl Frame {
    fn read(&self, text: &str, changes: &[Change]) -> Reading {
        let mut changes = changes.to_vec();
        let mut change =
            |offset: usize, done: &str, wrong: &str, edit: (Range<usize>, &'static str)| {
                let (range, text) = edit;
                changes.push(Change {
                    offset: small(offset),
                    done: done.to_owned(),
                    wrong: wrong.to_owned(),
                    edits: vec![(small(range.start)..small(range.end), text)],
                });
            };
        let mut end = text.len();
        for _ in 0..self.cut {
            let body = text.get(..end).unwrap_or("");
            end = body.rfind(['}', ']']).unwrap_or(0);
            let done = "removed a closing bracket that nothing opens";
            change(
                end,
                done,
                "nothing opens what this bracket closes",
                (end..end + 1, ""),
            );
        }
        if self.head > 0 {
            let done = "removed what closes something before the text begins";
            let wrong = "the text begins with what closes something that is not there";
            change(0, done, wrong, (0..self.head, ""));
        }
        if self.open {
            let done = "added the brace that the text lacks at its beginning";
            let wrong = "the brace is missing that opens the object";
            change(self.head, done, wrong, (self.head..self.head, "{"));
        }
        if self.close
            && let Some(last) = changes.last_mut()
        {
            last.edits.push((small(end)..small(end), "}"));
        }
        let mut framed = String::with_capacity(text.len() + 2);
        framed.push_str(if self.open { "{" } else { "" });
        framed.extend(std::iter::repeat_n(' ', self.head));
        framed.push_str(text.get(self.head..end).unwrap_or(""));
        framed.push_str(if self.close { "}" } else { "" });
        Reading {
            text: framed,
            shift: u32::from(self.open),
            excerpt: self.open || self.head > 0,
            changes,
        }
    }
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Replaces what JSON has not: typographic quotes, exotic blanks, commas before a bracket.
fn plain_text(text: &str, quotes: Quotes) -> (String, Vec<Change>) {
    if quotes == Quotes::Plain {
        return (text.to_owned(), Vec::new());
    }
    let mut plain = Plain {
        out: String::with_capacity(text.len()),
        changes: Vec::new(),
        quotes: Vec::new(),
        blanks: Vec::new(),
    };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let behind = rest.get(character.len_utf8()..).unwrap_or("");
        let comment = comment(rest);
        rest = if comment > 0 {
            plain.comment(comment);
            rest.get(comment..).unwrap_or("")
        } else if is_quote(character) {
            plain.open_quote(character);
            plain.string(behind, character, quotes)
        } else {
            plain.outside(character, behind);
            behind
        };
    }
    let Plain {
        out,
        mut changes,
        quotes,
        blanks,
    } = plain;
    let summary = [
        (
            quotes,
            "\"",
            "replaced typographic quotes by plain ones",
            "this quote is typographic: JSON has plain ones",
        ),
        (
            blanks,
            " ",
            "replaced blanks that JSON does not know by plain ones",
            "this blank is none that JSON knows",
        ),
    ];
    for (ranges, plain, done, wrong) in summary {
        let first = ranges.first().map(|range| range.start);
        changes.extend(first.map(|offset| Change {
            offset,
            done: done.to_owned(),
            wrong: wrong.to_owned(),
            edits: ranges.into_iter().map(|range| (range, plain)).collect(),
        }));
    }
    (out, changes)
}

struct Plain {
    out: String,
    changes: Vec<Change>,
    /// Where the typographic quotes and the exotic blanks stand.
    quotes: Vec<Range<u32>>,
    blanks: Vec<Range<u32>>,
}

impl Plain {
    /// The place of the next character.
    fn place(&self, character: char) -> Range<u32> {
        small(self.out.len())..small(self.out.len() + character.len_utf8())
    }

    fn pad(&mut self, width: usize) {
        self.out.extend(std::iter::repeat_n(' ', width));
    }

    fn open_quote(&mut self, quote: char) {
        if quote != '"' {
            self.quotes.push(self.place(quote));
        }
        self.pad(quote.len_utf8() - 1);
        self.out.push('"');
    }

    fn comment(&mut self, length: usize) {
        let start = self.out.len();
        self.pad(length);
        self.changes.push(Change {
            offset: small(start),
            done: "removed a comment".to_owned(),
            wrong: "this is a comment, which JSON does not have".to_owned(),
            edits: vec![(small(start)..small(start + length), "")],
        });
    }

    /// Copies a string up to its closing quote and gives what follows.
    fn string<'t>(&mut self, text: &'t str, open: char, quotes: Quotes) -> &'t str {
        let mut characters = text.char_indices();
        while let Some((at, character)) = characters.next() {
            let any = quotes == Quotes::Any || open != '"';
            if character == '"' || (any && is_quote(character)) {
                if character != '"' {
                    self.quotes.push(self.place(character));
                }
                self.out.push('"');
                self.pad(character.len_utf8() - 1);
                return text.get(at + character.len_utf8()..).unwrap_or("");
            }
            self.out.push(character);
            if character == '\\' {
                self.out
                    .extend(characters.next().map(|(_, escaped)| escaped));
            }
        }
        ""
    }

    fn outside(&mut self, character: char, behind: &str) {
        let next = || {
            let mut behind = behind.trim_start();
            while comment(behind) > 0 {
                behind = behind.get(comment(behind)..).unwrap_or("").trim_start();
            }
            behind.chars().next()
        };
        match character {
            ',' => match next().filter(|c| "}]".contains(*c)) {
                Some(bracket) => {
                    let place = self.place(',');
                    self.changes.push(Change {
                        offset: place.start,
                        done: format!("removed the comma before `{bracket}`"),
                        wrong: format!(
                            "a comma stands before `{bracket}`: JSON has no trailing comma"
                        ),
                        edits: vec![(place, "")],
                    });
                    self.out.push(' ');
                }
                None => self.out.push(','),
            },
            ' ' | '\n' | '\r' | '\t' => self.out.push(character),
            _ if character.is_whitespace() || "\u{200b}\u{2060}\u{feff}".contains(character) => {
                self.blanks.push(self.place(character));
                self.pad(character.len_utf8());
            }
            _ => self.out.push(character),
        }
    }
}

/// How many bytes a comment has that a text begins with, as other notations write it.
fn comment(text: &str) -> usize {
    /// No comment in a policy is longer. Without an end the search for it would take long, too.
    const LONGEST: usize = 4096;
    let line = || text.find(['\n', '\r']).unwrap_or(text.len());
    match text.as_bytes() {
        [b'/', b'*', rest @ ..] => {
            let mut pairs = rest.windows(2).take(LONGEST);
            let end = pairs.position(|pair| pair == b"*/");
            end.map_or(0, |end| end + 4)
        }
        [b'/', b'/', ..] | [b'#', ..] => line(),
        _ => 0,
    }
}

fn is_quote(character: char) -> bool {
    "\"“”„‟″＂".contains(character)
}
