//! IAM046: arn resource. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM046",
    name: "arn-resource",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The ARN of a KMS key or alias ends in what cannot be one: a key id that is \
           no UUID, or nothing but the id without `key/`.",
    why: "The ARN matches no key, so the statement does nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/4567dcba-23ab-34cd-56ef-0987654321yz"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Key identifiers (KeyId)\"",
    access_analyzer: &["INVALID_ARN_RESOURCE"],
    find: None,
};
