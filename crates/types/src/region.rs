//! Regions, and the partitions they lie in.

use std::fmt;
use std::str::FromStr;

use crate::name::Excerpt;

closed_enum! {
    /// A group of Regions with its own accounts: identities never cross it.
    pub enum Partition as "partition" {
        Aws = "aws",
        /// China.
        AwsCn = "aws-cn",
        /// The US government's.
        AwsUsGov = "aws-us-gov",
        AwsIso = "aws-iso",
        AwsIsoB = "aws-iso-b",
        AwsIsoE = "aws-iso-e",
        AwsIsoF = "aws-iso-f",
        /// European Sovereign Cloud.
        AwsEusc = "aws-eusc",
    }
}

impl Partition {
    /// The partition that a Region of this name lies in, as the SDKs tell it from the name.
    pub fn of_region(region: &str) -> Self {
        const PREFIXES: [(&str, Partition); 7] = [
            ("cn-", Partition::AwsCn),
            ("us-gov-", Partition::AwsUsGov),
            ("us-iso-", Partition::AwsIso),
            ("us-isob-", Partition::AwsIsoB),
            ("eu-isoe-", Partition::AwsIsoE),
            ("us-isof-", Partition::AwsIsoF),
            ("eusc-", Partition::AwsEusc),
        ];
        PREFIXES
            .into_iter()
            .find(|(prefix, _)| region.starts_with(prefix))
            .map_or(Self::Aws, |(_, partition)| partition)
    }

    /// The domain that the partition's endpoints lie in.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
            Self::AwsIso => "c2s.ic.gov",
            Self::AwsIsoB => "sc2s.sgov.gov",
            Self::AwsIsoE => "cloud.adc-e.uk",
            Self::AwsIsoF => "csp.hci.ic.gov",
            Self::AwsEusc => "amazonaws.eu",
        }
    }
}

/// The name of a Region, such as `us-east-1`.
///
/// New Regions appear, so the shape is checked, not the existence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Box<str>);

impl Region {
    /// Reads a Region's name.
    ///
    /// # Errors
    /// When the text has not the shape of a Region's name: words of lower-case letters and digits
    /// joined by hyphens, the last one a number.
    pub fn new(text: &str) -> Result<Self, RegionError> {
        if is_region(text) {
            Ok(Self(text.into()))
        } else {
            Err(RegionError {
                found: Excerpt::new(text),
            })
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition that the Region lies in.
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.0)
    }
}

/// Whether the text has the shape of a Region's name.
pub(crate) fn is_region(text: &str) -> bool {
    let mut words = text.split('-');
    let number = words.next_back().unwrap_or_default();
    text.len() <= 32
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && words.clone().count() >= 2
        && words.all(|word| {
            word.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

impl AsRef<str> for Region {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

serde_as_text!(Region, "a Region's name", |region| region.as_str());

/// A text that is no Region's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a Region's name looks like `us-east-1`, found {found}")]
pub struct RegionError {
    found: Excerpt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition() {
        for (region, partition) in [
            ("us-east-1", Partition::Aws),
            ("ap-southeast-7", Partition::Aws),
            ("cn-northwest-1", Partition::AwsCn),
            ("us-gov-west-1", Partition::AwsUsGov),
            ("us-iso-east-1", Partition::AwsIso),
            ("us-isob-east-1", Partition::AwsIsoB),
            ("eu-isoe-west-1", Partition::AwsIsoE),
            ("us-isof-south-1", Partition::AwsIsoF),
            ("eusc-de-east-1", Partition::AwsEusc),
        ] {
            let region = Region::new(region).unwrap();
            assert_eq!(region.partition(), partition, "{region}");
            assert_eq!(region.to_string().parse(), Ok(region));
        }
        let suffixes: std::collections::BTreeSet<_> = Partition::ALL
            .into_iter()
            .map(Partition::dns_suffix)
            .collect();
        assert_eq!(suffixes.len(), 7, "aws and aws-us-gov share one");
    }

    #[test]
    fn other_texts_are_no_region() {
        for text in [
            "",
            "us",
            "us-east",
            "us-east-",
            "us-1",
            "US-EAST-1",
            "us-east-1a",
            "*",
            "a--1",
        ] {
            assert!(Region::new(text).is_err(), "{text}");
        }
        let error = Region::new("us_east_1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a Region's name looks like `us-east-1`, found \"us_east_1\""
        );
        assert!(serde_json::from_str::<Region>("\"everywhere\"").is_err());
    }
}
