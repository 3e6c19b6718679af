//! Mending what people paste: policies from slides, PDFs, chats and notes.
//!
//! A repair does what the author evidently meant and nothing else: blanks in names, elements in
//! the wrong place or case, statements without a document, typographic quotes, commas too many.
//! What a readable policy means stays as it is, whether or not that is wise. What can't be mended
//! is left for the parser to name.

use crate::diagnostic::Diagnostic;
use crate::json::{self, Node};
use crate::parse;
use crate::print::node_to_json;
use crate::source::{SourceId, Span};
use crate::syntax::PolicyKind;

mod document;
mod names;
mod reading;
mod recover;
mod statement;

pub use recover::{Recovered, recover};

/// Longer texts are not repaired. AWS takes key policies of 32 KiB and no longer ones of any kind.
const LONGEST: usize = 1 << 20;

/// A mended policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The whole policy, printed anew.
    pub text: String,
    /// What was done: one sentence each, beginning with line and column of the original.
    pub changes: Vec<String>,
    /// What the parser finds in the mended text.
    pub remaining: Vec<Diagnostic>,
}

/// Mends a policy in JSON. Nothing if there is nothing to mend, or if the text is too broken to
/// be read at all.
///
/// ```
/// use kmsim_policy::{repair::repair, syntax::PolicyKind};
///
/// let note = r#"{"effect": "allow", "Action": "kms: Decrypt", "Resource": "*",}"#;
/// let repaired = repair(note, PolicyKind::Identity).unwrap();
/// assert!(repaired.remaining.is_empty());
/// assert_eq!(repaired.changes.last().unwrap(), "1:62: removed the comma before `}`");
/// ```
pub fn repair(text: &str, kind: PolicyKind) -> Option<Repaired> {
    if text.len() > LONGEST {
        return None;
    }
    reading::attempts(text).find_map(|reading| {
        let nodes = json::parse_sequence(&reading.text, SourceId(0))?;
        let mut mender = Mender {
            shift: reading.shift,
            changes: (reading.changes.into_iter())
                .map(|change| (change.offset, change.done))
                .collect(),
        };
        let document = document::assemble(&mut mender, nodes, reading.excerpt)?;
        mender.finish(text, &document, kind)
    })
}

/// Collects what is changed.
struct Mender {
    /// How many bytes were put before the original text.
    shift: u32,
    /// Offsets in the original with sentences.
    changes: Vec<(u32, String)>,
}

impl Mender {
    fn change(&mut self, span: Span, sentence: impl Into<String>) {
        let offset = span.start.saturating_sub(self.shift);
        self.changes.push((offset, sentence.into()));
    }

    fn finish(mut self, original: &str, document: &Node<'_>, kind: PolicyKind) -> Option<Repaired> {
        if self.changes.is_empty() {
            return None;
        }
        self.changes.sort_by_key(|(offset, _)| *offset);
        let text = node_to_json(document);
        let mut remaining = Vec::new();
        parse::parse(&text, SourceId(0), kind, &mut remaining);
        Some(Repaired {
            text,
            changes: with_positions(original, self.changes),
            remaining,
        })
    }
}

/// Puts line and column before each sentence, in one pass over the text.
fn with_positions(text: &str, changes: Vec<(u32, String)>) -> Vec<String> {
    let mut characters = text.char_indices().peekable();
    let (mut line, mut column) = (1, 1);
    let place = |(offset, sentence): (u32, String)| {
        while let Some((_, character)) =
            characters.next_if(|(at, c)| at + c.len_utf8() <= offset as usize)
        {
            (line, column) = if character == '\n' {
                (line + 1, 1)
            } else {
                (line, column + 1)
            };
        }
        format!("{line}:{column}: {sentence}")
    };
    changes.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests;
