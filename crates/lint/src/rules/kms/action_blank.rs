//! KMS074: action blank. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS074",
    name: "action-blank",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An action has a blank inside, as texts copied from slides and PDFs have.",
    why: "AWS reads another name, which does not exist: the statement allows or \
           denies nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": ["kms: Decrypt", "kms :DescribeKey"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Action\"",
    access_analyzer: &["INVALID_ACTION"],
    find: None,
};
