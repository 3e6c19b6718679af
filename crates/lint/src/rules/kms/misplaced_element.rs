//! KMS063: misplaced element. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS063",
    name: "misplaced-element",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "`Action`, `Resource` or another element of a statement stands inside \
           `Principal`: a brace is closed too late.",
    why: "AWS refuses the policy. Read with a kind eye it names a principal of the \
           type `Action`, and has no action.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow",
 "Principal": {"AWS": "arn:aws:iam::444455556666:root",
               "Action": "kms:Decrypt", "Resource": "*"}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow",
 "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_PRINCIPAL_KEY"],
    find: None,
};
