//! Whole lines from a stream, many at once.

use std::io::{ErrorKind, Read, Result};

/// How much to ask of the stream at once. A pipe gives less, a longer line takes several.
const BLOCK: usize = 256 << 10;

/// Some lines.
#[derive(Debug)]
pub(crate) struct Block {
    /// The number of the first line, from 1.
    pub(crate) first_line: u64,
    /// The lines, each with its line break but perhaps the last of all.
    pub(crate) bytes: Vec<u8>,
}

impl Block {
    /// The lines with their numbers, but those that are blank.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let lines = self.bytes.split(|byte| *byte == b'\n');
        let blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
        (self.first_line..)
            .zip(lines)
            .filter(move |(_, line)| !blank(line))
    }
}

/// Reads blocks. What the stream has is passed on at once, so that a program that asks line by
/// line gets its answers.
#[derive(Debug)]
pub(crate) struct Blocks<R> {
    input: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    line: u64,
    block: usize,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            rest: Vec::new(),
            line: 1,
            block: BLOCK,
        }
    }

    fn read(&mut self) -> Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let before = bytes.len();
            bytes.resize(before + self.block, 0);
            let read = read_some(&mut self.input, bytes.get_mut(before..).unwrap_or_default())?;
            bytes.truncate(before + read);
            if read == 0 {
                return Ok((!bytes.is_empty()).then(|| self.block_of(bytes)));
            }
            let new = bytes.get(before..).unwrap_or_default();
            if let Some(last) = new.iter().rposition(|byte| *byte == b'\n') {
                self.rest = bytes.split_off(before + last + 1);
                return Ok(Some(self.block_of(bytes)));
            }
        }
    }

    fn block_of(&mut self, bytes: Vec<u8>) -> Block {
        let first_line = self.line;
        self.line += line_breaks(&bytes);
        Block { first_line, bytes }
    }
}

fn line_breaks(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').skip(1).map(|_| 1).sum()
}

fn read_some(input: &mut impl Read, into: &mut [u8]) -> Result<usize> {
    loop {
        match input.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str, block: usize) -> Vec<(u64, String)> {
        let blocks = Blocks {
            block,
            ..Blocks::new(text.as_bytes())
        };
        blocks
            .map(|block| block.unwrap())
            .map(|block| (block.first_line, String::from_utf8(block.bytes).unwrap()))
            .collect()
    }

    #[test]
    fn blocks_hold_whole_lines_and_lose_nothing() {
        let text = "a\nbb\n\ncccccccccccc\nd\n\ne";
        for size in 1..30 {
            let blocks = blocks(text, size);
            let joined: String = blocks.iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(joined, text);
            let mut line = 1;
            for (at, (first, text)) in blocks.iter().enumerate() {
                assert_eq!(*first, line);
                assert!(text.ends_with('\n') || at + 1 == blocks.len());
                line += text.matches('\n').count() as u64;
            }
        }
    }

    #[test]
    fn an_empty_input_has_no_block() {
        assert_eq!(blocks("", 4), []);
        assert_eq!(blocks("\n", 4), [(1, "\n".to_owned())]);
    }
}
