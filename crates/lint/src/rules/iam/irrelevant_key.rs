//! IAM094: keys that a key policy does not see.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM094",
    name: "irrelevant-key",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A key policy has a condition on tags or aliases of its key (`aws:ResourceTag/…`, \
            `kms:ResourceAliases`), or on the account or organization of the resource, which is a \
            suggestion.",
    why: "KMS does not let key policies see tags and aliases, so the condition never holds, or under a \
          negated operator always. The account of the resource is always the key's.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "orders"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalTag/team": "orders"}}}"#,
    ),
    source: "KMS Developer Guide, \"ABAC for AWS KMS\" and \"kms:ResourceAliases\"",
    access_analyzer: &["IRRELEVANT_CONDITION_KEY_IN_POLICY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let Some(info) = condition.key.value.info() else {
            continue;
        };
        let name = condition.key.value.text();
        let found = |message: String| Found::at(condition.key.span, message);
        if info.iam_only_for_keys {
            let message = format!(
                "KMS does not let a key policy see `{name}`: the condition is as if the key had none"
            );
            report.add(found(message).help("put it into an identity-based policy"));
        } else if info.name.starts_with("aws:Resource") {
            let message = format!("`{name}` in a key policy is always that of the key's owner");
            let help = "compare the caller's: aws:PrincipalAccount, aws:PrincipalOrgID";
            report.add(found(message).help(help).severity(Suggestion));
        }
    }
}
