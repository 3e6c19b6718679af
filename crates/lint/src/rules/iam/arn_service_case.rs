//! IAM043: services in capital letters.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM043",
    name: "arn-service-case",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The service of an ARN has capital letters.",
    why: "ARNs are compared with case, so it matches nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:KMS:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM identifiers\": ARNs",
    access_analyzer: &["INVALID_ARN_SERVICE_CASE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.resource_items() {
        let Some([_, _, service, ..]) = arn::split(&item.value.text) else {
            continue;
        };
        if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let lower = service.to_ascii_lowercase();
            let right = item.value.text.replacen(service, &lower, 1);
            let message = format!(
                "`{service}` has capital letters: ARNs are compared with case, so this matches nothing"
            );
            report.add(
                Found::at(item.span, message)
                    .help(format!("write `{lower}`"))
                    .write(&right)
                    .mends(),
            );
        }
    }
}
