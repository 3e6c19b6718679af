//! Names that are nearly right: the "did you mean" of every parser and lint rule.

use std::cmp::Ordering;
use std::fmt;

/// Longer words are no misspelt name, and are never compared.
const LONGEST_WORD: usize = 128;
/// More mistakes than this make another word.
const MOST_MISTAKES: usize = 4;

/// Finds the candidate that a misspelt word most likely means.
///
/// Letter case and surrounding blanks don't count as mistakes, two swapped letters count once. A
/// third of the letters may be wrong, at most four. The first of equally near candidates wins.
///
/// ```
/// let names = ["kms:Encrypt", "kms:Decrypt"];
/// assert_eq!(kmsim_types::nearest("kms:Ecnrypt", names), Some("kms:Encrypt"));
/// assert_eq!(kmsim_types::nearest("s3:GetObject", names), None);
/// ```
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = fold(word)?;
    let length = word.chars().count();
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        let longer = length.max(candidate.len());
        let bound = (longer / 3).clamp(1, MOST_MISTAKES);
        let bound = best.map_or(bound, |(distance, _)| bound.min(distance.saturating_sub(1)));
        if candidate.len().abs_diff(length) > bound {
            continue;
        }
        let distance = strsim::osa_distance(&word, &candidate.to_ascii_lowercase());
        if distance <= bound && distance < longer {
            best = Some((distance, candidate));
            if distance == 0 {
                break;
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The word without surrounding blanks, in lower case; nothing if it is too long to be a name.
///
/// Blanks around megabytes of text are not looked for either: the length comes first.
fn fold(word: &str) -> Option<String> {
    if word.len() > 2 * LONGEST_WORD {
        return None;
    }
    let word = word.trim();
    (!word.is_empty() && word.len() <= LONGEST_WORD).then(|| word.to_ascii_lowercase())
}

/// Orders names as IAM compares them: without regard to ASCII letter case.
pub(crate) fn cmp_ignore_case(left: &str, right: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(fold).cmp(right.bytes().map(fold))
}

/// A text that is none of the names AWS has for a thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {found}{}", DidYouMean(*.closest))]
pub struct UnknownName {
    what: &'static str,
    found: Excerpt,
    closest: Option<&'static str>,
}

impl UnknownName {
    pub(crate) fn new(
        what: &'static str,
        found: &str,
        names: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self::with_closest(what, found, nearest(found, names))
    }

    pub(crate) fn with_closest(
        what: &'static str,
        found: &str,
        closest: Option<&'static str>,
    ) -> Self {
        Self {
            what,
            found: Excerpt::new(found),
            closest,
        }
    }

    /// What was to be named, such as "key spec".
    pub const fn what(&self) -> &'static str {
        self.what
    }

    /// The name that was probably meant.
    pub const fn closest(&self) -> Option<&'static str> {
        self.closest
    }
}

struct DidYouMean(Option<&'static str>);

impl fmt::Display for DidYouMean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, ", did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// The beginning of a foreign text, quoted: an error never carries megabytes, nor control
/// characters onto a terminal.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Excerpt(String);

impl Excerpt {
    const LONGEST: usize = 100;

    pub(crate) fn new(text: &str) -> Self {
        match text.char_indices().nth(Self::LONGEST) {
            Some((end, _)) => Self(text.get(..end).unwrap_or_default().to_owned() + "…"),
            None => Self(text.to_owned()),
        }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = [
        "Encrypt",
        "Decrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
    ];

    #[test]
    fn near_words_are_found_whatever_their_case_and_blanks() {
        for (word, name) in [
            ("encrypt", "Encrypt"),
            (" Decrypt\t", "Decrypt"),
            ("Decyrpt", "Decrypt"),
            ("GenerateDatakeyPairs", "GenerateDataKeyPair"),
            ("GenerateDateKey", "GenerateDataKey"),
        ] {
            assert_eq!(nearest(word, NAMES), Some(name), "{word}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for word in [
            "",
            " ",
            "Sign",
            "GetObject",
            "ééééééé",
            &"Encrypt".repeat(200_000),
        ] {
            assert_eq!(nearest(word, NAMES), None);
        }
        assert_eq!(nearest("a", ["b"]), None, "nothing of the word is left");
    }

    #[test]
    fn an_unknown_name_is_quoted_in_short() {
        let error = UnknownName::new("key spec", "RSA_2084", ["RSA_2048"]);
        assert_eq!(
            error.to_string(),
            "unknown key spec \"RSA_2084\", did you mean `RSA_2048`?"
        );
        assert_eq!(
            (error.what(), error.closest()),
            ("key spec", Some("RSA_2048"))
        );
        let error = UnknownName::new("key spec", &"\u{1b}é".repeat(1_000_000), ["RSA_2048"]);
        let text = error.to_string();
        assert!(text.len() < 1000 && !text.contains('\u{1b}'), "{text}");
    }
}
