//! IAM065: arn value. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM065",
    name: "arn-value",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "An ARN operator stands with a value that is no ARN, or `BinaryEquals` with \
           one that is no base64.",
    why: "The condition never holds, be it negated or not. ARN operators compare six \
           parts; `*` alone is one.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:PrincipalArn": "*App"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*App"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH_STRING"],
    find: None,
};
