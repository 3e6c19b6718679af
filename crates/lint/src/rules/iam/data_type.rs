//! IAM002: data type. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM002",
    name: "data-type",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value has a type that its element does not take: a number for a string, \
           an object for a list.",
    why: "AWS refuses the policy.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": ["*", 7]}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["DATA_TYPE_MISMATCH"],
    find: None,
};
