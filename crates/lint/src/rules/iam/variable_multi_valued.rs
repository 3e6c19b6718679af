//! IAM084: variable multi valued. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM084",
    name: "variable-multi-valued",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A policy variable names a key that holds several values.",
    why: "A variable takes one value, so it has none here, and the condition does not \
           hold.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:TagKeys}"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy elements: Variables and tags\"",
    access_analyzer: &[],
    find: None,
};
