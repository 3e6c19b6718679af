//! Condition operators: `ForAnyValue:StringLikeIfExists`.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
//! multi-valued context keys".

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{all_consuming, opt, value};
use nom::sequence::terminated;
use nom::{IResult, Parser};

/// What an operator compares, without regard to negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// Equal texts; case counts, wildcards do not act.
    StringEquals,
    /// Equal texts, whatever the case.
    StringEqualsIgnoreCase,
    /// Texts with wildcards.
    StringLike,
    /// Equal numbers.
    NumericEquals,
    /// The request's number is smaller.
    NumericLessThan,
    /// The request's number is smaller or equal.
    NumericLessThanEquals,
    /// The request's number is greater.
    NumericGreaterThan,
    /// The request's number is greater or equal.
    NumericGreaterThanEquals,
    /// The same point in time.
    DateEquals,
    /// The request's time is earlier.
    DateLessThan,
    /// The request's time is earlier or equal.
    DateLessThanEquals,
    /// The request's time is later.
    DateGreaterThan,
    /// The request's time is later or equal.
    DateGreaterThanEquals,
    /// `true` or `false`.
    Bool,
    /// The same bytes, in base64.
    BinaryEquals,
    /// An address inside a CIDR block.
    IpAddress,
    /// The same as [`Test::ArnLike`], wildcards included.
    ArnEquals,
    /// ARNs part by part, with wildcards.
    ArnLike,
    /// Whether the key is absent.
    Null,
}

/// How the values of a multi-valued key count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetOperator {
    /// Every value of the request must pass; true for no value.
    ForAllValues,
    /// Some value of the request must pass; false for no value.
    ForAnyValue,
}

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`
    pub set: Option<SetOperator>,
    /// What is compared.
    pub test: Test,
    /// Whether the comparison must fail: `StringNotEquals`.
    pub negated: bool,
    /// Whether an absent key passes: `StringEqualsIfExists`.
    pub if_exists: bool,
}

/// Operator names with what they test. Negated names stand beside their positive ones.
const NAMES: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::StringEquals, false),
    ("StringNotEquals", Test::StringEquals, true),
    (
        "StringEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        false,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        true,
    ),
    ("StringLike", Test::StringLike, false),
    ("StringNotLike", Test::StringLike, true),
    ("NumericEquals", Test::NumericEquals, false),
    ("NumericNotEquals", Test::NumericEquals, true),
    ("NumericLessThan", Test::NumericLessThan, false),
    ("NumericLessThanEquals", Test::NumericLessThanEquals, false),
    ("NumericGreaterThan", Test::NumericGreaterThan, false),
    (
        "NumericGreaterThanEquals",
        Test::NumericGreaterThanEquals,
        false,
    ),
    ("DateEquals", Test::DateEquals, false),
    ("DateNotEquals", Test::DateEquals, true),
    ("DateLessThan", Test::DateLessThan, false),
    ("DateLessThanEquals", Test::DateLessThanEquals, false),
    ("DateGreaterThan", Test::DateGreaterThan, false),
    ("DateGreaterThanEquals", Test::DateGreaterThanEquals, false),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::BinaryEquals, false),
    ("IpAddress", Test::IpAddress, false),
    ("NotIpAddress", Test::IpAddress, true),
    ("ArnEquals", Test::ArnEquals, false),
    ("ArnNotEquals", Test::ArnEquals, true),
    ("ArnLike", Test::ArnLike, false),
    ("ArnNotLike", Test::ArnLike, true),
    ("Null", Test::Null, false),
];

impl Operator {
    /// Reads an operator by its name, which is written in AWS's own case. `Null` takes no
    /// `IfExists`.
    pub fn parse(text: &str) -> Option<Self> {
        operator(text).ok().map(|(_, found)| found)
    }

    /// The names of all operators without set operator and `IfExists`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name)
    }

    /// The operator whose name a misspelled text comes nearest to.
    pub fn closest(text: &str) -> Option<String> {
        let (set, rest) = match text.split_once(':') {
            Some((set, rest)) => (
                kmsim_types::nearest(set.trim(), ["ForAllValues", "ForAnyValue"]),
                rest,
            ),
            None => (None, text),
        };
        let rest = rest.trim();
        let cut = rest.len().saturating_sub("IfExists".len());
        let (base, suffix) = match rest.split_at_checked(cut) {
            Some((base, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (base, "IfExists"),
            _ => (rest, ""),
        };
        let base = kmsim_types::nearest(base, Self::names())?;
        let suffix = if base == "Null" { "" } else { suffix };
        Some(set.map_or_else(
            || format!("{base}{suffix}"),
            |set| format!("{set}:{base}{suffix}"),
        ))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.set {
            Some(SetOperator::ForAllValues) => f.write_str("ForAllValues:")?,
            Some(SetOperator::ForAnyValue) => f.write_str("ForAnyValue:")?,
            None => {}
        }
        let name = NAMES
            .iter()
            .find(|(_, test, negated)| (*test, *negated) == (self.test, self.negated));
        f.write_str(name.map_or("", |(name, ..)| name))?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

fn operator(input: &str) -> IResult<&str, Operator> {
    let set = alt((
        value(SetOperator::ForAllValues, tag("ForAllValues")),
        value(SetOperator::ForAnyValue, tag("ForAnyValue")),
    ));
    let (rest, set) = opt(terminated(set, tag(":"))).parse(input)?;
    let (rest, word) = all_consuming(take_while1(|c: char| c.is_ascii_alphabetic())).parse(rest)?;
    let (base, if_exists) = word
        .strip_suffix("IfExists")
        .map_or((word, false), |base| (base, true));
    match NAMES.iter().find(|(name, ..)| *name == base) {
        Some((_, test, negated)) if !(if_exists && *test == Test::Null) => Ok((
            rest,
            Operator {
                set,
                test: *test,
                negated: *negated,
                if_exists,
            },
        )),
        _ => Err(nom::Err::Error(nom::error::Error::new(
            input,
            nom::error::ErrorKind::Alt,
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_with_every_prefix_and_suffix_reads_and_prints_back() {
        for name in Operator::names() {
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let text = format!("{prefix}{name}{suffix}");
                    match Operator::parse(&text) {
                        Some(found) => assert_eq!(found.to_string(), text),
                        None => assert_eq!((name, suffix), ("Null", "IfExists"), "{text}"),
                    }
                }
            }
        }
    }

    #[test]
    fn other_names_are_refused_and_corrected() {
        for (text, nearest) in [
            ("stringequals", Some("StringEquals")),
            ("StringEqual", Some("StringEquals")),
            ("ForAnyValues:StringLike", Some("ForAnyValue:StringLike")),
            ("NullIfExists", Some("Null")),
            ("StringLikeIfExist", None),
            ("", None),
            ("FakeConditionOperator", None),
        ] {
            assert_eq!(Operator::parse(text), None, "{text}");
            if nearest.is_some() {
                assert_eq!(Operator::closest(text).as_deref(), nearest, "{text}");
            }
        }
        assert_eq!(Operator::parse("BinaryNotEquals"), None);
        assert_eq!(Operator::parse("StringEquals "), None);
    }
}
