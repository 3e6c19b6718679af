//! Decimal numbers in texts, compared exactly.
//!
//! AWS compares integers and decimals (IAM User Guide, "Numeric condition operators"). Binary
//! floating point would find `0.1` + ε or two large ids equal that are not, so digits are compared.
//! An exponent is not documented and is not read (docs/assumptions.md).

use std::cmp::Ordering;

/// A number, cut out of its text without leading and trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    /// Reads `-12.50`. Blanks, exponents, thousands separators and bare points are refused.
    pub fn parse(text: &'t str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        (self.whole.len().cmp(&other.whole.len()))
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_compared() {
        let ascending = [
            "-100",
            "-10.5",
            "-10.49",
            "-0.1",
            "0",
            "0.05",
            "0.1",
            "9",
            "10",
            "10.001",
            "9007199254740992",
            "9007199254740993",
        ];
        for pair in ascending.windows(2) {
            assert!(
                Decimal::parse(pair[0]) < Decimal::parse(pair[1]),
                "{pair:?}"
            );
        }
        for (a, b) in [("10", "10.0"), ("010", "10"), ("-0", "0.00"), ("+5", "5")] {
            assert_eq!(
                Decimal::parse(a).unwrap().cmp(&Decimal::parse(b).unwrap()),
                Ordering::Equal
            );
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in [
            "", "-", ".", "1.", ".5", "1e3", "90days", " 1", "1 ", "0x1", "1,000", "NaN", "--1",
            "1.2.3", "١",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
