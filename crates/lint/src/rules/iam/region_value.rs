//! IAM073: Regions in conditions.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM073",
    name: "region-value",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `aws:RequestedRegion`, `kms:ReplicaRegion` or `kms:PrimaryRegion` is no Region.",
    why: "No request carries it, so the condition never holds, or under a negated operator always.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-wset-1"]}}}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}}"#,
    ),
    source: "AWS General Reference, \"AWS Regions\"",
    access_analyzer: &["INVALID_REGION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        if !matches!(
            key(condition),
            "aws:RequestedRegion" | "kms:ReplicaRegion" | "kms:PrimaryRegion"
        ) {
            continue;
        }
        if condition.operator.value.test == Test::Null {
            continue;
        }
        for (text, span) in values(condition) {
            // Wildcards that do not act are another rule's.
            if !text.contains(['*', '?', '$']) && !text.contains(char::is_whitespace) {
                super::arn_region::look(text, span, report);
            }
        }
    }
}
