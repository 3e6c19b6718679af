//! KMS076: condition key blank. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS076",
    name: "condition-key-blank",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key has a blank inside its name.",
    why: "No request carries such a key: in an `Allow` the condition never holds, in \
           a `Deny` with a negated operator it always does.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms: GrantIsForAWSResource": "true"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    source: "KMS Developer Guide, \"Condition keys for AWS KMS\"",
    access_analyzer: &["INVALID_CONDITION_KEY_FORMAT"],
    find: None,
};
