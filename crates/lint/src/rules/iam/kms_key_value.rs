//! IAM075: condition keys of other services that hold the ARN of a KMS key.

use crate::rules::prelude::*;
use crate::table::KEYS_OF_KMS_KEYS;

pub(crate) static RULE: Rule = Rule {
    code: "IAM075",
    name: "kms-key-value",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key of another service that holds the ARN of a KMS key, such as \
            `s3:x-amz-server-side-encryption-aws-kms-key-id`, is compared with something else: a key id, \
            an alias.",
    why: "The services put the key's ARN there, whatever the caller sent, so the condition never holds, or \
          under a negated operator always: every upload is denied.",
    fires: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::example-bucket/*",
 "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/orders"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::example-bucket/*",
 "Condition": {"ArnNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id":
   "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}}"#,
    ),
    source: "S3 User Guide, \"Protecting data with server-side encryption using KMS keys\"",
    access_analyzer: &["INVALID_KMS_KEY_VALUE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let name = condition.key.value.text();
        if condition.key.value.info().is_some() || condition.operator.value.test == Test::Null {
            continue;
        }
        if !KEYS_OF_KMS_KEYS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
        {
            continue;
        }
        for (text, span) in values(condition) {
            let is_key = matches!(arn::split(text), Some([_, _, "kms", _, _, resource]) if resource.starts_with("key/") || resource.contains('*'));
            let open = text.contains(['*', '$']) || text.is_empty();
            if !is_key && !open {
                let message = format!(
                    "`{}` is no ARN of a KMS key, which `{name}` holds",
                    excerpt(text)
                );
                report.add(
                    Found::at(span, message).help("write arn:aws:kms:region:account:key/key-id"),
                );
            }
        }
    }
}
