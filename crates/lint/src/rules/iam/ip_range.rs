//! IAM066: ip range. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM066",
    name: "ip-range",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An IP operator stands with a value that is no address or CIDR block.",
    why: "The condition never holds: an `Allow` allows nothing, a `Deny` denies \
           nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0-255"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH_IP_RANGE"],
    find: None,
};
