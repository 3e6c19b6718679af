//! IAM010: missing resource. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM010",
    name: "missing-resource",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "A statement has neither `Resource` nor `NotResource`.",
    why: "AWS refuses the policy. In a key policy it is KMS061.",
    fires: Example::identity(r#"{"Effect": "Allow", "Action": "kms:Decrypt"}"#),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"Grammar of the IAM JSON policy language\"",
    access_analyzer: &["MISSING_RESOURCE"],
    find: None,
};
