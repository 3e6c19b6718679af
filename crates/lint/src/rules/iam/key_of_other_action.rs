//! IAM091: condition keys that actions do not carry.

use crate::rules::kms::{carried, context_on_other_key, grant_key_without_grant, keyless_action};
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM091",
    name: "key-of-other-action",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on a key that belongs to some actions of KMS stands in a statement with others: \
            `kms:SigningAlgorithm` beside `kms:GetPublicKey`, `aws:RequestTag/…` beside `kms:Decrypt`. \
            (Keys of grants, of the encryption context and some others have rules of their own.)",
    why: "For those actions the condition never holds, so the statement does not cover them.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Sign", "kms:GetPublicKey"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Sign", "kms:Verify"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256"}}}"#,
    ),
    source: "Service Authorization Reference, \"Actions, resources, and condition keys for AWS Key \
             Management Service\"",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

/// Whether no other rule is about the key.
fn of_others(key: &str) -> bool {
    let own_rule = grant_key_without_grant::of_grants(key)
        || context_on_other_key::of_context(key)
        || keyless_action::of_keys(key)
        || key == "kms:RequestAlias"
        || key.starts_with("aws:ResourceTag/");
    !own_rule
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        for unmet in carried::unmet(stated, of_others) {
            let name = unmet.condition.key.value.text();
            let message = format!(
                "{} {}: requests for it do not carry `{name}`",
                carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement of its own; `{name}` comes with {}",
                unmet.shown(),
                names(unmet.carrying)
            );
            report.add(Found::at(unmet.condition.key.span, message).help(help));
        }
    }
}
