//! How many bytes a text in base64 stands for, without decoding it.

use std::fmt;

use base64_simd::STANDARD;

/// Why a text is no base64. The text itself, which may be a secret, is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Length(usize),
    Character,
    Trailing,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(
                f,
                "Base64 encoded length is expected a multiple of 4 bytes but found: {length}"
            ),
            Self::Character => f.write_str("Invalid Base64 character"),
            Self::Trailing => f.write_str("Invalid last non-pad Base64 character detected"),
        }
    }
}

/// The length of what the text decodes to. Whatever passes here can be decoded: the standard
/// alphabet, padding where it belongs, and no bits left over.
pub(super) fn decoded_length(text: &str) -> Result<usize, Flaw> {
    let bytes = text.as_bytes();
    if STANDARD.check(bytes).is_err() {
        return Err(flaw(bytes));
    }
    let padding = match bytes {
        [.., b'=', b'='] => 2,
        [.., b'='] => 1,
        _ => 0,
    };
    Ok(bytes.len() / 4 * 3 - padding)
}

/// What is wrong with a text that is no base64.
#[cold]
fn flaw(bytes: &[u8]) -> Flaw {
    if !bytes.len().is_multiple_of(4) {
        return Flaw::Length(bytes.len());
    }
    let digits = match bytes {
        [digits @ .., b'=', b'='] | [digits @ .., b'='] => digits,
        digits => digits,
    };
    if digits.iter().all(|byte| is_digit(*byte)) {
        Flaw::Trailing
    } else {
        Flaw::Character
    }
}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_a_digit_or_not() {
        for byte in 0..=u8::MAX {
            let text = [byte, b'A', b'A', b'A'];
            assert_eq!(is_digit(byte), STANDARD.decode(text).is_ok(), "{byte}");
        }
    }

    #[test]
    fn padding_alone_is_nothing() {
        assert_eq!(decoded_length(""), Ok(0));
        for text in ["=", "==", "===", "====", "A===", "AA=A", "=AAA", "AAAA===="] {
            assert!(decoded_length(text).is_err(), "{text}");
            assert!(STANDARD.decode(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_can_be_decoded_and_nothing_else(
            text in prop_oneof![
                "[A-Za-z0-9+/]{0,12}={0,3}",
                "[A-D+/=é \n-]{0,8}",
                prop::collection::vec(any::<u8>(), 0..99).prop_map(|bytes| STANDARD.encode(bytes)),
            ]
        ) {
            let decoded = STANDARD.decode(&text).map(|bytes| bytes.len()).ok();
            prop_assert_eq!(decoded_length(&text).ok(), decoded, "{}", text);
        }
    }
}
