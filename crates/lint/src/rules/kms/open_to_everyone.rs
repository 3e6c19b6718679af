//! KMS030: a statement for everyone without a condition on who calls.

use super::everyone::{Open, openings};
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS030",
    name: "open-to-everyone",
    severity: Security,
    kinds: kinds::KEY,
    finds: "A statement allows something to everyone (`\"*\"`), and no condition asks who calls. \
            Conditions that callers can meet as they like, such as an encryption context, do not count.",
    why: "Principals of any AWS account can use the key once their own account lets them, and those of \
          the key's account need no IAM policy at all.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    source: "KMS Developer Guide, \"Key policies in AWS KMS\": Principal",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for opening in openings(check) {
        if opening.open == Open::Wide {
            let message = if opening.stated.conditions.is_empty() {
                "everyone, in every AWS account, may use the key by this statement"
            } else {
                "everyone, in every AWS account, may use the key by this statement: none of its conditions asks who calls"
            };
            report.add(Found::at(opening.span, message).help(
                "name the accounts or roles, or add a condition on kms:CallerAccount, aws:PrincipalOrgID or aws:PrincipalArn",
            ));
        }
    }
}
