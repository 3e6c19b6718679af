//! AWS services as callers: service principals, and the names that `kms:ViaService` holds.

use crate::region::is_region;

/// The service names of `kms:ViaService` (KMS guide, "Services that support the `kms:ViaService`
/// condition key"), sorted. AWS adds to the list, so an absent name is no proof of an error.
pub const VIA_SERVICE_NAMES: &[&str] = &[
    "airflow",
    "aoss",
    "appflow",
    "apprunner",
    "apptest",
    "ards",
    "athena",
    "auditmanager",
    "backup",
    "backup-gateway",
    "cassandra",
    "codeartifact",
    "codeguru-reviewer",
    "comprehend",
    "connect",
    "custom-packages",
    "dax",
    "directoryservice",
    "dms",
    "dynamodb",
    "ec2",
    "ecr",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "entityresolution",
    "es",
    "events",
    "finspace",
    "firehose",
    "forecast",
    "fsx",
    "geo",
    "glue",
    "groundstation",
    "healthlake",
    "importexport",
    "iotsitewise",
    "kafka",
    "kendra",
    "kinesis",
    "kinesisvideo",
    "lambda",
    "lex",
    "license-manager",
    "lookoutequipment",
    "lookoutmetrics",
    "lookoutvision",
    "m2",
    "macie",
    "malware-protection",
    "managedblockchain",
    "mediatailor",
    "memorydb",
    "mgn",
    "monitron",
    "mq",
    "nimble",
    "omics",
    "profile",
    "proton",
    "qldb",
    "rds",
    "redshift",
    "redshift-serverless",
    "rekognition",
    "s3",
    "s3tables",
    "sagemaker",
    "secretsmanager",
    "securitylake",
    "ses",
    "sns",
    "sqlworkbench",
    "sqs",
    "ssm",
    "ssm-contacts",
    "ssm-incidents",
    "states",
    "storagegateway",
    "thinclient",
    "timestream",
    "translate",
    "verified-access",
    "wisdom",
    "workmail",
    "workspaces",
    "workspaces-web",
    "xray",
];

/// What people call a service, and the name that calls KMS for it.
const EVERYDAY_NAMES: [(&str, &str); 8] = [
    ("aurora", "rds"),
    ("ebs", "ec2"),
    ("efs", "elasticfilesystem"),
    ("guardduty", "malware-protection"),
    ("keyspaces", "cassandra"),
    ("neptune", "rds"),
    ("opensearch", "es"),
    ("snowball", "importexport"),
];

/// The value of `kms:ViaService` for a service in a Region.
///
/// A whole value is taken as it is, whatever its Region; a short name must be one of
/// [`VIA_SERVICE_NAMES`] or an everyday name such as `ebs`. The domain is `amazonaws.com` in every
/// partition.
///
/// ```
/// use kmsim_types::service::via_service;
/// assert_eq!(via_service("ebs", "eu-west-1").unwrap(), "ec2.eu-west-1.amazonaws.com");
/// ```
pub fn via_service(name: &str, region: &str) -> Option<String> {
    if name.len() > 128 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    if let Some(whole) = name.strip_suffix(".amazonaws.com") {
        let (service, its_region) = whole.rsplit_once('.')?;
        return (is_label(service) && is_region(its_region)).then_some(name);
    }
    let service = EVERYDAY_NAMES
        .into_iter()
        .find_map(|(everyday, service)| (everyday == name).then_some(service))
        .or_else(|| {
            VIA_SERVICE_NAMES
                .iter()
                .copied()
                .find(|service| *service == name)
        })?;
    is_region(region).then(|| format!("{service}.{region}.amazonaws.com"))
}

/// The domains that service principals lie in: those of the partitions, and the one of Alexa.
const PRINCIPAL_DOMAINS: [&str; 8] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
    ".amazon.com",
];

/// Whether the text has the shape of a service principal, such as `cloudtrail.amazonaws.com` or
/// `logs.us-east-1.amazonaws.com`. A wildcard has not.
pub fn is_service_principal(text: &str) -> bool {
    text.len() <= 253
        && PRINCIPAL_DOMAINS
            .into_iter()
            .find_map(|domain| text.strip_suffix(domain))
            .is_some_and(|name| name.split('.').all(is_label))
}

/// Whether the text is a label of a host name in lower case.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_everyday_names_lead_into_it() {
        assert!(VIA_SERVICE_NAMES.is_sorted());
        for (everyday, service) in EVERYDAY_NAMES {
            assert!(VIA_SERVICE_NAMES.contains(&service), "{service}");
            assert!(!VIA_SERVICE_NAMES.contains(&everyday), "{everyday}");
        }
    }

    #[test]
    fn via_service_takes_short_and_whole_names() {
        for (name, value) in [
            ("ec2", Some("ec2.us-east-1.amazonaws.com")),
            ("EBS", Some("ec2.us-east-1.amazonaws.com")),
            (
                "ec2.eu-west-1.amazonaws.com",
                Some("ec2.eu-west-1.amazonaws.com"),
            ),
            (
                "newservice.eu-west-1.amazonaws.com",
                Some("newservice.eu-west-1.amazonaws.com"),
            ),
            ("newservice", None),
            ("ec2.amazonaws.com", None),
            ("ec2.*.amazonaws.com", None),
            (".us-east-1.amazonaws.com", None),
            ("ec2.us-east-1.amazonaws.com.cn", None),
            ("", None),
        ] {
            assert_eq!(via_service(name, "us-east-1").as_deref(), value, "{name}");
        }
        assert_eq!(via_service("ec2", "nowhere"), None);
        assert_eq!(via_service(&"a".repeat(1_000_000), "us-east-1"), None);
        for name in VIA_SERVICE_NAMES {
            let value = via_service(name, "cn-north-1").unwrap();
            assert_eq!(via_service(&value, "us-east-1"), Some(value));
        }
    }

    #[test]
    fn service_principals_are_host_names() {
        for text in [
            "cloudtrail.amazonaws.com",
            "logs.us-east-1.amazonaws.com",
            "delivery.logs.amazonaws.com",
            "ec2.amazonaws.com.cn",
            "ec2.c2s.ic.gov",
            "alexa-appkit.amazon.com",
        ] {
            assert!(is_service_principal(text), "{text}");
        }
        for text in [
            "",
            "*",
            "amazonaws.com",
            ".amazonaws.com",
            "*.amazonaws.com",
            "logs..amazonaws.com",
            "logs.amazonaws.com.evil.example",
            "logs.amazonaws.org",
            "111122223333",
            "arn:aws:iam::111122223333:role/logs.amazonaws.com",
        ] {
            assert!(!is_service_principal(text), "{text}");
        }
    }
}
