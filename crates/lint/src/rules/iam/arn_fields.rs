//! IAM041: arn fields. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM041",
    name: "arn-fields",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "An ARN has fewer than six parts.",
    why: "It matches nothing: arn:partition:service:region:account:resource.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion",
 "Resource": "arn:aws:kms:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM identifiers\": ARNs",
    access_analyzer: &["MISSING_ARN_FIELD"],
    find: None,
};
