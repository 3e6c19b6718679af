//! KMS081: an encryption context where there is none.

use kmsim_types::KeySpec;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS081",
    name: "context-on-other-key",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on the encryption context stands in the policy of an asymmetric or HMAC key, or \
            beside an operation on such keys (`kms:Sign`, `kms:GenerateMac`, …).",
    why: "Only symmetric encryption has an encryption context. The condition never holds, so the \
          statement does not apply.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Sign", "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Sign", "Resource": "*",
 "Condition": {"StringEquals": {"kms:MessageType": "DIGEST"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:EncryptionContext:context-key\" and \"Encryption context\"",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

/// Whether a key is of the encryption context.
pub(crate) fn of_context(key: &str) -> bool {
    key.starts_with("kms:EncryptionContext")
}

/// Operations on keys without encryption context.
pub(crate) fn without_context() -> KmsActionSet {
    KmsActionSet::of(&[
        KmsAction::Sign,
        KmsAction::Verify,
        KmsAction::GenerateMac,
        KmsAction::VerifyMac,
        KmsAction::DeriveSharedSecret,
        KmsAction::Encapsulate,
        KmsAction::Decapsulate,
        KmsAction::GetPublicKey,
    ])
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let spec = check
        .key
        .spec
        .filter(|spec| check.is_key_policy() && *spec != KeySpec::SymmetricDefault);
    for stated in &check.statements {
        if let Some(spec) = spec {
            for condition in &stated.statement.conditions {
                if !of_context(key(condition)) {
                    continue;
                }
                let operator = condition.operator.value;
                let holds = operator.set == Some(SetOperator::ForAllValues) && !operator.if_exists;
                if holds && stated.allows() {
                    let message = format!(
                        "a key of spec {spec} has no encryption context: this condition limits nothing"
                    );
                    report.add(
                        Found::at(condition.key.span, message)
                            .help("leave the condition out")
                            .severity(Warning),
                    );
                }
                if needs_key(condition) {
                    let message = format!(
                        "a key of spec {spec} has no encryption context: this condition never holds"
                    );
                    report.add(
                        Found::at(condition.key.span, message).help("leave the condition out"),
                    );
                }
            }
            continue;
        }
        for unmet in super::carried::unmet(stated, of_context) {
            let of_others = |item: &&&Spanned<ActionPattern>| {
                item.value.kms_actions().is_subset(without_context())
            };
            let Some(item) = unmet.items.iter().find(of_others) else {
                continue;
            };
            let message = format!(
                "{} `{}`: it has no encryption context",
                super::carried::effect(stated),
                item.value.text()
            );
            let help = format!(
                "put `{}` into a statement without this condition",
                item.value.text()
            );
            report.add(
                Found::at(unmet.condition.key.span, message)
                    .help(help)
                    .note(item.span, "the action"),
            );
        }
    }
}
