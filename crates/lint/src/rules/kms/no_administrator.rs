//! KMS001: nobody of the owner's account may change the key policy.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS001",
    name: "no-administrator",
    severity: Error,
    kinds: kinds::KEY,
    finds: "No statement lets a principal of the account that owns the key call `kms:PutKeyPolicy`. \
            Only direct calls count, since no service changes key policies.",
    why: "Nobody can change this policy any more, and after a bypass of the lockout safety check nobody \
          but AWS Support can make the key manageable again. Without the bypass KMS refuses the policy.",
    fires: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
   "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"},
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
   "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}
]}"#,
    ),
    source: "KMS Developer Guide, \"Default key policy\" and \"kms:BypassPolicyLockoutSafetyCheck\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    // Whose account it is must be known, or no statement may speak of changing the policy at all.
    let nobody = !check.kms_of_allows().contains(KmsAction::PutKeyPolicy);
    if check.is_aws_managed()
        || check.is_open()
        || check.is_excerpt()
        || check.policy.statements.is_empty()
    {
        return;
    }
    if nobody || check.owner().is_some() && check.has_no_governor() {
        if super::root_condition::is_the_reason(check) {
            return;
        }
        let owner = check
            .owner()
            .map_or("111122223333".to_owned(), |owner| owner.to_string());
        let message = "nobody of the key's account may call `kms:PutKeyPolicy`: the key cannot be managed any more";
        let help = format!(
            "add {{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"arn:aws:iam::{owner}:root\"}}, \"Action\": \"kms:*\", \"Resource\": \"*\"}}"
        );
        report.add(Found::at(check.policy.span, message).help(help));
    }
}
