//! KMS011: grants without limits.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS011",
    name: "unlimited-grants",
    severity: Security,
    kinds: kinds::KEY_AND_IDENTITY,
    finds: "`kms:CreateGrant` is allowed without a condition on what grants may be made: \
            `kms:GrantIsForAWSResource`, `kms:GranteePrincipal`, `kms:GrantOperations`, \
            `kms:GrantConstraintType` or `kms:ViaService`. A suggestion where a key policy names accounts \
            as a whole, whose own policies decide, and where an identity-based policy names the keys.",
    why: "Who may make any grant can give any principal of any account every operation that grants have, \
          decryption included, and nothing of it shows in a policy.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Decrypt", "kms:CreateGrant"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    source: "KMS Developer Guide, \"Best practices for IAM policies\" and \"Controlling access to grants\"",
    access_analyzer: &[],
    find: Some(find),
};

/// Keys that tell something of the grant to be made, or by whom it is asked for.
const LIMITS: [&str; 10] = [
    "kms:GrantIsForAWSResource",
    "kms:GranteePrincipal",
    "kms:GranteeServicePrincipal",
    "kms:GrantOperations",
    "kms:GrantConstraintType",
    "kms:GrantConstraintSourceArn",
    "kms:ViaService",
    "kms:EncryptionContext:${EncryptionContextKey}",
    "kms:EncryptionContextKeys",
    "aws:CalledVia",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let action = KmsAction::CreateGrant;
    for stated in check.allows() {
        let Some(item) = stated.written(action) else {
            continue;
        };
        // Who may do everything may change the policy: that is said elsewhere, or meant. Administrators
        // get grants by wildcards, which KMS010 is about.
        let everything = super::is_everything(&item.value);
        let by_wildcard = super::administrator_can_use::by_wildcard(stated, action).is_some();
        let of_administrators =
            by_wildcard && super::administrator_can_use::is_administration(stated);
        let of_service = stated
            .principals()
            .iter()
            .any(|item| item.value.names == PrincipalName::Service);
        if everything
            || of_administrators
            || of_service
            || stated.is_void()
            || is_limited(stated)
            || stated.has_open_conditions()
        {
            continue;
        }
        let message = "`kms:CreateGrant` without limits: who has it can give anybody every operation on the key by a grant, decryption included";
        let help = "add a condition such as {\"Bool\": {\"kms:GrantIsForAWSResource\": \"true\"}}, or limit kms:GranteePrincipal and kms:GrantOperations";
        let found = Found::at(item.span, message).help(help);
        let decided_elsewhere = if check.is_key_policy() {
            stated.names_accounts_only()
        } else {
            names_keys(stated)
        };
        report.add(if decided_elsewhere {
            found.severity(Suggestion)
        } else {
            found
        });
    }
}

/// Whether the resources are keys that are named one by one.
fn names_keys(stated: &Stated<'_>) -> bool {
    let named = |text: &str| text.contains(":key/") && !text.contains(['*', '?', '$']);
    let resources = stated.resources();
    !resources.is_empty() && resources.iter().all(|item| named(&item.value.text))
}

/// Whether a condition asks for grants that are not for AWS services, which is no limit.
fn is_for_others(condition: &Condition) -> bool {
    key(condition) == "kms:GrantIsForAWSResource"
        && condition.operator.value.test == Test::Bool
        && values(condition).all(|(text, _)| text.eq_ignore_ascii_case("false"))
}

fn is_limited(stated: &Stated<'_>) -> bool {
    let limits = |condition: &Condition| {
        LIMITS.contains(&key(condition))
            && !super::holds_for_anything(condition)
            && !is_for_others(condition)
    };
    stated.conditions.iter().any(limits)
}
