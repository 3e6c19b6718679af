//! IAM032: service wildcard. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM032",
    name: "service-wildcard",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The service of an action has a wildcard.",
    why: "IAM refuses the policy: the service must be spelled out. Only `*` alone \
           covers every service.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "k*:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Action\"",
    access_analyzer: &["WILDCARD_IN_SERVICE_NAME"],
    find: None,
};
