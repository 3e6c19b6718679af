//! KMS077: characters that look like others, or like nothing. The parser finds them in actions,
//! condition keys and principals, where nothing matches.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS077",
    name: "look-alike",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A name has a character that looks like another one or like none: a Cyrillic `е`, a \
            zero-width space, a long dash.",
    why: "AWS compares the characters, so the name is another one, which does not exist. Nobody sees it \
          by reading.",
    fires: Example::key_policy(
        "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:role/App\"},\n \
         \"Action\": \"kms:D\u{435}crypt\", \"Resource\": \"*\"}",
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"; Unicode Technical Standard #39",
    access_analyzer: &["INVALID_ACTION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.principal_items() {
        // The names of users and roles have ASCII characters only; the parser finds the others.
        if item.value.names != PrincipalName::Nobody {
            look(&item.value.text, item.span, true, report);
        }
    }
    for (_, item) in check.resource_items() {
        let strict = item.value.text.contains(":kms:");
        look(&item.value.text, item.span, strict, report);
    }
    for (_, condition) in check.conditions() {
        let strict = key(condition) == "kms:ViaService";
        for (text, span) in values(condition) {
            look(
                text,
                span,
                strict || text.starts_with("arn:aws:kms:"),
                report,
            );
        }
    }
    let named = |text: &str| text.contains(char::is_whitespace) || text.is_ascii();
    for (_, item) in check.action_items() {
        let text = item.value.text();
        // Wildcards may match around such a character, and in the name of the service it makes another
        // service: then the parser has nothing to say.
        let told = || {
            let mut found = check.subject.diagnostics.iter();
            found.any(|found| found.span == item.span)
        };
        if !named(text) && !told() {
            look(text, item.span, true, report);
        }
    }
}

/// Reports the first character that is not what it seems to be. In a strict text none but ASCII
/// characters have a place; elsewhere other scripts have, and what cannot be seen has not.
fn look(text: &str, span: Span, strict: bool, report: &mut Report<'_>) {
    let odd = |c: &char| !c.is_ascii() && !c.is_whitespace() && (strict || is_invisible(*c));
    if text.is_ascii() {
        return;
    }
    if let Some(character) = text.chars().find(odd) {
        let shown = excerpt(text);
        let code = u32::from(character);
        let message = format!(
            "`{shown}` has the character U+{code:04X}, which is not what it looks like: AWS compares characters, so this is another name"
        );
        report.add(
            Found::at(span, message)
                .help("type the name anew")
                .like_it_looks(text),
        );
    }
}

impl Found {
    /// Mends the name at the place, if each of its characters looks like an ASCII one.
    pub(crate) fn like_it_looks(self, text: &str) -> Self {
        match plain(text) {
            Some(plain) => self.write(&plain).mends(),
            None => self,
        }
    }
}

/// A name in the ASCII characters that it looks like.
fn plain(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().filter(|c| !is_invisible(*c)) {
        out.push(match character {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
            '\u{2217}' => '*',
            '\u{2236}' => ':',
            '\u{2044}' | '\u{2215}' => '/',
            // The forms of East Asian width.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
            ascii if ascii.is_ascii() => ascii,
            other => *LETTERS
                .iter()
                .find_map(|(like, ascii)| (*like == other).then_some(ascii))?,
        });
    }
    (!out.is_empty()).then_some(out)
}

/// Letters of the Cyrillic and Greek scripts that look like Latin ones (Unicode Technical Standard 39,
/// "Confusable detection").
#[rustfmt::skip]
const LETTERS: [(char, char); 45] = [
    ('А', 'A'), ('В', 'B'), ('Е', 'E'), ('К', 'K'), ('М', 'M'), ('Н', 'H'), ('О', 'O'), ('Р', 'P'),
    ('С', 'C'), ('Т', 'T'), ('Х', 'X'), ('І', 'I'), ('Ј', 'J'), ('Ѕ', 'S'), ('а', 'a'), ('е', 'e'),
    ('о', 'o'), ('р', 'p'), ('с', 'c'), ('у', 'y'), ('х', 'x'), ('і', 'i'), ('ј', 'j'), ('ѕ', 's'),
    ('ԁ', 'd'), ('һ', 'h'), ('ԛ', 'q'), ('ԝ', 'w'), ('ӏ', 'l'), ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'),
    ('Ζ', 'Z'), ('Η', 'H'), ('Ι', 'I'), ('Κ', 'K'), ('Μ', 'M'), ('Ν', 'N'), ('Ο', 'O'), ('Ρ', 'P'),
    ('Τ', 'T'), ('Υ', 'Y'), ('Χ', 'X'), ('ο', 'o'), ('ν', 'v'),
];

/// Whether a character takes no room.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
