//! KMS013: unknown condition key. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS013",
    name: "unknown-condition-key",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key begins with `kms:` and is none that KMS has.",
    why: "No request carries the key: in an `Allow` the condition never holds, and \
           under a negated operator it always does. A name that is near to none of \
           ours may be newer than our table (2026-11) and is a warning.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaServices": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "KMS Developer Guide, \"Condition keys for AWS KMS\"",
    access_analyzer: &["INVALID_SERVICE_CONDITION_KEY"],
    find: None,
};
