//! KMS121: an SCP that allows much and nothing of KMS.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS121",
    name: "scp-without-kms",
    severity: Warning,
    kinds: kinds::SERVICE_CONTROL,
    finds: "An SCP allows a list of services, and KMS is not among them.",
    why: "Where no other SCP of the same level allows KMS, every call of KMS is denied in the accounts \
          below, those that S3, EBS and other services make for their users included.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Allow", "Action": ["ec2:*", "s3:*", "kms:*"], "Resource": "*"}"#,
    ),
    source: "Organizations User Guide, \"SCP evaluation\": allow list strategy",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let mut allowing = check
        .statements
        .iter()
        .filter(|stated| stated.effect == Effect::Allow);
    let Some(first) = allowing.next() else { return };
    if check.kms_of_allows().is_empty() && !check.is_open() {
        let message = "this allows no action of KMS: unless another SCP of the same level does, KMS does not work in the accounts below, nor do encrypted volumes and buckets";
        report.add(
            Found::at(first.action_span(), message).help("add `kms:*`, or what of KMS is to work"),
        );
    }
}
