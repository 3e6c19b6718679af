//! KMS101: everybody but some.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS101",
    name: "allow-not-principal",
    severity: Security,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "An `Allow` has `NotPrincipal`.",
    why: "It lets in everybody who is not listed, in every AWS account, anonymous callers and services \
          included.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/bob"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/bob"}}}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: NotPrincipal\"",
    access_analyzer: &["ALLOW_WITH_NOT_PRINCIPAL"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let negated = stated.principal.as_ref().filter(|scope| scope.negated);
        if let Some(scope) = negated.filter(|_| stated.effect == Effect::Allow) {
            let message = "this lets in everybody who is not listed, in every AWS account";
            report.add(Found::at(scope.span, message).help("name in `Principal` whom you let in, and exclude others by a condition on aws:PrincipalArn"));
        }
    }
}
