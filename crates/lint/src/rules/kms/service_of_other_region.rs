//! KMS042: a service of another Region than the key.

use kmsim_types::Region;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS042",
    name: "service-of-other-region",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A principal is a service of another Region than that of the key, such as \
            `logs.eu-west-1.amazonaws.com` for a key in us-west-2.",
    why: "Services use keys of their own Region, so the statement allows nothing that happens.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
 "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*",
 "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:*"}}}"#,
    )
    .for_key(r#"{"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "logs.us-west-2.amazonaws.com"},
 "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*",
 "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-west-2:111122223333:*"}}}"#,
    )
    .for_key(r#"{"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    source: "CloudWatch Logs User Guide, \"Encrypt log data in CloudWatch Logs using AWS KMS\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(home) = check.key.home() else { return };
    for (_, item) in check.principal_items() {
        if item.value.names != PrincipalName::Service {
            continue;
        }
        let mut labels = item.value.text.split('.');
        let other = labels.find(|label| Region::new(label).is_ok());
        if let Some(region) = other.filter(|region| *region != home) {
            let right = item.value.text.replace(region, home);
            let message = format!(
                "the key is in {home}, and `{}` uses keys of {region}",
                item.value.text
            );
            report.add(Found::at(item.span, message).help(format!("write `{right}`")));
        }
    }
}
