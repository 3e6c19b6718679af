//! KMS075: arn blank. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS075",
    name: "arn-blank",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A principal, ARN or service name has a blank inside.",
    why: "It names nobody and nothing. KMS refuses a key policy with such a \
           principal; in a condition the value is compared as it stands and equals \
           nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws: iam:: 111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_PRINCIPAL_FORMAT", "INVALID_ARN_PREFIX"],
    find: None,
};
