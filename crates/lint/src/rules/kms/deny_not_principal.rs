//! KMS102: a denial that spares a role and not its sessions.

use crate::check::{account, items};
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS102",
    name: "deny-not-principal",
    severity: Warning,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A `Deny` with `NotPrincipal` lists a role or user and not what AWS checks besides: the session \
            of the role, and the account.",
    why: "AWS compares the account, the role and the session. Who lists the role alone may deny its \
          sessions, which are what calls. A principal with a permissions boundary is denied in any case.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/Good"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Good"}}}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: NotPrincipal\": specifying NotPrincipal with Deny",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let negated = stated.principal.as_ref().is_some_and(|scope| scope.negated);
        if !negated || stated.effect != Effect::Deny {
            continue;
        }
        let listed = items(stated.statement.principal.as_ref());
        let has_account = |own| {
            listed
                .iter()
                .any(|item| item.value.names == PrincipalName::Account(own))
        };
        let has_session = |role: &str| {
            let marked = format!(":assumed-role/{role}/");
            listed.iter().any(|item| item.value.text.contains(&marked))
        };
        let lacks = listed.iter().find(|item| {
            let of_account = account(&item.value).is_none_or(has_account);
            match &item.value.names {
                PrincipalName::Role { name, .. } => !of_account || !has_session(name),
                PrincipalName::User | PrincipalName::RoleSession => !of_account,
                _ => false,
            }
        });
        if let Some(item) = lacks {
            let what = match item.value.names {
                PrincipalName::Role { .. } => "its sessions and its account",
                _ => "its account",
            };
            let message = format!(
                "`{}` is spared and {what} not: AWS may deny it all the same",
                item.value.text
            );
            let help = format!(
                "write `\"Principal\": \"*\"` and the condition {{\"ArnNotEquals\": {{\"aws:PrincipalArn\": \"{}\"}}}}",
                item.value.text
            );
            report.add(Found::at(item.span, message).help(help));
        }
    }
}
