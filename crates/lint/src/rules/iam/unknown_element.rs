//! IAM005: unknown element. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM005",
    name: "unknown-element",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An element is none that policies have: it is misspelt, in the wrong case, \
           or in the wrong place.",
    why: "AWS refuses the policy. Element names are compared with case.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Actions": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["INVALID_POLICY_ELEMENT"],
    find: None,
};
