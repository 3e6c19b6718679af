//! KMS104: group principal. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS104",
    name: "group-principal",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A principal is an IAM group.",
    why: "KMS refuses the policy: groups do not authenticate. Their members get \
           access by the account as principal and an identity-based policy on the \
           group.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:group/devs"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &[],
    find: None,
};
