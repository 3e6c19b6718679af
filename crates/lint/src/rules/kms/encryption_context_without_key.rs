//! KMS083: encryption context without key. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS083",
    name: "encryption-context-without-key",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The condition key is `kms:EncryptionContext` without the name of a pair.",
    why: "No request carries it. Each pair of the encryption context has a key of its \
           own, `kms:EncryptionContext:app`; which names there are is \
           `kms:EncryptionContextKeys`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext": "orders"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:EncryptionContext:context-key\"",
    access_analyzer: &["INVALID_SERVICE_CONDITION_KEY"],
    find: None,
};
