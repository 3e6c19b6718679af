//! How many bytes a text in base64 stands for, without decoding it.

use std::fmt;

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
    if !bytes.len().is_multiple_of(4) {
        return Err(Flaw::Length(bytes.len()));
    }
    let (digits, left_over, padding) = match bytes {
        [digits @ .., b'=', b'='] => (digits, 0x0F, 2),
        [digits @ .., b'='] => (digits, 0x03, 1),
        digits => (digits, 0, 0),
    };
    // Without a branch a byte, so that the compiler can check many at a time.
    if !digits.iter().fold(true, |all, byte| all & is_digit(*byte)) {
        return Err(Flaw::Character);
    }
    if let Some(last) = digits.last()
        && value(*last) & left_over != 0
    {
        return Err(Flaw::Trailing);
    }
    Ok(bytes.len() / 4 * 3 - padding)
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "lazy operators are branches, and keep the compiler from vectorizing"
)]
const fn is_digit(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26)
        | (byte.wrapping_sub(b'0') < 10)
        | (byte == b'+')
        | (byte == b'/')
}

const fn value(digit: u8) -> u8 {
    match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
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
