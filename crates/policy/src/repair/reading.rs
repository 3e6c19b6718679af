//! From a broken text to JSON: quotes, commas, brackets.
//!
//! Every replacement keeps its length in bytes, so that positions stay those of the original.

/// One way to read a text.
pub(super) struct Reading {
    /// The text as JSON, perhaps.
    pub(super) text: String,
    /// How many bytes were put before it.
    pub(super) shift: u32,
    /// Whether the text begins in the middle of something.
    pub(super) excerpt: bool,
    /// Offsets with sentences.
    pub(super) changes: Vec<(u32, String)>,
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
    fn read(&self, text: &str, changes: &[(u32, String)]) -> Reading {
        let mut changes = changes.to_vec();
        let mut change = |offset: usize, sentence: &str| {
            changes.push((
                u32::try_from(offset).unwrap_or(u32::MAX),
                sentence.to_owned(),
            ));
        };
        let mut end = text.len();
        for _ in 0..self.cut {
            let body = text.get(..end).unwrap_or("");
            end = body.rfind(['}', ']']).unwrap_or(0);
            change(end, "removed a closing bracket that nothing opens");
        }
        if self.head > 0 {
            change(0, "removed what closes something before the text begins");
        }
        if self.open {
            change(
                self.head,
                "added the brace that the text lacks at its beginning",
            );
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

/// Replaces what JSON has not: typographic quotes, exotic blanks, commas before a bracket.
fn plain_text(text: &str, quotes: Quotes) -> (String, Vec<(u32, String)>) {
    if quotes == Quotes::Plain {
        return (text.to_owned(), Vec::new());
    }
    let mut plain = Plain {
        out: String::with_capacity(text.len()),
        changes: Vec::new(),
        quotes: None,
        blanks: None,
    };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let behind = rest.get(character.len_utf8()..).unwrap_or("");
        rest = if is_quote(character) {
            plain.open_quote(character);
            plain.string(behind, character, quotes)
        } else {
            plain.outside(character, behind);
            behind
        };
    }
    let summary = [
        (plain.quotes, "replaced typographic quotes by plain ones"),
        (
            plain.blanks,
            "replaced blanks that JSON does not know by plain ones",
        ),
    ];
    for (first, sentence) in summary {
        plain
            .changes
            .extend(first.map(|offset| (offset, sentence.to_owned())));
    }
    (plain.out, plain.changes)
}

struct Plain {
    out: String,
    changes: Vec<(u32, String)>,
    /// Where the first typographic quote and the first exotic blank stand.
    quotes: Option<u32>,
    blanks: Option<u32>,
}

impl Plain {
    fn offset(&self) -> u32 {
        u32::try_from(self.out.len()).unwrap_or(u32::MAX)
    }

    fn pad(&mut self, width: usize) {
        self.out.extend(std::iter::repeat_n(' ', width));
    }

    fn open_quote(&mut self, quote: char) {
        if quote != '"' {
            self.quotes = self.quotes.or(Some(self.offset()));
        }
        self.pad(quote.len_utf8() - 1);
        self.out.push('"');
    }

    /// Copies a string up to its closing quote and gives what follows.
    fn string<'t>(&mut self, text: &'t str, open: char, quotes: Quotes) -> &'t str {
        let mut characters = text.char_indices();
        while let Some((at, character)) = characters.next() {
            let any = quotes == Quotes::Any || open != '"';
            if character == '"' || (any && is_quote(character)) {
                if character != '"' {
                    self.quotes = self.quotes.or(Some(self.offset()));
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
        let next = || behind.trim_start().chars().next();
        match character {
            ',' => match next().filter(|c| "}]".contains(*c)) {
                Some(bracket) => {
                    let sentence = format!("removed the comma before `{bracket}`");
                    self.changes.push((self.offset(), sentence));
                    self.out.push(' ');
                }
                None => self.out.push(','),
            },
            ' ' | '\n' | '\r' | '\t' => self.out.push(character),
            _ if character.is_whitespace() || "\u{200b}\u{2060}\u{feff}".contains(character) => {
                self.blanks = self.blanks.or(Some(self.offset()));
                self.pad(character.len_utf8());
            }
            _ => self.out.push(character),
        }
    }
}

fn is_quote(character: char) -> bool {
    "\"“”„‟″＂".contains(character)
}
