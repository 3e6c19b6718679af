//! IAM008: invalid effect. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM008",
    name: "invalid-effect",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The `Effect` is neither `Allow` nor `Deny`.",
    why: "AWS refuses the policy. Case counts: `allow` is no effect.",
    fires: Example::key_policy(
        r#"{"Effect": "allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["INVALID_EFFECT"],
    find: None,
};
