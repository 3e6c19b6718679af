//! IAM047: empty resource. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM047",
    name: "empty-resource",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "The list `Resource` is empty.",
    why: "The statement is about no resource, so it does nothing.",
    fires: Example::identity(r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": []}"#),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["EMPTY_ARRAY_RESOURCE"],
    find: None,
};
