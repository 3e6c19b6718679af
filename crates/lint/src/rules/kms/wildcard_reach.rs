//! KMS079: wildcards that reach further than they look.

use kmsim_types::AccessLevel;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS079",
    name: "wildcard-reach",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A wildcard covers cryptographic operations and some that change or destroy: `kms:Re*` covers \
            RevokeGrant, RetireGrant and ReplicateKey, `kms:De*` covers DeleteImportedKeyMaterial.",
    why: "What was meant is most likely one of the two. `kms:ReEncrypt*`, `kms:Decrypt` and \
          `kms:Describe*` say it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Encrypt", "kms:De*"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}"#,
    ),
    source: "Service Authorization Reference, \"Actions, resources, and condition keys for AWS Key \
             Management Service\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let uses = super::uses();
    let changing = changing();
    for (stated, item) in check.action_items() {
        let covered = item.value.kms_actions();
        let (cryptographic, changed) = (covered.intersection(uses), covered.intersection(changing));
        let negated = stated.action.as_ref().is_some_and(|scope| scope.negated);
        let narrow = item.value.has_wildcard() && !super::is_everything(&item.value);
        if !narrow || negated || cryptographic.is_empty() || changed.is_empty() {
            continue;
        }
        let written = item.value.text();
        let message = format!(
            "`{written}` covers {} and also {}",
            names(cryptographic),
            names(changed)
        );
        let found = Found::at(item.span, message).help("spell out what is meant");
        report.add(match stated.effect {
            Effect::Allow => found,
            Effect::Deny | Effect::Unknown => found.severity(Suggestion),
        });
    }
}

/// What changes or destroys a key, its grants or aliases.
fn changing() -> KmsActionSet {
    actions(|action| {
        let info = action.info();
        let level = !matches!(info.access_level, AccessLevel::List | AccessLevel::Read);
        level
            && info.on_key
            && (info.grant_operation.is_none()
                || action == KmsAction::CreateGrant
                || action == KmsAction::RetireGrant)
    })
}
