//! KMS103: unique id principal. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS103",
    name: "unique-id-principal",
    severity: Warning,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A principal is the unique id of a user or role (`AIDA…`, `AROA…`).",
    why: "AWS puts the id in place of the ARN once the user or role is deleted. It \
           names nobody any more, and a new user or role with the old name is not \
           meant by it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEID12345678"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_ROLE_REFERENCE", "INVALID_USER_REFERENCE"],
    find: None,
};
