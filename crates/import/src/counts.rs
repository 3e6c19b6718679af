//! What a template or plan gave, for the report.

use std::collections::BTreeSet;
use std::fmt;

/// Things by their words, and what was passed over.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    things: Vec<(&'static str, usize)>,
    others: BTreeSet<String>,
}

impl Counts {
    /// One more of a thing.
    pub(crate) fn add(&mut self, word: &'static str) {
        match self.things.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => self.things.push((word, 1)),
        }
    }

    /// Things of a type that says nothing about permissions.
    pub(crate) fn pass_over(&mut self, kind: &str) {
        self.others.insert(kind.to_owned());
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let things = self.things.iter();
        let mut parts: Vec<String> = things.map(|(word, count)| counted(*count, word)).collect();
        if parts.is_empty() {
            parts.push("nothing about permissions".to_owned());
        }
        if !self.others.is_empty() {
            let others: Vec<&str> = self.others.iter().map(String::as_str).collect();
            parts.push(format!("passed over {}", others.join(", ")));
        }
        f.write_str(&parts.join(", "))
    }
}

/// "1 key", "2 keys", "2 managed policies", "2 aliases".
fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        return format!("1 {word}");
    }
    match word.strip_suffix("cy") {
        Some(stem) => format!("{count} {stem}cies"),
        None if word.ends_with('s') => format!("{count} {word}es"),
        None => format!("{count} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_plurals() {
        let mut counts = Counts::default();
        assert_eq!(counts.to_string(), "nothing about permissions");
        for word in [
            "key",
            "key",
            "alias",
            "alias",
            "role",
            "managed policy",
            "managed policy",
        ] {
            counts.add(word);
        }
        counts.pass_over("b");
        counts.pass_over("a");
        counts.pass_over("b");
        assert_eq!(
            counts.to_string(),
            "2 keys, 2 aliases, 1 role, 2 managed policies, passed over a, b"
        );
    }
}
