//! Colours, and the way to the terminal.

use std::fmt;

const RED: &str = "\u{1b}[1;31m";
const GREEN: &str = "\u{1b}[1;32m";
const YELLOW: &str = "\u{1b}[1;33m";
const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";
const CODES: [&str; 6] = [RED, GREEN, YELLOW, BOLD, DIM, RESET];

/// Text on its way to a terminal. Policies are foreign text: a Sid may hold escape sequences, and
/// only our own colours may pass.
pub struct Screen<'o>(pub &'o mut String);

impl fmt::Debug for Screen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl fmt::Write for Screen<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if CODES.contains(&text) {
            self.0.push_str(text);
        } else {
            let shown = |c: char| {
                if c.is_control() && c != '\n' {
                    '\u{fffd}'
                } else {
                    c
                }
            };
            self.0.extend(text.chars().map(shown));
        }
        Ok(())
    }
}

/// Whether and how to colour.
#[derive(Clone, Copy, Debug)]
pub struct Paint(pub bool);

impl Paint {
    /// Text that says no.
    pub fn red(self, text: &str) -> Painted<'_> {
        self.painted(RED, text)
    }

    /// Text that says yes.
    pub fn green(self, text: &str) -> Painted<'_> {
        self.painted(GREEN, text)
    }

    /// Text that says maybe.
    pub fn yellow(self, text: &str) -> Painted<'_> {
        self.painted(YELLOW, text)
    }

    /// Text that stands out.
    pub fn bold(self, text: &str) -> Painted<'_> {
        self.painted(BOLD, text)
    }

    /// Text that stands back.
    pub fn dim(self, text: &str) -> Painted<'_> {
        self.painted(DIM, text)
    }

    /// The mark that stands before a layer or statement.
    pub fn mark(self, verdict: &str) -> Painted<'static> {
        match verdict {
            "allow" => self.painted(GREEN, "✓"),
            "explicitDeny" => self.painted(RED, "✗"),
            "implicitDeny" => self.painted(RED, "-"),
            "depends" => self.painted(YELLOW, "?"),
            _ => self.painted(DIM, "·"),
        }
    }

    fn painted<'t>(self, code: &'static str, text: &'t str) -> Painted<'t> {
        Painted {
            code: self.0.then_some(code),
            text,
        }
    }
}

/// A text in a colour.
#[derive(Clone, Copy, Debug)]
pub struct Painted<'t> {
    code: Option<&'static str>,
    text: &'t str,
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = self.code else {
            return f.write_str(self.text);
        };
        f.write_str(code)?;
        f.write_str(self.text)?;
        f.write_str(RESET)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn only_our_own_escapes_pass() {
        let mut out = String::new();
        let mut screen = Screen(&mut out);
        let beep = "b\u{7}\r\n";
        write!(screen, "{} {beep}", Paint(true).red("a\u{1b}[2J")).unwrap();
        assert_eq!(out, "\u{1b}[1;31ma\u{fffd}[2J\u{1b}[0m b\u{fffd}\u{fffd}\n");
    }
}
