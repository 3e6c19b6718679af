//! Policies in the code blocks of notes.
//!
//! Blocks are those between fences (`` ``` `` or `~~~`), also in lists and quotations. A block is read
//! where it stands: what belongs to the note around it is blanked out, so that every place in the block is a
//! place in the note. Source: the specification of `CommonMark` 0.31, "Fenced code blocks".

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_template;
use kmsim_policy::json::Node;
use kmsim_policy::repair::recover;
use kmsim_policy::source::{SourceId, Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use super::{Extract, Form, Input, document, hcl, shape};

/// What a block is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Json,
    Yaml,
    Terraform,
    /// The note does not tell.
    Unknown,
}

impl Notation {
    /// By the word behind the fence; nothing for blocks that are something else.
    fn of(info: &str) -> Option<Self> {
        let mut words = info.split(|c: char| c.is_whitespace() || "{}.,:".contains(c));
        let word = words.find(|word| !word.is_empty()).unwrap_or("");
        Some(match word.to_ascii_lowercase().as_str() {
            "json" | "jsonc" | "json5" => Self::Json,
            "yaml" | "yml" => Self::Yaml,
            "hcl" | "terraform" | "tf" | "tofu" => Self::Terraform,
            "" | "text" | "txt" | "policy" | "plaintext" => Self::Unknown,
            _ => return None,
        })
    }
}

/// A code block.
#[derive(Debug)]
struct Block {
    notation: Notation,
    /// Where it begins in the note.
    start: usize,
    /// The lines in it, as long as in the note.
    text: String,
}

/// The policies of a note.
pub(super) fn read<'a>(
    text: &str,
    source: SourceId,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
) -> Input<'a> {
    let mut policies = Vec::new();
    for (index, block) in blocks(text).iter().enumerate() {
        for mut policy in of_block(block, source, kind, sources) {
            let name = format!("code block {}", index + 1);
            policy.place = Some(match policy.place {
                Some(place) => format!("{name}, {place}"),
                None => name,
            });
            policies.push(policy);
        }
    }
    Input {
        form: Form::Notes,
        policies,
        diagnostics: Vec::new(),
    }
}

fn of_block<'a>(
    block: &Block,
    source: SourceId,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
) -> Vec<Extract<'a>> {
    let start = u32::try_from(block.start).unwrap_or(u32::MAX);
    let place = |span: Span| Span {
        source,
        start: span.start.saturating_add(start),
        end: span.end.saturating_add(start),
    };
    let ending = match block.notation {
        Notation::Json => "json",
        Notation::Yaml => "yaml",
        Notation::Unknown => "",
        Notation::Terraform => return hcl::read(&block.text, source, block.start, kind).policies,
    };
    let (text, elided) = without_ellipses(&block.text);
    let mut found = Vec::new();
    let node = parse_template(&text, source, &format!("block.{ending}"), &mut found);
    let moved = |mut node: Node<'static>, mut found: Vec<Diagnostic>| {
        node.map_spans(&place);
        for found in &mut found {
            found.map_spans(&place);
        }
        (node, found)
    };
    let mut policies = match node {
        Some(node) => {
            let (node, found) = moved(node.into_owned(), found);
            let is_part = shape::is_bare(&node);
            let mut policies = document::of_node(node, found, kind, sources).policies;
            for policy in &mut policies {
                policy.excerpt |= is_part;
            }
            policies
        }
        None => broken(&text, source, kind, found, &place),
    };
    for policy in &mut policies {
        policy.excerpt |= elided;
    }
    policies
}

/// A block that cannot be read as it is.
fn broken<'a>(
    text: &str,
    source: SourceId,
    kind: Option<PolicyKind>,
    mut found: Vec<Diagnostic>,
    place: &impl Fn(Span) -> Span,
) -> Vec<Extract<'a>> {
    let start = text.trim_start();
    if !start.starts_with(['{', '[', '"', '“', '}', ',']) {
        return Vec::new();
    }
    if let Some(mut recovered) = recover(text, source) {
        for node in &mut recovered.nodes {
            node.map_spans(place);
        }
        for found in &mut recovered.diagnostics {
            found.map_spans(place);
            stay_a_part(found);
        }
        let mut policies = document::policies_of(recovered.nodes, recovered.diagnostics, kind);
        for policy in &mut policies {
            let node = policy.node.as_ref();
            policy.excerpt |= node.is_some_and(shape::is_bare);
        }
        return policies;
    }
    if !shape::resembles_policy(text) {
        return Vec::new();
    }
    for found in &mut found {
        found.map_spans(place);
    }
    let kind = kind.unwrap_or_else(|| crate::kind::guess_of_text(text));
    vec![Extract::unreadable(kind, found)]
}

/// Statements of a note that were joined become a list: as a document they would be a whole policy, from
/// which much is missing.
fn stay_a_part(found: &mut Diagnostic) {
    let Some(fix) = found
        .fix
        .as_mut()
        .filter(|_| found.code == "joined-documents")
    else {
        return;
    };
    let edits = fix.edits.as_mut_slice();
    if let [first, .., last] = edits {
        "[".clone_into(&mut first.text);
        "]".clone_into(&mut last.text);
        "put the statements into a list".clone_into(&mut fix.title);
    }
}

/// The blocks of a note that may hold policies.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(Fence<'_>, Block)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match &mut open {
            None => {
                if let Some(fence) = Fence::opening(line) {
                    let block = Block {
                        notation: Notation::of(fence.info).unwrap_or(Notation::Unknown),
                        start: at,
                        text: String::new(),
                    };
                    open = Some((fence, block));
                }
            }
            Some((fence, _)) if fence.is_closed_by(line) => {
                blocks.extend(open.take().and_then(|(fence, block)| fence.finish(block)));
            }
            Some((fence, block)) => {
                let text = text.get(start..at).unwrap_or("");
                fence.push(text, &mut block.text);
            }
        }
    }
    // A fence that nothing closes reaches to the end.
    blocks.extend(open.and_then(|(fence, block)| fence.finish(block)));
    blocks
}

/// The line that opens a block.
struct Fence<'t> {
    mark: char,
    length: usize,
    info: &'t str,
    /// Whether the block stands in a quotation.
    quoted: bool,
}

impl<'t> Fence<'t> {
    fn opening(line: &'t str) -> Option<Self> {
        let (quoted, mut body) = unquoted(line);
        // The first thing of an item of a list may be a fence.
        let digits = body.trim_start_matches(|c: char| c.is_ascii_digit());
        for marker in ["- ", "* ", "+ "] {
            body = body.strip_prefix(marker).unwrap_or(body);
        }
        for marker in [". ", ") "] {
            if let Some(rest) = digits.strip_prefix(marker).filter(|_| digits != body) {
                body = rest;
            }
        }
        let body = body.trim_start();
        let mark = body.chars().next().filter(|mark| "`~".contains(*mark))?;
        let info = body.trim_start_matches(mark);
        let length = body.len() - info.len();
        // Code in a line may begin with three backticks, too.
        let is_inline = mark == '`' && info.contains('`');
        (length >= 3 && !is_inline).then_some(Self {
            mark,
            length,
            info: info.trim(),
            quoted,
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let (_, body) = if self.quoted {
            unquoted(line)
        } else {
            (false, line)
        };
        let body = body.trim();
        body.len() >= self.length && body.chars().all(|c| c == self.mark)
    }

    /// Adds a line to a block; the marks of a quotation become blanks.
    fn push(&self, line: &str, block: &mut String) {
        let (is_quoted, body) = unquoted(line);
        if !self.quoted || !is_quoted {
            block.push_str(line);
            return;
        }
        block.extend(std::iter::repeat_n(' ', line.len() - body.len()));
        block.push_str(body);
    }

    /// The block, if it may hold a policy.
    fn finish(self, block: Block) -> Option<Block> {
        Notation::of(self.info)?;
        Some(block)
    }
}

/// A line without the marks of a quotation, and whether there were any.
fn unquoted(line: &str) -> (bool, &str) {
    let mut rest = line.trim_start_matches([' ', '\t']);
    let mut quoted = false;
    while let Some(inner) = rest.strip_prefix('>') {
        quoted = true;
        rest = inner.trim_start_matches([' ', '\t']);
    }
    (quoted, rest)
}

/// A text in which dots that stand for something left out are blanks, with the comma before them where
/// nothing follows; and whether there were any.
fn without_ellipses(text: &str) -> (String, bool) {
    const MARKS: [&str; 3] = ["....", "...", "…"];
    let mut out = String::with_capacity(text.len());
    let mut elided = false;
    let mut in_string = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mark = MARKS
            .iter()
            .find(|mark| !in_string && rest.starts_with(**mark));
        if let Some(mark) = mark {
            elided = true;
            rest = rest.get(mark.len()..).unwrap_or("");
            let ends = rest.trim_start().starts_with(['}', ']']);
            let before = out.trim_end().len();
            if ends
                && out
                    .get(..before)
                    .is_some_and(|before| before.ends_with(','))
            {
                out.replace_range(before - 1..before, " ");
            }
            out.extend(std::iter::repeat_n(' ', mark.len()));
            // `..., "b"`: the comma belongs to what is left out.
            let before = out.trim_end();
            let begins = before.is_empty() || before.ends_with(['{', '[', ',']);
            if begins && rest.trim_start().starts_with(',') {
                let comma = rest.find(',').unwrap_or(0);
                out.push_str(rest.get(..comma).unwrap_or(""));
                out.push(' ');
                rest = rest.get(comma + 1..).unwrap_or("");
            }
            continue;
        }
        let length = character.len_utf8();
        match character {
            '"' => in_string = !in_string,
            // A string ends with its line.
            '\n' => in_string = false,
            _ => {}
        }
        out.push(character);
        rest = rest.get(length..).unwrap_or("");
        if character == '\\'
            && in_string
            && let Some(escaped) = rest.chars().next()
        {
            out.push(escaped);
            rest = rest.get(escaped.len_utf8()..).unwrap_or("");
        }
    }
    (out, elided)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_in_lists_and_quotations() {
        let note = "a\n```json\n{}\n```\n- b\n  ```yaml\n  c: 1\n  ```\n> ~~~\n> {\n> }\n> ~~~\n1. ```\n   [1]\n   ```\n````md\n```json\n{\"no\": 1}\n```\n````\n```bash\nx\n```\n```json\nopen";
        let found = blocks(note);
        let shown: Vec<_> = found
            .iter()
            .map(|block| (block.notation, block.text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (Notation::Json, "{}\n"),
                (Notation::Yaml, "  c: 1\n"),
                (Notation::Unknown, "  {\n  }\n"),
                (Notation::Unknown, "   [1]\n"),
                (Notation::Json, "open"),
            ]
        );
        for block in &found {
            let length = block.text.len();
            let written = note.get(block.start..block.start + length).unwrap();
            assert_eq!(written.replace('>', " "), block.text);
        }
    }

    #[test]
    fn what_is_left_out_is_no_mistake() {
        for (text, expected) in [
            ("[1, ...]", "[1     ]"),
            ("[..., 2]", "[     2]"),
            ("[1, ..., 2]", "[1,      2]"),
            ("{ … }", "{     }"),
            ("\"a...\"", "\"a...\""),
            ("{\"a\\\"...\": 1,\n  ...\n}", "{\"a\\\"...\": 1 \n     \n}"),
        ] {
            let (found, _) = without_ellipses(text);
            assert_eq!(
                (found.as_str(), found.len()),
                (expected, text.len()),
                "{text}"
            );
        }
    }
}
