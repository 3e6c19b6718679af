//! KMS037: principal wildcard. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS037",
    name: "principal-wildcard",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A principal has a wildcard inside its ARN.",
    why: "KMS refuses the policy: a principal is one account, user, role or session, \
           or everyone. A family of roles is named by a condition on \
           `aws:PrincipalArn`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app-*"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*"}}}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"],
    find: None,
};
