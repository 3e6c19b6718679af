//! KMS004: a key policy without a statement for its account.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS004",
    name: "no-account-statement",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "No statement allows something to the account that owns the key (its root).",
    why: "Without it IAM policies do nothing for this key, be they an administrator's: who is to use the \
          key has to be named here. And if those who are named are deleted, nobody is left.",
    fires: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/KeyAdmin"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "KMS Developer Guide, \"Default key policy\": allows access to the AWS account and enables \
             IAM policies",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    if check.is_aws_managed() || check.is_open() || check.is_excerpt() {
        return;
    }
    let Some(owner) = check.owner() else { return };
    let is_account = |stated: &Stated<'_>| {
        let mut names = stated.principals().iter().map(|item| &item.value.names);
        names.any(|name| *name == PrincipalName::Account(owner))
    };
    // Who has no administrator is told that.
    if check.allows().any(is_account) || check.has_no_governor() {
        return;
    }
    let message = "no statement names the key's account: IAM policies do nothing for this key";
    let help = format!(
        "add {{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"arn:aws:iam::{owner}:root\"}}, \"Action\": \"kms:*\", \"Resource\": \"*\"}}, or accept that only the principals named here can use and manage the key"
    );
    report.add(Found::at(check.policy.span, message).help(help));
}
