//! IAM040: arn prefix. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM040",
    name: "arn-prefix",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "A resource is neither `*` nor an ARN.",
    why: "AWS refuses the policy. (A bare key id or alias name is KMS065.)",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Resource\"",
    access_analyzer: &["INVALID_ARN_PREFIX"],
    find: None,
};
