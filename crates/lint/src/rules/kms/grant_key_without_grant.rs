//! KMS012: keys of grants beside other actions.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS012",
    name: "grant-key-without-grant",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on a key of grants (`kms:GrantIsForAWSResource`, `kms:GrantOperations`, …) stands \
            in a statement with actions that never carry it.",
    why: "For those actions the condition never holds, so the statement does not allow (or deny) them. \
          `kms:GrantIsForAWSResource` comes with CreateGrant, ListGrants and RevokeGrant only.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Encrypt", "kms:Decrypt", "kms:CreateGrant"], "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:GrantIsForAWSResource\"; Service Authorization Reference for KMS",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

/// Whether a key tells something of a grant.
pub(crate) fn of_grants(key: &str) -> bool {
    key.starts_with("kms:Grant") || key == "kms:RetiringPrincipal"
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        for unmet in super::carried::unmet(stated, of_grants) {
            let name = key(unmet.condition);
            let message = format!(
                "{} {}: requests for it do not carry `{name}`",
                super::carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement of its own; `{name}` comes with {}",
                unmet.shown(),
                names(unmet.carrying)
            );
            report.add(Found::at(unmet.condition.key.span, message).help(help));
        }
        for idle in super::carried::idle(stated, of_grants) {
            let name = key(idle.condition);
            let message = format!(
                "this does not limit {}: requests for it do not carry `{name}`, and `ForAllValues` holds for what is absent",
                idle.shown()
            );
            let help = format!("put {} into a statement of its own", idle.shown());
            let found = Found::at(idle.condition.key.span, message).help(help);
            report.add(found.severity(Warning));
        }
    }
}
