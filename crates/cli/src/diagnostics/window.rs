//! The piece of a source that a finding shows: a line or a few, cut to a width that fits a
//! terminal whatever the length of the line.

use std::ops::Range;

use kmsim_policy::source::{SourceId, Sources, Span};

/// Characters to show before a span.
const BEFORE: usize = 48;
/// Characters to show from the start of a span.
const BEHIND: usize = 72;
/// How many lines may stand between two places that are shown together.
const NEAR: usize = 3;

/// Some lines of a source, or a part of one line.
#[derive(Debug)]
pub(crate) struct Window {
    /// The text, without a line break at its end.
    pub(crate) text: String,
    /// The number of its first line.
    pub(crate) line: usize,
    source: SourceId,
    /// Where it begins in the source.
    start: usize,
    /// Where it ends in the source.
    end: usize,
    /// Bytes that stand in `text` before what is in the source: a mark that something was cut.
    mark: usize,
}

impl Window {
    /// The line on which `span` begins, or what fits of it.
    pub(crate) fn around(sources: &Sources<'_>, span: Span) -> Self {
        let text = sources.text(span.source);
        let at = boundary(text, span.start as usize);
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = at + behind.find('\n').unwrap_or(behind.len());
        let start = back(text, line_start, at);
        let end = forth(text, at, line_end);
        let cut = |from, to, mark| if from == to { "" } else { mark };
        let (opening, closing) = (cut(line_start, start, "…"), cut(end, line_end, "…"));
        let shown = text.get(start..end).unwrap_or("").trim_end_matches('\r');
        Self {
            text: format!("{opening}{shown}{closing}"),
            line: sources.locate(span).line as usize,
            source: span.source,
            start,
            end,
            mark: opening.len(),
        }
    }

    /// Takes up another place that is near. `false` if it stands too far away.
    pub(crate) fn extend(&mut self, sources: &Sources<'_>, span: Span) -> bool {
        if self.covers(span) {
            return true;
        }
        let other = Self::around(sources, span);
        let whole = |window: &Self| window.mark == 0 && !window.text.ends_with('…');
        let apart = self.line.abs_diff(other.line);
        if span.source != self.source
            || apart == 0
            || apart > NEAR
            || !whole(self)
            || !whole(&other)
        {
            return false;
        }
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        if end - start > NEAR * (BEFORE + BEHIND) {
            return false;
        }
        self.line = self.line.min(other.line);
        (self.start, self.end) = (start, end);
        let between = sources.text(self.source).get(start..end);
        between.unwrap_or("").clone_into(&mut self.text);
        true
    }

    /// Whether a span begins in the window.
    pub(crate) fn covers(&self, span: Span) -> bool {
        span.source == self.source && (self.start..=self.end).contains(&(span.start as usize))
    }

    /// Where a span stands in the window's text: what is on its first line.
    pub(crate) fn range(&self, span: Span) -> Range<usize> {
        let start = boundary(
            &self.text,
            (span.start as usize).saturating_sub(self.start) + self.mark,
        );
        let end = boundary(
            &self.text,
            (span.end as usize).min(self.end).saturating_sub(self.start) + self.mark,
        );
        let covered = self.text.get(start..end.max(start)).unwrap_or("");
        let first_line = covered.split('\n').next().unwrap_or("");
        start..start + first_line.trim_end_matches('\r').len()
    }
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Goes back from `at` by some characters, not beyond `line_start`.
fn back(text: &str, line_start: usize, at: usize) -> usize {
    let before = text.get(line_start..at).unwrap_or("");
    let cut = before.char_indices().rev().nth(BEFORE.saturating_sub(1));
    cut.map_or(line_start, |(offset, _)| line_start + offset)
}

/// Goes on from `at` by some characters, not beyond `line_end`.
fn forth(text: &str, at: usize, line_end: usize) -> usize {
    let behind = text.get(at..line_end).unwrap_or("");
    let cut = behind.char_indices().nth(BEHIND);
    cut.map_or(line_end, |(offset, _)| at + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str, needle: &str) -> (Window, String) {
        let mut sources = Sources::new();
        let source = sources.add("a", text.to_owned());
        let start = u32::try_from(text.find(needle).unwrap()).unwrap();
        let end = start + u32::try_from(needle.len()).unwrap();
        let span = Span { source, start, end };
        let window = Window::around(&sources, span);
        let covered = window.text.get(window.range(span)).unwrap().to_owned();
        (window, covered)
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let (found, covered) = window("a\nb é [c] d\r\ne", "[c]");
        assert_eq!(
            (found.text.as_str(), found.line, covered.as_str()),
            ("b é [c] d", 2, "[c]")
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}[c]{}", "é".repeat(100_000), "ü".repeat(100_000));
        let (found, covered) = window(&text, "[c]");
        assert_eq!(covered, "[c]");
        assert!(found.text.starts_with('…') && found.text.ends_with('…'));
        assert_eq!(found.text.chars().count(), BEFORE + BEHIND + 2);
    }

    #[test]
    fn of_a_place_with_several_lines_the_first_is_marked() {
        let (found, covered) = window("x {\n  1\n} y", "{\n  1\n}");
        assert_eq!((found.text.as_str(), covered.as_str()), ("x {", "{"));
    }
}
