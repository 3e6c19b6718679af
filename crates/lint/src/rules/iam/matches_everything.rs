//! IAM088: conditions that every request meets.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM088",
    name: "matches-everything",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A key that every request carries is compared with `*` under a `Like` operator.",
    why: "Every request meets it, so it says nothing. (In a statement for everyone it is KMS032.)",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringLike": {"aws:RequestedRegion": "*"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringLike": {"aws:RequestedRegion": "eu-*"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"],
    find: Some(find),
};

/// Keys that every request for an action on a key carries.
const ALWAYS: [&str; 11] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:userid",
    "aws:UserAgent",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "kms:CallerAccount",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:KeyOrigin",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let for_everyone = check.is_key_policy() && stated.everyone().is_some();
        let name = key(condition);
        if ALWAYS.contains(&name)
            && !for_everyone
            && crate::rules::kms::holds_for_anything(condition)
        {
            let message = format!("every request carries `{name}`, and `*` matches whatever it is");
            report.add(
                Found::at(condition.key.span, message)
                    .help("leave the condition out, or name the values"),
            );
        }
    }
}
