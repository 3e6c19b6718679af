//! IAM056: global keys that have another name now.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM056",
    name: "old-global-key",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A condition uses a global key that AWS has given up, such as `aws:ARN`. The parser finds it.",
    why: "No request carries it any more, so the condition never holds.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:ARN": "arn:aws:iam::111122223333:role/app-*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &[
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    ],
    find: None,
};
