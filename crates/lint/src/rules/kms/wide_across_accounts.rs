//! KMS051: more for another account than can have an effect.

use crate::rules::prelude::*;
use kmsim_types::AccessLevel;

pub(crate) static RULE: Rule = Rule {
    code: "KMS051",
    name: "wide-across-accounts",
    severity: Security,
    kinds: kinds::KEY,
    finds: "A wildcard such as `kms:*` or `kms:Create*` gives another account operations on the key that \
            manage it.",
    why: "Most of it never works across accounts, and what does work is more than is usually meant: \
          `kms:CreateGrant` without limits, every cryptographic operation. The other account decides alone \
          who of its principals gets it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
 "Action": "kms:*", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
 "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
 "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Allowing users in other accounts to use a KMS key\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(owner) = check.owner() else { return };
    let working = super::never_across_accounts::working();
    for stated in check.allows() {
        let Some(foreigner) = super::never_across_accounts::foreigner(stated, owner) else {
            continue;
        };
        for item in stated
            .actions()
            .iter()
            .filter(|item| item.value.has_wildcard())
        {
            let covered = item.value.kms_actions();
            let managing = |action: KmsAction| {
                let info = action.info();
                let level = !matches!(info.access_level, AccessLevel::List | AccessLevel::Read);
                level && !info.cross_account && info.on_key
            };
            if !covered.iter().any(managing) {
                continue;
            }
            let written = item.value.text();
            let effective = covered.intersection(working);
            let what = if effective.is_empty() {
                "nothing of it works across accounts".to_owned()
            } else {
                format!("of it works across accounts: {}", names(effective))
            };
            let message = format!(
                "`{written}` for `{}`, of another account: {what}",
                foreigner.value.text
            );
            report.add(
                Found::at(item.span, message)
                    .help("list the operations that the other account is to have")
                    .note(foreigner.span, "of another account"),
            );
        }
    }
}
