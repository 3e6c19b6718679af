//! KMS067: operations that have no resource, limited to a key.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS067",
    name: "action-without-resource",
    severity: Error,
    kinds: &[
        PolicyKind::Identity,
        PolicyKind::PermissionsBoundary,
        PolicyKind::Session,
        PolicyKind::ServiceControl,
        PolicyKind::VpcEndpoint,
    ],
    finds: "An operation that is about no key, such as `kms:ListKeys`, `kms:CreateKey` or \
            `kms:GenerateRandom`, stands with a key's ARN as resource.",
    why: "KMS checks it on `*`, which no ARN matches, so the statement never covers it.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": ["kms:ListAliases", "kms:DescribeKey"],
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:ListAliases", "Resource": "*"}"#,
    ),
    source: "Service Authorization Reference, \"Actions, resources, and condition keys for AWS Key \
             Management Service\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let resourceless = actions(|action| !action.info().on_key && !action.info().on_alias);
    for stated in &check.statements {
        let resources = stated.resources();
        let arns = |item: &Spanned<ResourcePattern>| {
            matches!(item.value.shape, ResourceShape::Arn(_))
                && !item.value.text.starts_with("arn:*")
        };
        let Some(first) = resources.first().filter(|_| resources.iter().all(arns)) else {
            continue;
        };
        for item in stated.actions() {
            let covered = item.value.kms_actions();
            if covered.is_empty() || !covered.is_subset(resourceless) {
                continue;
            }
            let written = item.value.text();
            let verb = match stated.effect {
                Effect::Allow => "allowed",
                Effect::Deny => "denied",
                Effect::Unknown => "covered",
            };
            let message = format!(
                "`{written}` is about no key and is checked on `*`: with an ARN as resource it is never {verb}"
            );
            report.add(
                Found::at(item.span, message)
                    .help(format!(
                        "put `{written}` into a statement of its own with `\"Resource\": \"*\"`"
                    ))
                    .note(first.span, "the resource"),
            );
        }
    }
}
