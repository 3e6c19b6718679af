//! KMS085: condition keys with new names.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS085",
    name: "deprecated-key",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A condition uses `kms:CustomerMasterKeySpec` or `kms:CustomerMasterKeyUsage`.",
    why: "They still work and are deprecated: `kms:KeySpec` and `kms:KeyUsage` hold the same.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
 "Condition": {"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:CustomerMasterKeySpec (deprecated)\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let info = condition.key.value.info();
        if let Some((info, instead)) = info.and_then(|info| Some((info, info.deprecated?))) {
            let message = format!("`{}` is deprecated; `{instead}` holds the same", info.name);
            report.add(
                Found::at(condition.key.span, message)
                    .help(format!("write `{instead}`"))
                    .write(instead)
                    .keeps(),
            );
        }
    }
}
