//! IAM021: principal type. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM021",
    name: "principal-type",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "The type of a principal is not `AWS`, `Service`, `Federated` or \
           `CanonicalUser`.",
    why: "AWS refuses the policy. Types are compared with case.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Aws": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_PRINCIPAL_KEY"],
    find: None,
};
