//! Amazon Resource Names.
//!
//! [`split`] is for matching patterns and costs nothing; [`Arn`] is for things that have a name.
//! Whether the named thing can exist is not judged here.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::AccountId;
use crate::name::Excerpt;

/// Splits a text into the six parts of an ARN: `arn`, partition, service, region, account and
/// resource. The resource is the rest and may hold more colons.
///
/// Parts may be empty or hold wildcards, as in a policy's `Resource`.
///
/// ```
/// let parts = kmsim_types::arn::split("arn:aws:iam::111122223333:role/app").unwrap();
/// assert_eq!(parts, ["arn", "aws", "iam", "", "111122223333", "role/app"]);
/// ```
pub fn split(text: &str) -> Option<[&str; 6]> {
    if !text.starts_with("arn:") {
        return None;
    }
    let mut parts = text.splitn(6, ':');
    Some([
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
    ])
}

/// The name of one AWS resource or principal.
///
/// Partition, service and resource are never empty; region and account are where a service has
/// names without them (IAM has no region, S3 neither).
#[derive(Clone)]
pub struct Arn {
    /// Shared, as ARNs go from the request through decisions into events.
    text: Arc<str>,
    /// Where the second to fifth colon stand; the first is at 3.
    colons: [usize; 4],
}

impl Arn {
    /// Reads an ARN.
    ///
    /// # Errors
    /// When the text does not begin with `arn:`, or a part is missing or empty.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        let error = |reason| ArnError {
            reason,
            found: Excerpt::new(text),
        };
        let Some([_, partition, service, region, account, resource]) = split(text) else {
            return Err(error(if text.starts_with("arn:") {
                Reason::Missing(ArnPart::after(text.matches(':').count()))
            } else {
                Reason::NoPrefix
            }));
        };
        for (part, value) in [
            (ArnPart::Partition, partition),
            (ArnPart::Service, service),
            (ArnPart::Resource, resource),
        ] {
            if value.is_empty() {
                return Err(error(Reason::Empty(part)));
            }
        }
        let second = 4 + partition.len();
        let third = second + 1 + service.len();
        let fourth = third + 1 + region.len();
        let fifth = fourth + 1 + account.len();
        Ok(Self {
            text: text.into(),
            colons: [second, third, fourth, fifth],
        })
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole ARN without a copy.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The partition, such as `aws` or `aws-cn`.
    pub fn partition(&self) -> &str {
        let [second, ..] = self.colons;
        self.part(4, second)
    }

    /// The service's namespace, such as `kms`.
    pub fn service(&self) -> &str {
        let [second, third, ..] = self.colons;
        self.part(second + 1, third)
    }

    /// The region; empty for global services.
    pub fn region(&self) -> &str {
        let [_, third, fourth, _] = self.colons;
        self.part(third + 1, fourth)
    }

    /// The account as written: an ID, empty, or `aws` for what AWS owns.
    pub fn account(&self) -> &str {
        let [.., fourth, fifth] = self.colons;
        self.part(fourth + 1, fifth)
    }

    /// The account's ID, if the ARN names an account.
    pub fn account_id(&self) -> Option<AccountId> {
        AccountId::new(self.account()).ok()
    }

    /// Everything after the fifth colon, such as `key/1234abcd-…` or `role/path/name`.
    pub fn resource(&self) -> &str {
        let [.., fifth] = self.colons;
        self.part(fifth + 1, self.text.len())
    }

    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

impl PartialEq for Arn {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Arn {}

impl PartialOrd for Arn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Arn {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Arn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Maps keyed by ARN can be asked with a text: equality, order and hash are the text's.
impl Borrow<str> for Arn {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Arn {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Arn").field(&self.text).finish()
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

serde_as_text!(Arn, "an ARN", |arn| arn.as_str());

/// A part of an ARN, in the order of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArnPart {
    /// `aws`, `aws-cn`, …
    Partition,
    /// The service's namespace.
    Service,
    /// The region, often empty.
    Region,
    /// The account, sometimes empty.
    Account,
    /// The rest.
    Resource,
}

impl ArnPart {
    /// The first part that an ARN with this many colons lacks.
    const fn after(colons: usize) -> Self {
        match colons {
            0 => Self::Partition,
            1 => Self::Service,
            2 => Self::Region,
            3 => Self::Account,
            _ => Self::Resource,
        }
    }
}

impl fmt::Display for ArnPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Partition => "partition",
            Self::Service => "service",
            Self::Region => "region",
            Self::Account => "account",
            Self::Resource => "resource",
        })
    }
}

/// A text that is no ARN, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {found}")]
pub struct ArnError {
    reason: Reason,
    found: Excerpt,
}

impl ArnError {
    /// The part that is missing or empty; nothing if the text is no ARN at all.
    pub const fn part(&self) -> Option<ArnPart> {
        match self.reason {
            Reason::NoPrefix => None,
            Reason::Missing(part) | Reason::Empty(part) => Some(part),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error("an ARN begins with `arn:`")]
    NoPrefix,
    #[error("the ARN ends before its {0} (arn:partition:service:region:account:resource)")]
    Missing(ArnPart),
    #[error("the ARN's {0} is empty (arn:partition:service:region:account:resource)")]
    Empty(ArnPart),
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd";

    #[test]
    fn parts_of_an_arn() {
        let arn = Arn::parse(KEY).unwrap();
        assert_eq!(arn.partition(), "aws");
        assert_eq!(arn.service(), "kms");
        assert_eq!(arn.region(), "us-east-1");
        assert_eq!(arn.account(), "111122223333");
        assert_eq!(arn.account_id(), AccountId::new("111122223333").ok());
        assert_eq!(arn.resource(), "key/1234abcd");
        assert_eq!((arn.as_str(), arn.to_string()), (KEY, KEY.to_owned()));
    }

    #[test]
    fn region_and_account_may_be_empty_and_the_resource_may_hold_colons() {
        let arn = Arn::parse("arn:aws-cn:s3:::bucket:with:colons/é").unwrap();
        assert_eq!(arn.partition(), "aws-cn");
        assert_eq!(
            (arn.region(), arn.account(), arn.account_id()),
            ("", "", None)
        );
        assert_eq!(arn.resource(), "bucket:with:colons/é");
        let managed = Arn::parse("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
        assert_eq!((managed.account(), managed.account_id()), ("aws", None));
    }

    #[test]
    fn split_is_as_lenient_as_a_pattern() {
        assert_eq!(split("arn:::::"), Some(["arn", "", "", "", "", ""]));
        assert_eq!(
            split("arn:*:kms:*:*:key/*"),
            Some(["arn", "*", "kms", "*", "*", "key/*"])
        );
        for text in [
            "",
            "arn",
            "arn:",
            "arn:aws:kms:us-east-1:111122223333",
            "ARN:a:b:c:d:e",
            "*",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    #[test]
    fn errors_name_the_part() {
        for (text, part, message) in [
            (
                "alias/app",
                None,
                "an ARN begins with `arn:`: \"alias/app\"",
            ),
            (
                "arn:",
                Some(ArnPart::Service),
                "the ARN ends before its service",
            ),
            (
                "arn:aws",
                Some(ArnPart::Service),
                "the ARN ends before its service",
            ),
            (
                "arn:aws:kms",
                Some(ArnPart::Region),
                "the ARN ends before its region",
            ),
            (
                "arn:aws:kms:r",
                Some(ArnPart::Account),
                "the ARN ends before its account",
            ),
            (
                "arn:aws:kms:r:1",
                Some(ArnPart::Resource),
                "the ARN ends before its resource",
            ),
            (
                "arn::kms:r:1:key/a",
                Some(ArnPart::Partition),
                "the ARN's partition is empty",
            ),
            (
                "arn:aws::r:1:key/a",
                Some(ArnPart::Service),
                "the ARN's service is empty",
            ),
            (
                "arn:aws:kms:r:1:",
                Some(ArnPart::Resource),
                "the ARN's resource is empty",
            ),
        ] {
            let error = Arn::parse(text).unwrap_err();
            assert_eq!(error.part(), part, "{text}");
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn sets_of_arns_are_asked_with_text() {
        let set = HashSet::from([Arn::parse(KEY).unwrap()]);
        assert!(set.contains(KEY));
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<HashSet<Arn>>(&json).unwrap(), set);
        assert!(serde_json::from_str::<Arn>("\"arn:aws\"").is_err());
    }
}
