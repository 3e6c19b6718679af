//! KMS010: administrators that can give themselves the use of the key.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS010",
    name: "administrator-can-use",
    severity: Suggestion,
    kinds: kinds::KEY_AND_IDENTITY,
    finds: "A statement for administrators, without any cryptographic operation, covers \
            `kms:CreateGrant` or `kms:PutKeyPolicy` by a wildcard (`kms:Create*`, `kms:Put*`).",
    why: "With either of them administrators can give themselves the use of the key. The console's own \
          policy does this; whoever wants to separate administration and use has to spell it out.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/KeyAdmin"},
 "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:Disable*", "kms:Put*"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/KeyAdmin"},
 "Action": ["kms:CreateAlias", "kms:Describe*", "kms:Enable*", "kms:Disable*"], "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Allows key administrators to administer the KMS key\"",
    access_analyzer: &[],
    find: Some(find),
};

/// What administrators can give themselves the use of a key by.
const GIVING: [KmsAction; 2] = [KmsAction::CreateGrant, KmsAction::PutKeyPolicy];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows().filter(|stated| is_administration(stated)) {
        for action in GIVING {
            let Some(item) = by_wildcard(stated, action) else {
                continue;
            };
            let written = item.value.text();
            let message = format!(
                "`{written}` covers `{action}`, by which administrators can give themselves the use of the key"
            );
            let help = format!(
                "spell out what is meant instead of `{written}`, if administrators are not to use the key"
            );
            report.add(Found::at(item.span, message).help(help));
        }
    }
}

/// Whether a statement is about administration alone.
pub(crate) fn is_administration(stated: &Stated<'_>) -> bool {
    let of_administrators = KmsActionSet::of(&[
        KmsAction::EnableKey,
        KmsAction::DisableKey,
        KmsAction::PutKeyPolicy,
        KmsAction::ScheduleKeyDeletion,
        KmsAction::UpdateKeyDescription,
    ]);
    let actions = stated.kms_actions;
    let uses = super::uses();
    !actions.intersection(of_administrators).is_empty() && actions.intersection(uses).is_empty()
}

/// The element with a wildcard that covers an action, if no other names it.
pub(crate) fn by_wildcard<'p>(
    stated: &Stated<'p>,
    action: KmsAction,
) -> Option<&'p Spanned<ActionPattern>> {
    let named = stated
        .actions()
        .iter()
        .any(|item| !item.value.has_wildcard() && item.value.kms_actions().contains(action));
    stated.written(action).filter(|_| !named)
}
