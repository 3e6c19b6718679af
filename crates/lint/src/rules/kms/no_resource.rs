//! KMS061: no resource. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS061",
    name: "no-resource",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A statement of a key policy has no `Resource`.",
    why: "KMS saves it, and the statement has no effect. In a key policy `\"Resource\": \
           \"*\"` means this key.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Key policies in AWS KMS\"",
    access_analyzer: &["MISSING_RESOURCE"],
    find: None,
};
