//! IAM014: invalid version. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM014",
    name: "invalid-version",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The `Version` is neither `2012-10-17` nor `2008-10-17`.",
    why: "AWS refuses the policy. The version is that of the policy language, not the \
           date of the policy.",
    fires: Example::key_policy(
        r#"{"Version": "2024-06-01", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Version\"",
    access_analyzer: &["INVALID_VERSION"],
    find: None,
};
