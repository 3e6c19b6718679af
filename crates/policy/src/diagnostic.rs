//! What is wrong with a text: found, expected, where, and what would mend it.

use crate::blanks;
use crate::source::{Sources, Span};

/// How serious a finding of the parser is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The text has no meaning that could be evaluated.
    Error,
    /// AWS refuses to save this document, though what it would mean is clear. An error unless
    /// the caller asks to evaluate such documents all the same.
    Refused,
    /// AWS saves the document; it does not mean what it seems to mean.
    Warning,
}

impl Severity {
    /// The word that messages begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error | Self::Refused => "error",
            Self::Warning => "warning",
        }
    }
}

/// A replacement of one range of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// What a change does to what the text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Every decision stays as it is.
    Keeps,
    /// AWS refuses what is replaced, or no request ever meets it, and what was meant is evident. Whatever
    /// else the text means stays as it is.
    Mends,
    /// What was probably meant. Somebody has to look at it.
    Guess,
}

impl Safety {
    /// The word that outputs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keeps => "keeps",
            Self::Mends => "mends",
            Self::Guess => "guess",
        }
    }

    /// Whether the change may be made without asking.
    pub fn is_safe(self) -> bool {
        self != Self::Guess
    }
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// What it does to the meaning.
    pub safety: Safety,
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
}

/// A remark that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The place the remark is about, if it is about one.
    pub span: Option<Span>,
    /// The remark.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name, kebab-case.
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// What was found and what was expected: lower case, no final period, input in backticks.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places and remarks.
    pub notes: Vec<Note>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of severity [`Severity::Error`].
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A finding of severity [`Severity::Refused`].
    pub fn refused(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Refused, code, span, message)
    }

    /// A finding of severity [`Severity::Warning`].
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a remark, at a place if `span` is given.
    #[must_use]
    pub fn note(mut self, span: Option<Span>, text: impl Into<String>) -> Self {
        self.notes.push(Note {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a replacement of the text at `span` as the fix. It is a [`Safety::Guess`] until something
    /// else is said.
    #[must_use]
    pub fn replace(
        mut self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            safety: Safety::Guess,
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
        });
        self
    }

    /// Says that what the fix replaces has no meaning, and that what was meant is evident.
    #[must_use]
    pub fn mends(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.safety = Safety::Mends;
        }
        self
    }

    /// The same for a name that differs from what was found by blanks and letter case only.
    #[must_use]
    pub fn mends_if_same(self, found: &str, name: &str) -> Self {
        if blanks::without(found).eq_ignore_ascii_case(name) {
            self.mends()
        } else {
            self
        }
    }

    /// Moves every place that the finding names.
    pub fn map_spans(&mut self, map: &impl Fn(Span) -> Span) {
        self.span = map(self.span);
        for note in &mut self.notes {
            note.span = note.span.map(map);
        }
        for edit in self.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = map(edit.span);
        }
    }

    /// Names what was probably meant, with the replacement of the finding's place by it.
    #[must_use]
    pub fn did_you_mean(self, name: &str) -> Self {
        let (span, json) = (self.span, serde_json::Value::from(name).to_string());
        self.help(format!("did you mean `{name}`?"))
            .replace(format!("write `{name}`"), span, json)
    }

    /// Names the text without its blanks, with the replacement of the finding's place by it.
    #[must_use]
    pub fn without_blanks(self, plain: &str) -> Self {
        let (span, json) = (self.span, serde_json::Value::from(plain).to_string());
        self.help(format!("did you mean `{}`?", excerpt(plain)))
            .replace("remove the blanks", span, json)
            .mends()
    }

    /// The finding in one line: `file:line:column: error[code]: message`.
    pub fn line(&self, sources: &Sources<'_>) -> String {
        let place = sources.locate(self.span);
        format!(
            "{place}: {}[{}]: {}",
            self.severity.name(),
            self.code,
            self.message
        )
    }

    fn new(severity: Severity, code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            span,
            help: None,
            notes: Vec::new(),
            fix: None,
        }
    }
}

/// Shortens a piece of input for a message, on a character boundary.
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
