//! IAM051: null if exists. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM051",
    name: "null-if-exists",
    severity: Error,
    kinds: kinds::ALL,
    finds: "`Null` has the suffix `IfExists`.",
    why: "AWS refuses the policy: `Null` itself asks whether the key exists.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"NullIfExists": {"kms:EncryptionContext:app": "false"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"Null": {"kms:EncryptionContext:app": "false"}}}"#,
    ),
    source: "IAM User Guide, \"...IfExists condition operators\"",
    access_analyzer: &["NULL_WITH_IF_EXISTS"],
    find: None,
};
