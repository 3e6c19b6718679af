//! KMS040: a service principal that acts for anybody.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS040",
    name: "unlimited-service",
    severity: Security,
    kinds: kinds::KEY,
    finds: "A statement lets an AWS service use the key, and no condition says for whom: `aws:SourceArn`, \
            `aws:SourceAccount`, `aws:SourceOrgID`, `aws:SourceOrgPaths`, or an encryption context that \
            names a resource. Looking at the key alone (`kms:DescribeKey` and the like) is left aside.",
    why: "Every customer of AWS can have the service act: a trail, topic or log group of somebody else \
          can use your key (the confused deputy).",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
    source: "IAM User Guide, \"The confused deputy problem\"; KMS Developer Guide, \"Key policies in AWS \
             KMS\"",
    access_analyzer: &["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"],
    find: Some(find),
};

/// Keys that tell for whom a service acts.
const FOR_WHOM: [&str; 8] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "kms:GrantConstraintSourceArn",
    // Never there for a service, so nothing is open: other rules say so.
    "kms:ViaService",
    "kms:CallerAccount",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        let services = || {
            stated
                .principals()
                .iter()
                .filter(|item| item.value.names == PrincipalName::Service)
        };
        let uses = !stated.kms_actions.intersection(super::uses()).is_empty()
            || stated.kms_actions.contains(KmsAction::CreateGrant);
        let limited = stated
            .conditions
            .iter()
            .any(|condition| limits(stated, condition))
            || stated.has_open_conditions();
        let (Some(first), true, false) = (services().next(), uses, limited) else {
            continue;
        };
        let names: Vec<_> = services()
            .map(|item| format!("`{}`", item.value.text))
            .collect();
        let message = format!(
            "{} may use the key for anybody, in any AWS account",
            names.join(", ")
        );
        let owner = check
            .owner()
            .map_or("111122223333".to_owned(), |owner| owner.to_string());
        let help = format!(
            "add a condition such as {{\"StringEquals\": {{\"aws:SourceAccount\": \"{owner}\"}}}}, or aws:SourceArn for one resource"
        );
        report.add(Found::at(first.span, message).help(help));
    }
}

/// Whether a condition says for whom the service may act.
fn limits(stated: &Stated<'_>, condition: &Condition) -> bool {
    let name = key(condition);
    if FOR_WHOM.contains(&name) || name.starts_with("aws:Principal") {
        return is_positive(condition)
            && needs_key(condition)
            && !super::holds_for_anything(condition);
    }
    // What the service puts into the context is of its customer; a name of one's own is not.
    let names_resource = |text: &str| {
        text.starts_with("arn:") || text.bytes().filter(u8::is_ascii_digit).count() >= 12
    };
    if name.starts_with("kms:EncryptionContext:") {
        return needs_key(condition)
            && (values(condition).any(|(text, _)| names_resource(text)) && is_positive(condition));
    }
    // Grants for AWS resources are made by the service for its own use.
    let grants_only = stated.kms_actions.intersection(super::uses()).is_empty();
    name == "kms:GrantIsForAWSResource" && grants_only
}
