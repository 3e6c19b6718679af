//! KMS073: half of `ReEncrypt`. The parser finds `kms:ReEncrypt`, which is no action.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS073",
    name: "re-encrypt-half",
    severity: Error,
    kinds: kinds::ALL,
    finds: "`kms:ReEncrypt` stands as an action (error), or a policy allows one of \
            `kms:ReEncryptFrom` and `kms:ReEncryptTo` without the other (suggestion).",
    why: "A call of ReEncrypt is checked twice: `kms:ReEncryptFrom` on the key that the ciphertext is \
          under and `kms:ReEncryptTo` on the new one. There is no action `kms:ReEncrypt`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:ReEncrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:ReEncrypt*", "Resource": "*"}"#,
    ),
    source: "KMS API Reference, ReEncrypt: Required permissions",
    access_analyzer: &["INVALID_ACTION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let (from, to) = (KmsAction::ReEncryptFrom, KmsAction::ReEncryptTo);
    for stated in check.allows() {
        for (here, missing, which) in [(from, to, "into"), (to, from, "out of")] {
            let elsewhere = check.allows().any(|other| {
                other.kms_actions.contains(missing) && shares_principal(stated, other)
            });
            let Some(item) = stated.written(here).filter(|_| !elsewhere) else {
                continue;
            };
            let message = format!(
                "`{here}` is allowed and `{missing}` is not: ReEncrypt works only where another policy gives the other half"
            );
            let help = format!(
                "write `kms:ReEncrypt*`, unless ciphertexts are to be re-encrypted {which} other keys only"
            );
            report.add(
                Found::at(item.span, message)
                    .help(help)
                    .severity(Suggestion),
            );
        }
    }
}

/// Whether two statements are about the same caller. Without principals they are about the identity that
/// the policy is attached to.
fn shares_principal(one: &Stated<'_>, other: &Stated<'_>) -> bool {
    let (own, others) = (one.principals(), other.principals());
    let named = |item: &Spanned<PrincipalPattern>| {
        others
            .iter()
            .any(|other| other.value.text == item.value.text)
    };
    own.is_empty() || own.iter().any(named)
}
