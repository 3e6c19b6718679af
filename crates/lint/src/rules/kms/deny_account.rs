//! KMS105: a denial of a whole account.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS105",
    name: "deny-account",
    severity: Warning,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A `Deny` without a condition names an account (its root).",
    why: "The root of an account in a policy is the account, not its root user: every user and role of it \
          is denied.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:root"}}}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\": AWS account principals",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.denies().filter(|stated| stated.conditions.is_empty()) {
        for item in stated.principals() {
            if let PrincipalName::Account(account) = item.value.names {
                let message = format!(
                    "this denies every user and role of account {account}, not its root user alone"
                );
                report.add(Found::at(item.span, message).help(
                    "name the users or roles, or the root user by a condition on aws:PrincipalArn",
                ));
            }
        }
    }
}
