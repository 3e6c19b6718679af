//! Account IDs.

use std::fmt;
use std::str::FromStr;

use crate::name::Excerpt;

/// The ID of an AWS account: exactly twelve digits, leading zeros included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// Reads an account ID.
    ///
    /// # Errors
    /// When the text is anything but twelve ASCII digits; the error says what was found.
    pub fn new(text: &str) -> Result<Self, AccountIdError> {
        if let Some((position, character)) = text
            .chars()
            .take(13)
            .enumerate()
            .find(|(_, c)| !c.is_ascii_digit())
        {
            let found = Excerpt::new(text);
            return Err(AccountIdError(Reason::NotADigit {
                found,
                character,
                position,
            }));
        }
        match <[u8; 12]>::try_from(text.as_bytes()) {
            Ok(digits) => Ok(Self(digits)),
            Err(_) => Err(AccountIdError(Reason::Length {
                found: Excerpt::new(text),
                length: text.chars().count(),
            })),
        }
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        // Only digits are ever stored.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccountId").field(&self.as_str()).finish()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

serde_as_text!(AccountId, "an account ID of 12 digits", |id| id.as_str());

/// A text that is no account ID, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct AccountIdError(Reason);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error("an account ID has 12 digits, found {length} in {found}")]
    Length { found: Excerpt, length: usize },
    #[error(
        "an account ID has only digits, found {character:?} as character {} of {found}",
        position + 1
    )]
    NotADigit {
        found: Excerpt,
        character: char,
        position: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_round_trip() {
        let id = AccountId::new("012345678901").unwrap();
        assert_eq!(id.as_str(), "012345678901");
        assert_eq!(id.to_string(), "012345678901");
        assert_eq!(format!("{id:?}"), "AccountId(\"012345678901\")");
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
        assert!(AccountId::new("000000000001").unwrap() < id);
    }

    #[test]
    fn anything_else_is_refused_with_what_was_found() {
        for (text, message) in [
            ("", "an account ID has 12 digits, found 0 in \"\""),
            (
                "12345678901",
                "an account ID has 12 digits, found 11 in \"12345678901\"",
            ),
            (
                "1234567890123",
                "an account ID has 12 digits, found 13 in \"1234567890123\"",
            ),
            (
                "1111-2222-3333",
                "an account ID has only digits, found '-' as character 5 of \"1111-2222-3333\"",
            ),
            (
                "11111111111\u{0661}",
                "an account ID has only digits, found '\u{0661}' as character 12 of \"11111111111\u{0661}\"",
            ),
        ] {
            assert_eq!(AccountId::new(text).unwrap_err().to_string(), message);
        }
        assert!(
            serde_json::from_str::<AccountId>("111111111111").is_err(),
            "a number loses zeros"
        );
    }
}
