//! KMS002: a `Deny` that spares nobody takes the key out of everybody's hands.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS002",
    name: "deny-for-everyone",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A `Deny` of `kms:PutKeyPolicy` (or of `kms:*`) reaches every principal of the account, the \
            root user included, whatever the request.",
    why: "An explicit deny wins over everything, so nobody can take it back: the key policy is as it is \
          for ever.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::111122223333:root",
                                                     "arn:aws:iam::111122223333:role/KeyAdmin"]}}}"#,
    ),
    source: "IAM User Guide, \"Policy evaluation logic\": explicit denies",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.denies() {
        let Some(reach) = check.deny_of_all(stated, KmsAction::PutKeyPolicy) else {
            continue;
        };
        if reach.absent_keys.is_empty() {
            let message = "this denies `kms:PutKeyPolicy` to everybody, the root user included: nobody can ever change the key policy again";
            report.add(Found::at(stated.span, message).help(
                "leave `kms:PutKeyPolicy` out of the actions, or spare the administrators by a condition on aws:PrincipalArn",
            ));
        }
    }
}
