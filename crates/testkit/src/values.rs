//! Values of typed condition operators: numbers, booleans, binary, IP addresses (section 9).

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number, kept as its digits so that nothing is rounded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    /// Reads `-12.50`: an optional sign, digits, perhaps a point and digits. No exponent, no
    /// blanks.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match rest.split_once('.') {
            Some((whole, fraction)) => (whole, fraction),
            None => (rest, "0"),
        };
        for digits in [whole, fraction] {
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    /// Compares two numbers: sign, then size.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        (self.whole.len().cmp(&other.whole.len()))
            .then_with(|| self.whole.cmp(&other.whole))
            .then_with(|| self.fraction.cmp(&other.fraction))
    }
}

/// `true` or `false` in any case.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The bytes of standard base64 with padding.
pub(crate) fn parse_base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bits: Vec<bool> = Vec::new();
    for character in body.chars() {
        let value = ALPHABET.chars().position(|letter| letter == character)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
    }
    bits.truncate(bits.len() / 8 * 8);
    Some(
        bits.chunks(8)
            .map(|byte| byte.iter().fold(0, |sum, bit| sum * 2 + u8::from(*bit)))
            .collect(),
    )
}

/// A block of addresses; a bare address is a block of one.
#[derive(Clone, Debug)]
pub(crate) struct Cidr {
    address: Vec<bool>,
    length: usize,
}

impl Cidr {
    /// Reads `203.0.113.0/24`, `2001:db8::/32` or an address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (parse_ip(address)?, Some(length)),
            None => (parse_ip(text)?, None),
        };
        let length = match length {
            None => address.len(),
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok()?
            }
            Some(_) => return None,
        };
        (length <= address.len()).then_some(Self { address, length })
    }

    /// Whether the block holds the address. Families never mix (pitfall 44).
    pub(crate) fn contains(&self, address: &[bool]) -> bool {
        self.address.len() == address.len()
            && self
                .address
                .iter()
                .zip(address)
                .take(self.length)
                .all(|(ours, theirs)| ours == theirs)
    }
}

/// The bits of an address: 32 or 128.
pub(crate) fn parse_ip(text: &str) -> Option<Vec<bool>> {
    let octets = match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    Some(
        octets
            .iter()
            .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let number = |text| Decimal::parse(text).unwrap();
        assert_eq!(number("10").compare(&number("10.0")), Ordering::Equal);
        assert_eq!(number("-0").compare(&number("0")), Ordering::Equal);
        assert_eq!(number("9").compare(&number("10")), Ordering::Less);
        assert_eq!(number("-9").compare(&number("-10")), Ordering::Greater);
        assert_eq!(number("1.25").compare(&number("1.3")), Ordering::Less);
        for bad in ["", "1e3", " 1", "1 ", "90days", "1.", ".5", "--1", "0x1"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_bytes() {
        assert_eq!(parse_base64("QUI="), Some(b"AB".to_vec()));
        assert_eq!(parse_base64("QUJD"), Some(b"ABC".to_vec()));
        assert_eq!(parse_base64("QUJ"), None);
        assert_eq!(parse_base64("QU-D"), None);
    }

    #[test]
    fn blocks_hold_addresses() {
        let holds = |block, address: &str| {
            Cidr::parse(block)
                .unwrap()
                .contains(&parse_ip(address).unwrap())
        };
        assert!(holds("0.0.0.0/1", "100.0.0.9"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(!holds("203.0.113.0/25", "203.0.113.128"));
        assert!(Cidr::parse("203.0.113.0/33").is_none());
        assert!(Cidr::parse("203.0.113.0/+8").is_none());
        assert!(Cidr::parse("203.0.113.0/").is_none());
    }
}
