//! IAM062: boolean value. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM062",
    name: "boolean-value",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "`Bool` or `Null` stands with a value that is neither `true` nor `false`.",
    why: "The condition never holds: an `Allow` allows nothing, a `Deny` denies \
           nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "yes"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH_BOOLEAN"],
    find: None,
};
