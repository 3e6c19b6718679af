//! KMS003: a negated condition on what direct calls never carry.

use kmsim_types::Authorization;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS003",
    name: "deny-without-service",
    severity: Error,
    kinds: &[
        PolicyKind::KeyPolicy,
        PolicyKind::ServiceControl,
        PolicyKind::ResourceControl,
    ],
    finds: "A `Deny` covers administration and has a negated operator on a key that calls of \
            administrators never carry: `StringNotEquals` with `kms:ViaService`, `aws:SourceArn` or \
            `kms:EncryptionContext:…`.",
    why: "A negated operator holds when the key is absent. Nobody administers a key through a service, so \
          the denial meets every administrator: in a key policy it locks the key for ever.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": {"AWS": "*"},
 "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"StringNotEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\": absent keys; KMS \
             Developer Guide, \"kms:ViaService\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.denies() {
        let administration = stated.kms_actions.intersection(administration());
        // One action stands for all: what an administrator never carries is the same for each.
        let governing = [
            KmsAction::PutKeyPolicy,
            KmsAction::DisableKey,
            KmsAction::ScheduleKeyDeletion,
        ];
        let first = governing
            .into_iter()
            .find(|action| administration.contains(*action));
        let Some(action) = first.or_else(|| administration.iter().next()) else {
            continue;
        };
        let Some(reach) = check.deny_of_all(stated, action) else {
            continue;
        };
        let Some(absent) = reach.absent_keys.first() else {
            continue;
        };
        let shown = names(administration);
        let message = format!(
            "no administrator's call carries `{}`, so the condition holds and this denies {shown} to everybody",
            absent.value
        );
        report.add(Found::at(absent.span, message).help(
            "deny the cryptographic operations only (`kms:Encrypt`, `kms:Decrypt`, `kms:ReEncrypt*`, `kms:GenerateDataKey*`)",
        ));
    }
}

/// Changing a key, which no service does for a caller.
fn administration() -> KmsActionSet {
    actions(|action| {
        let info = action.info();
        info.authorization == Authorization::KeyPolicy
            && info.grant_operation.is_none()
            && !info.cross_account
    })
}
