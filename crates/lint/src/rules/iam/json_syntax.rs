//! IAM001: json syntax. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM001",
    name: "json-syntax",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The text is not JSON: a comma, quote or bracket is missing or too many, or \
           two documents are joined.",
    why: "AWS refuses it (MalformedPolicyDocumentException), and whatever else is \
           wrong with the policy cannot be seen before it can be read.",
    fires: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"},
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "RFC 8259",
    access_analyzer: &["JSON_SYNTAX_ERROR"],
    find: None,
};
