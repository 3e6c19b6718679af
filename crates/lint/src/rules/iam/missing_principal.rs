//! IAM011: missing principal. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM011",
    name: "missing-principal",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A statement of a policy on a resource has no `Principal`.",
    why: "It is about nobody. AWS refuses the policy: only policies on identities \
           leave the principal out.",
    fires: Example::key_policy(r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}"#),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["MISSING_PRINCIPAL"],
    find: None,
};
