//! IAM085: empty condition values. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM085",
    name: "empty-condition-values",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A condition key has an empty list of values.",
    why: "Nothing is compared with. Under a positive operator the condition never \
           holds, under `ForAllValues` only for requests without the key.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": []}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": ["s3.us-west-2.amazonaws.com"]}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &[
        "EMPTY_ARRAY_CONDITION",
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
    ],
    find: None,
};
