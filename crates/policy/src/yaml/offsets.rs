//! From positions in characters, as the YAML parser counts, to offsets in bytes.

/// Every how many characters an offset is kept.
const STRIDE: usize = 32;

pub(super) struct Offsets<'a> {
    text: &'a str,
    /// Offset of every [`STRIDE`]th character; empty where characters are bytes.
    marks: Vec<u32>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            let starts = text.char_indices().step_by(STRIDE);
            starts.map(|(offset, _)| super::to_offset(offset)).collect()
        };
        Self { text, marks }
    }

    /// The offset of a character, or of the end of the text.
    pub(super) fn byte(&self, character: usize) -> u32 {
        if self.marks.is_empty() {
            return super::to_offset(character.min(self.text.len()));
        }
        let Some(mark) = self.marks.get(character / STRIDE) else {
            return super::to_offset(self.text.len());
        };
        let rest = self.text.get(*mark as usize..).unwrap_or("");
        let width: usize = rest
            .chars()
            .take(character % STRIDE)
            .map(char::len_utf8)
            .sum();
        mark + super::to_offset(width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_its_offset() {
        for text in ["", "abc", "é", &"aé😀".repeat(50), &"a".repeat(100)] {
            let offsets = Offsets::new(text);
            for (position, (offset, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.byte(position) as usize, offset);
            }
            let characters = text.chars().count();
            for beyond in [0, 1, 31, 32, 1000] {
                assert_eq!(offsets.byte(characters + beyond) as usize, text.len());
            }
        }
    }
}
