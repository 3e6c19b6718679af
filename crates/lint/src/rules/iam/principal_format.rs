//! IAM020: principal format. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM020",
    name: "principal-format",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A principal has no type (`AWS`, `Service`, …), or is not an account, user, \
           role or session.",
    why: "KMS refuses the policy: only `\"*\"` may stand without a type, and under \
           `AWS` stand account ids and ARNs of IAM and STS.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "arn:aws:iam::111122223333:role/App", "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_PRINCIPAL_FORMAT"],
    find: None,
};
