//! IAM053: condition key format. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM053",
    name: "condition-key-format",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key has no service before a colon.",
    why: "IAM refuses the policy. Every key has a prefix: `kms:ViaService`, \
           `aws:SourceIp`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["INVALID_CONDITION_KEY_FORMAT"],
    find: None,
};
