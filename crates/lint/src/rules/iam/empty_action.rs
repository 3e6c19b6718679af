//! IAM033: empty action. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM033",
    name: "empty-action",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "The list `Action` is empty.",
    why: "The statement is about no action, so it does nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": [],
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["EMPTY_ARRAY_ACTION"],
    find: None,
};
