//! IAM083: variables under operators that take none. The parser finds them.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM083",
    name: "variable-operator",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A policy variable stands under a numeric, date, IP, `Bool`, `Null` or `BinaryEquals` operator.",
    why: "Variables act under string and ARN operators only. Under others the value is no number, date or \
          address, and the condition never holds.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"DateLessThan": {"aws:CurrentTime": "${aws:PrincipalTag/until}"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy elements: Variables and tags\": condition element",
    access_analyzer: &["INVALID_VARIABLE_FOR_OPERATOR"],
    find: None,
};
