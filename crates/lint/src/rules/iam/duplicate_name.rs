//! IAM003: duplicate name. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM003",
    name: "duplicate-name",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A name stands twice in one object, such as two `Condition` elements in a \
           statement.",
    why: "Readers of JSON disagree on which of the two counts, so half of what was \
           written is lost, often the restricting half.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333"}},
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333",
                                "kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "RFC 8259, section 4: names should be unique",
    access_analyzer: &[],
    find: None,
};
