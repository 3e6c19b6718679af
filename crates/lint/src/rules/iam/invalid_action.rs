//! IAM030: invalid action. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM030",
    name: "invalid-action",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An action of KMS does not exist, or a text is no action at all. What is \
           near the name of an action is taken for a mistake; what is near to none may \
           be newer than our table (2026-11) and is a warning.",
    why: "AWS saves the policy, and the element matches nothing: the permission is \
           not given, or the denial not made.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:GenerateDatakeys", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:GenerateDataKey*", "Resource": "*"}"#,
    ),
    source: "Service Authorization Reference, \"Actions, resources, and condition keys \
           for AWS Key Management Service\"",
    access_analyzer: &["INVALID_ACTION"],
    find: None,
};
