//! IAM013: principal not allowed. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM013",
    name: "principal-not-allowed",
    severity: Error,
    kinds: kinds::WITHOUT_PRINCIPAL,
    finds: "A policy of an identity, or an SCP, has a `Principal`.",
    why: "AWS refuses it: such a policy is about the identities that it is attached \
           to. A statement with a principal belongs into the key policy.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["UNSUPPORTED_PRINCIPAL", "SCP_SYNTAX_ERROR_PRINCIPAL"],
    find: None,
};
