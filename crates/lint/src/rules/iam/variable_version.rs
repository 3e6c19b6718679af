//! IAM082: variable version. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM082",
    name: "variable-version",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A policy variable such as `${aws:username}` stands in a policy whose \
           `Version` is not `2012-10-17`.",
    why: "Without that version variables are plain text, which no request carries.",
    fires: Example::identity(
        r#"{"Version": "2008-10-17", "Statement": [
  {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
   "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}
]}"#,
    ),
    right: Example::identity(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
   "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}
]}"#,
    ),
    source: "IAM User Guide, \"IAM policy elements: Variables and tags\"",
    access_analyzer: &["VARIABLE_UNSUPPORTED_IN_VERSION"],
    find: None,
};
