//! IAM064: number value. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM064",
    name: "number-value",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A numeric operator stands with a value that is no number.",
    why: "The condition never holds: an `Allow` allows nothing, a `Deny` denies \
           nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "1 hour"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH_NUMBER"],
    find: None,
};
