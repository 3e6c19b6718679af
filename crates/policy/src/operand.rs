//! The values of a condition, typed by the operator they stand under.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use kmsim_types::arn;

use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::operator::Test;
use crate::variable::Variables;
use crate::wildcard::{Match, Wildcard, split_arn_pattern};

/// One value of a condition. What cannot be read as its operator needs it is kept and matches
/// nothing, neither "equals" nor "not equals" (docs/assumptions.md).
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Under a string operator.
    Text(Wildcard),
    /// Under an ARN operator; `None` without six parts.
    Arn(Box<str>, Option<Box<[Wildcard; 6]>>),
    /// Under a numeric operator; whether it is a number.
    Number(Box<str>, bool),
    /// Under a date operator.
    Date(Box<str>, Option<Instant>),
    /// Under `Bool`, or under `Null`.
    Bool(Box<str>, Option<bool>),
    /// Under `IpAddress`.
    Ip(Box<str>, Option<IpNet>),
    /// Under `BinaryEquals`, decoded.
    Binary(Box<str>, Option<Box<[u8]>>),
    /// One that is not known, with the reason.
    Unknown(Box<str>),
}

impl Operand {
    /// Types a value for an operator. `variables` tells whether the policy's Version has policy
    /// variables; they act in string and ARN operators only.
    pub fn new(test: Test, written: &str, variables: bool) -> Self {
        match test {
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike => {
                let globs = test == Test::StringLike;
                Self::Text(match (variables, globs) {
                    (true, _) => Wildcard::with_variables(written, globs),
                    (false, true) => Wildcard::new(written),
                    (false, false) => Wildcard::literal(written),
                })
            }
            Test::ArnEquals | Test::ArnLike => {
                Self::Arn(written.into(), arn_parts(written, variables))
            }
            Test::NumericEquals
            | Test::NumericLessThan
            | Test::NumericLessThanEquals
            | Test::NumericGreaterThan
            | Test::NumericGreaterThanEquals => {
                Self::Number(written.into(), Decimal::parse(written).is_some())
            }
            Test::DateEquals
            | Test::DateLessThan
            | Test::DateLessThanEquals
            | Test::DateGreaterThan
            | Test::DateGreaterThanEquals => Self::Date(written.into(), Instant::parse(written)),
            Test::Bool | Test::Null => Self::Bool(written.into(), parse_bool(written)),
            Test::IpAddress => Self::Ip(written.into(), parse_network(written)),
            Test::BinaryEquals => Self::Binary(
                written.into(),
                STANDARD.decode(written).ok().map(Into::into),
            ),
        }
    }

    /// Whether the value is not known.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The value as it was written; why it is not known, if it is not.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(wildcard) => wildcard.text(),
            Self::Arn(text, _)
            | Self::Number(text, _)
            | Self::Date(text, _)
            | Self::Bool(text, _)
            | Self::Ip(text, _)
            | Self::Binary(text, _)
            | Self::Unknown(text) => text,
        }
    }

    /// Whether the value can be read as its operator needs it.
    pub fn is_valid(&self) -> bool {
        match self {
            Self::Text(_) | Self::Unknown(_) => true,
            Self::Arn(_, parts) => parts.is_some(),
            Self::Number(_, valid) => *valid,
            Self::Date(_, date) => date.is_some(),
            Self::Bool(_, value) => value.is_some(),
            Self::Ip(_, network) => network.is_some(),
            Self::Binary(_, bytes) => bytes.is_some(),
        }
    }

    /// The patterns in which variables may stand.
    pub fn patterns(&self) -> &[Wildcard] {
        match self {
            Self::Text(wildcard) => std::slice::from_ref(wildcard),
            Self::Arn(_, Some(parts)) => &parts[..],
            _ => &[],
        }
    }

    /// Compares one value of the request with this one, without regard to negation.
    pub fn matches(&self, test: Test, value: &str, variables: &impl Variables) -> Match {
        match self {
            Self::Text(pattern) if test == Test::StringEqualsIgnoreCase => {
                pattern.equals_ignoring_case(value, variables)
            }
            Self::Text(pattern) => pattern.matches(value, variables),
            Self::Arn(_, parts) => match (parts, arn::split(value)) {
                (Some(pattern), Some(parts)) => match_parts(pattern, &parts, variables),
                _ => Match::Invalid,
            },
            Self::Number(written, _) => {
                compare(test, Decimal::parse(value), Decimal::parse(written))
            }
            Self::Date(_, date) => compare(test, Instant::parse(value), *date),
            Self::Bool(_, expected) => match (parse_bool(value), expected) {
                (Some(found), Some(expected)) => Match::from(found == *expected),
                _ => Match::Invalid,
            },
            Self::Ip(_, network) => match (value.parse::<IpAddr>(), network) {
                (Ok(address), Some(network)) => Match::from(network.contains(&address)),
                _ => Match::Invalid,
            },
            Self::Binary(written, bytes) => match bytes {
                // Base64 has one canonical form, so equal texts are equal bytes.
                Some(_) => Match::from(value == &**written),
                None => Match::Invalid,
            },
            // A value of the request that cannot be read matches nothing, whatever this one is.
            Self::Unknown(_) if is_readable(test, value) => Match::Unknown,
            Self::Unknown(_) => Match::Invalid,
        }
    }
}

/// Whether a value of a request can be read as its operator needs it.
fn is_readable(test: Test, value: &str) -> bool {
    match test {
        Test::StringEquals
        | Test::StringEqualsIgnoreCase
        | Test::StringLike
        | Test::Null
        | Test::BinaryEquals => true,
        Test::NumericEquals
        | Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals => Decimal::parse(value).is_some(),
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => Instant::parse(value).is_some(),
        Test::Bool => parse_bool(value).is_some(),
        Test::IpAddress => value.parse::<IpAddr>().is_ok(),
        Test::ArnEquals | Test::ArnLike => arn::split(value).is_some(),
    }
}

/// The six patterns of an ARN pattern: each acts inside its own part, so that `*` in one of the
/// first five never crosses a colon (IAM User Guide, "ARN condition operators").
pub(crate) fn arn_parts(text: &str, variables: bool) -> Option<Box<[Wildcard; 6]>> {
    let parts = split_arn_pattern(text, variables);
    let part = |text: &&str| {
        if variables {
            Wildcard::with_variables(text, true)
        } else {
            Wildcard::new(text)
        }
    };
    let patterns: Vec<Wildcard> = parts.iter().map(part).collect();
    patterns.into_boxed_slice().try_into().ok()
}

/// Whether each part of an ARN matches its pattern.
pub(crate) fn match_parts(
    pattern: &[Wildcard; 6],
    parts: &[&str; 6],
    variables: &impl Variables,
) -> Match {
    let mut result = Match::Yes;
    for (pattern, part) in pattern.iter().zip(parts) {
        match pattern.matches(part, variables) {
            Match::No | Match::Invalid => return Match::No,
            Match::Valueless => result = Match::Valueless,
            Match::Unknown if result != Match::Valueless => result = Match::Unknown,
            Match::Yes | Match::Unknown => {}
        }
    }
    result
}

fn compare<T: Ord>(test: Test, found: Option<T>, expected: Option<T>) -> Match {
    let (Some(found), Some(expected)) = (found, expected) else {
        return Match::Invalid;
    };
    let order = found.cmp(&expected);
    Match::from(match test {
        Test::NumericLessThan | Test::DateLessThan => order == Ordering::Less,
        Test::NumericLessThanEquals | Test::DateLessThanEquals => order != Ordering::Greater,
        Test::NumericGreaterThan | Test::DateGreaterThan => order == Ordering::Greater,
        Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => order != Ordering::Less,
        _ => order == Ordering::Equal,
    })
}

fn parse_bool(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A CIDR block; a bare address is a block of one.
fn parse_network(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variable::NoVariables;

    fn matches(test: Test, operand: &str, value: &str) -> Match {
        Operand::new(test, operand, true).matches(test, value, &NoVariables)
    }

    #[test]
    fn each_test_compares_its_own_type() {
        for (test, operand, value, expected) in [
            (Test::StringEquals, "a*", "a*", Match::Yes),
            (Test::StringEquals, "a*", "ab", Match::No),
            (Test::StringEquals, "a", "A", Match::No),
            (Test::StringEqualsIgnoreCase, "a", "A", Match::Yes),
            (Test::StringLike, "a*", "ab", Match::Yes),
            (Test::NumericEquals, "10", "10.0", Match::Yes),
            (Test::NumericEquals, "90days", "90", Match::Invalid),
            (Test::NumericLessThan, "10", "9.99", Match::Yes),
            (Test::NumericLessThanEquals, "10", "10", Match::Yes),
            (Test::NumericGreaterThan, "10", "10", Match::No),
            (Test::NumericGreaterThanEquals, "10", "x", Match::Invalid),
            (Test::DateEquals, "2024-01-01", "1704067200", Match::Yes),
            (
                Test::DateLessThan,
                "2024-01-01T00:00:00Z",
                "2023-12-31T23:59:59Z",
                Match::Yes,
            ),
            (Test::DateGreaterThan, "never", "2024", Match::Invalid),
            (Test::Bool, "TRUE", "true", Match::Yes),
            (Test::Bool, "false", "0", Match::Invalid),
            (Test::BinaryEquals, "QQ==", "QQ==", Match::Yes),
            (Test::BinaryEquals, "QQ==", "QQ", Match::No),
            (Test::BinaryEquals, "%", "%", Match::Invalid),
            (Test::IpAddress, "10.0.0.0/8", "10.1.2.3", Match::Yes),
            (Test::IpAddress, "10.0.0.5", "10.0.0.5", Match::Yes),
            (Test::IpAddress, "10.0.0.0/8", "::1", Match::No),
            (Test::IpAddress, "0.0.0.0/0", "::1", Match::No),
            (Test::IpAddress, "2001:DB8::/32", "2001:db8::1", Match::Yes),
            (Test::IpAddress, "10.0.0.0/33", "10.0.0.1", Match::Invalid),
            (
                Test::ArnLike,
                "arn:aws:iam::1*:role/*",
                "arn:aws:iam::12:role/a/b",
                Match::Yes,
            ),
            (
                Test::ArnEquals,
                "arn:aws:iam::*:role/a",
                "arn:aws:iam::12:role/a",
                Match::Yes,
            ),
            (
                Test::ArnLike,
                "arn:aws:*:role/a",
                "arn:aws:iam::12:role/a",
                Match::Invalid,
            ),
            (
                Test::ArnLike,
                "arn:*:role",
                "arn:aws:iam::12:role",
                Match::Invalid,
            ),
            (
                Test::ArnLike,
                "arn:aws:x:*::r",
                "arn:aws:x:a:b:r",
                Match::No,
            ),
            (
                Test::ArnLike,
                "arn:aws:logs:::a:*",
                "arn:aws:logs:::a:b:c",
                Match::Yes,
            ),
        ] {
            assert_eq!(
                matches(test, operand, value),
                expected,
                "{test:?} {operand} {value}"
            );
        }
    }

    #[test]
    fn a_variable_without_value_is_told_apart() {
        assert_eq!(
            matches(Test::StringEquals, "${aws:username}", ""),
            Match::Valueless
        );
        assert_eq!(
            matches(
                Test::ArnLike,
                "arn:aws:iam::*:role/${aws:username}",
                "arn:aws:iam::1:role/x"
            ),
            Match::Valueless
        );
        assert_eq!(
            matches(Test::Bool, "${aws:SecureTransport}", "true"),
            Match::Invalid
        );
    }
}
