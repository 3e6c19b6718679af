//! IAM055: tag key missing. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM055",
    name: "tag-key-missing",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key of tags has no tag key behind the slash: \
           `aws:ResourceTag/`.",
    why: "No request carries it, so the condition compares nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/": "orders"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "orders"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["MISSING_TAG_KEY_IN_CONDITION"],
    find: None,
};
