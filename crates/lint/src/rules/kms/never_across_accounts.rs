//! KMS050: operations that never work on a key of another account.

use crate::check::account;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS050",
    name: "never-across-accounts",
    severity: Error,
    kinds: kinds::KEY_AND_IDENTITY,
    finds: "An operation that works in the key's own account only is allowed to a principal of another \
            account, or in an identity-based policy on a key of another account.",
    why: "KMS denies it whatever the policies say. Across accounts work the cryptographic operations, \
          grants, DescribeKey, GetPublicKey and GetKeyRotationStatus.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
 "Action": ["kms:DescribeKey", "kms:EnableKey"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
 "Action": "kms:DescribeKey", "Resource": "*"}"#,
    ),
    source: "KMS API Reference, \"Cross-account use\" of each operation; KMS Developer Guide, \"Allowing \
             users in other accounts to use a KMS key\"",
    access_analyzer: &[],
    find: Some(find),
};

/// What has an effect across accounts.
pub(crate) fn working() -> KmsActionSet {
    actions(|action| action.info().cross_account)
}

/// The first principal of a statement that is of another account than the key.
pub(crate) fn foreigner<'p>(
    stated: &Stated<'p>,
    owner: AccountId,
) -> Option<&'p Spanned<PrincipalPattern>> {
    let foreign = |item: &&Spanned<_>| account(&item.value).is_some_and(|account| account != owner);
    stated.principals().iter().find(foreign)
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(owner) = check.owner() else { return };
    let working = working();
    for stated in check.allows() {
        let other = if check.is_key_policy() {
            foreigner(stated, owner).map(|item| (format!("`{}`", item.value.text), item.span))
        } else {
            foreign_key(stated, owner)
        };
        let Some((other, place)) = other else {
            continue;
        };
        for item in stated.actions() {
            let covered = item.value.kms_actions().intersection(on_keys());
            let named = !item.value.has_wildcard();
            if !named || covered.is_empty() || !covered.intersection(working).is_empty() {
                continue;
            }
            let written = item.value.text();
            let message = if check.is_key_policy() {
                format!(
                    "`{written}` never works across accounts: {other} is of another account than the key"
                )
            } else {
                format!(
                    "`{written}` never works across accounts: {other} is a key of another account"
                )
            };
            report.add(
                Found::at(item.span, message)
                    .help("leave it out; somebody of the key's account has to do it")
                    .note(place, "of another account"),
            );
        }
    }
}

fn on_keys() -> KmsActionSet {
    actions(|action| action.info().on_key)
}

/// A key of another account, if the statement's resources are keys of other accounts only.
fn foreign_key(stated: &Stated<'_>, owner: AccountId) -> Option<(String, Span)> {
    let foreign = |text: &str| {
        let parts = arn::split(text);
        parts.is_some_and(|[_, _, service, _, account, resource]| {
            service == "kms"
                && resource.starts_with("key/")
                && AccountId::new(account).is_ok_and(|account| account != owner)
        })
    };
    let resources = stated.resources();
    let all = resources.iter().all(|item| foreign(&item.value.text));
    let first = resources.first().filter(|_| all)?;
    Some((format!("`{}`", first.value.text), first.span))
}
