//! KMS021: a service in another Region than the key.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS021",
    name: "via-other-region",
    severity: Error,
    kinds: kinds::KEY,
    finds: "`kms:ViaService` names a service in another Region than that of the key, which is no \
            multi-Region key.",
    why: "Services call KMS in their own Region, and a key is in one Region: the value never comes.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}"#,
    )
    .for_key(
        r#"{"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    )
    .for_key(
        r#"{"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"kms:ViaService\" and \"Multi-Region keys in AWS KMS\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(home) = check.key.home() else { return };
    if check.key.is_multi_region() == Some(true) {
        return;
    }
    for via in check.statements.iter().flat_map(super::via::all) {
        if let Some(region) = via.region.filter(|region| *region != home) {
            let message = format!(
                "the key is in {home}, and services of {region} do not use it: no request has this `kms:ViaService`"
            );
            let service = via.service.unwrap_or("*");
            let right = format!("{service}.{home}.amazonaws.com");
            report.add(Found::at(via.span, message).help(format!("write `{right}`")));
        }
    }
}
