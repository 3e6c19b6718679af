//! KMS123: what RCPs do not limit.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS123",
    name: "rcp-without-effect",
    severity: Warning,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "An RCP names `kms:RetireGrant`, or aims at AWS managed keys (`alias/aws/…`).",
    why: "RCPs do not limit either: grants can be retired, and AWS managed keys used, whatever the RCP \
          says.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": ["kms:RetireGrant", "kms:RevokeGrant"], "Resource": "*",
 "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:RevokeGrant", "Resource": "*",
 "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    source: "KMS Developer Guide, \"Resource control policies in AWS KMS\"",
    access_analyzer: &[],
    find: Some(find),
};

const OF_AWS: &str = "RCPs do not limit AWS managed keys";

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.action_items() {
        let named =
            !item.value.has_wildcard() && item.value.kms_actions().contains(KmsAction::RetireGrant);
        if named {
            let message = "RCPs do not limit `kms:RetireGrant`";
            report.add(
                Found::at(item.span, message)
                    .help("leave it out; deny kms:CreateGrant to keep grants from being made"),
            );
        }
    }
    let help = "leave it out; what AWS managed keys do is fixed by AWS";
    for (_, item) in check.resource_items() {
        if item.value.text.contains(":alias/aws/") {
            report.add(Found::at(item.span, OF_AWS).help(help));
        }
    }
    for (_, condition) in check.conditions() {
        if !matches!(key(condition), "kms:ResourceAliases" | "kms:RequestAlias") {
            continue;
        }
        for (text, span) in values(condition).filter(|(text, _)| text.starts_with("alias/aws/")) {
            report.add(Found::at(span, format!("`{text}`: {OF_AWS}")).help(help));
        }
    }
}
