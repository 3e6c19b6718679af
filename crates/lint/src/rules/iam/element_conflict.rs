//! IAM012: element conflict. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM012",
    name: "element-conflict",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A statement has an element and its opposite: `Action` with `NotAction`, \
           `Resource` with `NotResource`, `Principal` with `NotPrincipal`.",
    why: "AWS refuses the policy.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:*", "NotAction": "kms:PutKeyPolicy", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["UNSUPPORTED_ELEMENT_COMBINATION"],
    find: None,
};
