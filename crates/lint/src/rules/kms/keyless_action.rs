//! KMS025: keys of requests on KMS keys beside actions without a key.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS025",
    name: "keyless-action",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A condition on `kms:ViaService`, `kms:CallerAccount` or a property of a key stands in a \
            statement with actions that are about no key, such as `kms:ListKeys` or `kms:GenerateRandom`.",
    why: "Requests for those actions do not carry it, so the statement does not cover them.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": ["kms:ListAliases", "kms:DescribeKey"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "ec2.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "ec2.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "KMS Developer Guide, \"Condition keys for AWS KMS\": operations on a KMS key resource",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

/// Keys that come with requests on keys.
pub(crate) fn of_keys(key: &str) -> bool {
    matches!(
        key,
        "kms:ViaService"
            | "kms:CallerAccount"
            | "kms:KeySpec"
            | "kms:KeyUsage"
            | "kms:KeyOrigin"
            | "kms:MultiRegion"
            | "kms:MultiRegionKeyType"
            | "kms:ResourceAliases"
            | "kms:CustomerMasterKeySpec"
            | "kms:CustomerMasterKeyUsage"
    )
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        for unmet in super::carried::unmet(stated, of_keys) {
            let name = key(unmet.condition);
            let message = format!(
                "{} {}: requests for it are about no key and do not carry `{name}`",
                super::carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement without this condition",
                unmet.shown()
            );
            report.add(Found::at(unmet.condition.key.span, message).help(help));
        }
    }
}
