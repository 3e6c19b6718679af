//! IAM077: keys that callers write themselves.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM077",
    name: "forgeable-key",
    severity: Security,
    kinds: kinds::ALL,
    finds: "Access depends on `aws:UserAgent` or `aws:referer`.",
    why: "Callers write both into their requests as they like.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringLike": {"aws:UserAgent": "our-tool/*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalTag/tool": "ours"}}}"#,
    ),
    source: "IAM User Guide, \"aws:UserAgent\" and \"aws:referer\"",
    access_analyzer: &["UNTRUSTWORTHY_CONDITION_KEY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let name = key(condition);
        if matches!(name, "aws:UserAgent" | "aws:referer") {
            let message = format!("callers write `{name}` themselves: it keeps nobody out");
            report.add(Found::at(condition.key.span, message).help(
                "compare what AWS knows: aws:PrincipalArn, aws:PrincipalTag, aws:SourceVpce",
            ));
        }
    }
}
