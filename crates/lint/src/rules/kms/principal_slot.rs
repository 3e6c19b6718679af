//! KMS043: a service under `AWS`, or an account, user or role under `Service`. The parser finds the
//! first.

use kmsim_types::service::is_service_principal;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS043",
    name: "principal-slot",
    severity: Error,
    kinds: kinds::WITH_PRINCIPAL,
    finds: "A service stands under `AWS`, or an account, user, role or anything else that is no \
            service under `Service`.",
    why: "KMS refuses the policy: `AWS` takes accounts and ARNs, `Service` takes names such as \
          `cloudtrail.amazonaws.com`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "logs.us-west-2.amazonaws.com"},
 "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
 "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-west-2:111122223333:*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "logs.us-west-2.amazonaws.com"},
 "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
 "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-west-2:111122223333:*"}}}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\"",
    access_analyzer: &["INVALID_PRINCIPAL_FORMAT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.principal_items() {
        let text = &*item.value.text;
        let blank = text.contains(char::is_whitespace);
        if item.value.names != PrincipalName::Service || blank || is_service_principal(text) {
            continue;
        }
        let shown = excerpt(text);
        let account = text.starts_with("arn:") || AccountId::new(text).is_ok();
        let message = format!("`{shown}` is no service: KMS refuses the policy");
        report.add(Found::at(item.span, message).help(match text {
            "*" => "name each service, such as `cloudtrail.amazonaws.com`",
            _ if account => "accounts, users and roles stand under `AWS`",
            _ => "a service's name looks like `cloudtrail.amazonaws.com`",
        }));
    }
}
