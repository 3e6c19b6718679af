//! IAM007: missing effect. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM007",
    name: "missing-effect",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A statement has no `Effect`.",
    why: "AWS refuses the policy: it does not guess between `Allow` and `Deny`.",
    fires: Example::key_policy(
        r#"{"Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["MISSING_EFFECT"],
    find: None,
};
