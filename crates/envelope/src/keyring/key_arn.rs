//! ARNs of KMS keys, as keyrings compare them (AWS Encryption SDK specification, "AWS KMS key
//! ARN").

use kmsim_types::arn;

/// The ARN of a key; not of an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyArn<'a> {
    pub(super) partition: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) id: &'a str,
}

impl<'a> KeyArn<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let [_, partition, service, region, account, resource] = arn::split(text)?;
        let id = resource.strip_prefix("key/")?;
        let parts = [partition, region, account, id];
        (service == "kms" && parts.iter().all(|part| !part.is_empty())).then_some(Self {
            partition,
            region,
            account,
            id,
        })
    }

    pub(super) fn is_multi_region(self) -> bool {
        is_multi_region(self.id)
    }

    /// The key of the same id in another Region.
    pub(super) fn in_region(self, region: &str) -> String {
        let Self {
            partition,
            account,
            id,
            ..
        } = self;
        format!("arn:{partition}:kms:{region}:{account}:key/{id}")
    }

    /// Whether both are replicas of one multi-Region key, or the same key (specification, "AWS KMS
    /// MRK match for decrypt").
    pub(super) fn is_related(self, other: Self) -> bool {
        let same_but_region = Self {
            region: self.region,
            ..other
        };
        self == other || (self.is_multi_region() && self == same_but_region)
    }
}

/// Whether a key id is a multi-Region key's.
fn is_multi_region(id: &str) -> bool {
    id.starts_with("mrk-")
}

/// The multi-Region key id in an identifier of any form; nothing for other keys and for aliases,
/// whatever they are called.
pub(super) fn multi_region_id(identifier: &str) -> Option<&str> {
    let id = match KeyArn::parse(identifier) {
        Some(arn) => arn.id,
        None => identifier,
    };
    is_multi_region(id).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMARY: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1";

    #[test]
    fn arns_of_keys_have_all_parts() {
        let arn = KeyArn::parse(PRIMARY).unwrap();
        assert_eq!(
            (arn.partition, arn.region, arn.account, arn.id),
            ("aws", "us-east-1", "111122223333", "mrk-1")
        );
        for text in [
            "",
            "mrk-1",
            "arn:aws:kms:us-east-1:111122223333:alias/mrk-1",
            "arn:aws:kms:us-east-1:111122223333:key/",
            "arn:aws:kms:us-east-1:111122223333:mrk-1",
            "arn:aws:kms::111122223333:key/1",
            "arn:aws:kms:us-east-1::key/1",
            "arn::kms:us-east-1:111122223333:key/1",
            "arn:aws:s3:us-east-1:111122223333:key/1",
            "arn:aws:kms:us-east-1:111122223333",
        ] {
            assert_eq!(KeyArn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn replicas_are_related() {
        let primary = KeyArn::parse(PRIMARY).unwrap();
        let replica = primary.in_region("eu-west-1");
        assert_eq!(replica, "arn:aws:kms:eu-west-1:111122223333:key/mrk-1");
        assert!(primary.is_related(KeyArn::parse(&replica).unwrap()));
        for other in [
            PRIMARY.replace("1111", "4444"),
            PRIMARY.replace("aws", "aws-cn"),
            PRIMARY.replace("mrk-1", "mrk-2"),
        ] {
            assert!(
                !primary.is_related(KeyArn::parse(&other).unwrap()),
                "{other}"
            );
        }
        let single = PRIMARY.replace("mrk-1", "1");
        let single = KeyArn::parse(&single).unwrap();
        let elsewhere = single.in_region("eu-west-1");
        assert!(single.is_related(single));
        assert!(!single.is_related(KeyArn::parse(&elsewhere).unwrap()));
    }

    #[test]
    fn aliases_are_never_multi_region() {
        assert_eq!(multi_region_id(PRIMARY), Some("mrk-1"));
        assert_eq!(multi_region_id("mrk-1"), Some("mrk-1"));
        for text in [
            "1",
            "alias/mrk-1",
            "arn:aws:kms:us-east-1:111122223333:alias/mrk-1",
        ] {
            assert_eq!(multi_region_id(text), None, "{text}");
        }
    }
}
