//! KMS078: wildcard matches nothing. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS078",
    name: "wildcard-matches-nothing",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An action with a wildcard matches no action of KMS.",
    why: "The element does nothing: it is most likely misspelt.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Encypt*", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Encrypt*", "Resource": "*"}"#,
    ),
    source: "Service Authorization Reference, \"Actions, resources, and condition keys \
           for AWS Key Management Service\"",
    access_analyzer: &["INVALID_ACTION"],
    find: None,
};
