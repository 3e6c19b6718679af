//! IAM063: date value. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM063",
    name: "date-value",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A date operator stands with a value that is no date.",
    why: "The condition never holds: an `Allow` allows nothing, a `Deny` denies \
           nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"DateLessThan": {"aws:CurrentTime": "31.12.2026"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-31T23:59:59Z"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH_DATE", "INVALID_DATE_VALUE"],
    find: None,
};
