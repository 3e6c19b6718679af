//! IAM054: unknown global key. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM054",
    name: "unknown-global-key",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key begins with `aws:` and is none that AWS has.",
    why: "No request carries the key. In an `Allow` the condition never holds; under \
           a negated operator it always does.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrganizationID": "o-exampleorgid"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    source: "IAM User Guide, \"AWS global condition context keys\"",
    access_analyzer: &["INVALID_GLOBAL_CONDITION_KEY"],
    find: None,
};
