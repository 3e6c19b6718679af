//! IAM016: repeated sid. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM016",
    name: "repeated-sid",
    severity: Error,
    kinds: kinds::ALL,
    finds: "Two statements have the same `Sid`.",
    why: "IAM and Organizations refuse the policy. KMS saves a key policy with it \
           (then it is a warning), and nobody can tell which of the two a message or \
           an audit means.",
    fires: Example::identity(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
  {"Sid": "Use", "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}
]}"#,
    ),
    right: Example::identity(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
  {"Sid": "List", "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}
]}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Sid\"",
    access_analyzer: &["UNIQUE_SIDS_REQUIRED", "UNIQUE_SIDS_RECOMMENDED"],
    find: None,
};
