//! KMS066: the use of every key there is.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS066",
    name: "every-key",
    severity: Security,
    kinds: &[PolicyKind::Identity],
    finds: "An identity-based policy allows `kms:Decrypt`, `kms:ReEncryptFrom` or `kms:CreateGrant` on \
            every key (`*`), and no condition limits which.",
    why: "That is every key of the account whose key policy delegates to IAM, and every key of other \
          accounts that lets this one in, those of tomorrow included.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Best practices for IAM policies\"",
    access_analyzer: &[],
    find: Some(find),
};

/// Keys that limit which keys are meant, or for what.
fn limits(key: &str) -> bool {
    key.starts_with("aws:ResourceTag/")
        || key.starts_with("kms:EncryptionContext")
        || key.starts_with("kms:RecipientAttestation")
        || matches!(
            key,
            "aws:ResourceAccount"
                | "aws:ResourceOrgID"
                | "aws:ResourceOrgPaths"
                | "kms:ResourceAliases"
                | "kms:RequestAlias"
                | "kms:ViaService"
                | "aws:CalledVia"
                | "aws:CalledViaFirst"
                | "aws:CalledViaLast"
        )
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let sensitive = KmsActionSet::of(&[
        KmsAction::Decrypt,
        KmsAction::ReEncryptFrom,
        KmsAction::CreateGrant,
    ]);
    for stated in check.allows() {
        // `*` is about everything; a policy that gives all of AWS is no oversight about KMS.
        let of_kms = stated.actions().iter().filter(|item| !item.value.is_any());
        let named = of_kms.fold(KmsActionSet::EMPTY, |set, item| {
            set.union(item.value.kms_actions())
        });
        let given = named.intersection(sensitive);
        let Some(span) = every_key(stated).filter(|_| !given.is_empty()) else {
            continue;
        };
        let limited = stated.conditions.iter().any(|condition| {
            limits(key(condition)) && needs_key(condition) && !super::holds_for_anything(condition)
        });
        let for_services = given == KmsActionSet::of(&[KmsAction::CreateGrant])
            && stated.tests_any(&["kms:GrantIsForAWSResource"]);
        if limited || for_services || stated.has_open_conditions() {
            continue;
        }
        let message = format!(
            "{} on every key, those of other accounts included whose key policies let this one in",
            names(given)
        );
        let home = check
            .key
            .owner()
            .map_or("111122223333".to_owned(), |owner| owner.to_string());
        let help = format!("name the keys, or those of one account: `arn:aws:kms:*:{home}:key/*`");
        report.add(Found::at(span, message).help(help));
    }
}

/// Where the resources cover keys of every account.
fn every_key(stated: &Stated<'_>) -> Option<Span> {
    let every = |text: &str| {
        let stars = |part: &str| part.bytes().all(|byte| byte == b'*');
        match arn::split(text) {
            Some([_, _, service, _, account, resource]) => {
                matches!(service, "kms" | "*")
                    && stars(account)
                    && matches!(resource, "*" | "key/*" | "key*")
            }
            None => stars(text) && !text.is_empty() || text == "arn:*" || text == "arn:aws:kms:*",
        }
    };
    let mut resources = stated.resources().iter();
    let found = resources
        .find(|item| every(&item.value.text))
        .map(|item| item.span);
    let negated = stated.resource.as_ref().filter(|scope| scope.negated);
    found.or_else(|| negated.map(|scope| scope.span))
}
