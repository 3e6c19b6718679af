//! KMS065: bare key id. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS065",
    name: "bare-key-id",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "A resource is a key id or alias name and no ARN.",
    why: "AWS refuses the policy. In a policy a key is named by its ARN, whatever the \
           commands of KMS take.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Specifying KMS keys in IAM policy statements\"",
    access_analyzer: &["INVALID_ARN_PREFIX"],
    find: None,
};
