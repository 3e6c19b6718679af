//! IAM009: missing action. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM009",
    name: "missing-action",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A statement has neither `Action` nor `NotAction`.",
    why: "IAM refuses the policy. KMS saves a key policy with such a statement, and \
           the statement does nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"; KMS API \
           Reference, PutKeyPolicy",
    access_analyzer: &["MISSING_ACTION"],
    find: None,
};
