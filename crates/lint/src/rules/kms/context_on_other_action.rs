//! KMS082: an encryption context beside actions without one.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS082",
    name: "context-on-other-action",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on the encryption context stands in a statement with `kms:DescribeKey` or other \
            actions whose requests have none. Where the principal is an AWS service it is a suggestion, \
            since AWS's own samples do it.",
    why: "For those actions the condition never holds, so the statement does not cover them.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:EncryptionContext:context-key\": operations; Service \
             Authorization Reference for KMS",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    use super::context_on_other_key::{of_context, without_context};
    use kmsim_types::KeySpec;
    if check.is_key_policy()
        && check
            .key
            .spec
            .is_some_and(|spec| spec != KeySpec::SymmetricDefault)
    {
        return;
    }
    for stated in &check.statements {
        let services = stated
            .principals()
            .iter()
            .all(|item| item.value.names == PrincipalName::Service);
        let service = services && !stated.principals().is_empty();
        for mut unmet in super::carried::unmet(stated, of_context) {
            unmet
                .items
                .retain(|item| !item.value.kms_actions().is_subset(without_context()));
            let Some(first) = unmet.items.first() else {
                continue;
            };
            let message = format!(
                "{} {}: requests for it have no encryption context",
                super::carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement without this condition",
                unmet.shown()
            );
            let found = Found::at(unmet.condition.key.span, message)
                .help(help)
                .note(first.span, "without encryption context");
            report.add(if service {
                found.severity(Suggestion)
            } else {
                found
            });
        }
    }
}
