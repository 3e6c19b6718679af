//! KMS022: wildcards in `kms:ViaService` that do not act.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS022",
    name: "via-wildcard",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `kms:ViaService` has a wildcard under `StringEquals`.",
    why: "`StringEquals` compares the text as it stands, star and all, so the condition never holds.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.*.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"; KMS Developer Guide, \
             \"kms:ViaService\"",
    access_analyzer: &["WILDCARD_WITHOUT_LIKE_OPERATOR"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        if !super::via::all(stated).any(|via| via.idle_wildcard) {
            continue;
        }
        for condition in stated.on("kms:ViaService") {
            crate::rules::iam::idle_wildcard::look(check, stated, condition, report);
        }
    }
}
