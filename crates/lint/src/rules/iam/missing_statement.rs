//! IAM006: missing statement. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM006",
    name: "missing-statement",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The document has no `Statement`, an empty one, or is itself a statement.",
    why: "AWS refuses it. A statement alone is no policy: it stands in the list \
           `Statement` of a document with `Version`.",
    fires: Example::key_policy(r#"{"Version": "2012-10-17", "Id": "key-policy"}"#),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Id": "key-policy", "Statement": [
  {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["MISSING_STATEMENT"],
    find: None,
};
