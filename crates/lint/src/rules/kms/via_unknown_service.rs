//! KMS023: services that do not set `kms:ViaService`.

use kmsim_types::service::{VIA_SERVICE_NAMES, via_service};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS023",
    name: "via-unknown-service",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "`kms:ViaService` names a service that is not in AWS's list of services that support the key.",
    why: "If the service does not forward calls to KMS under this name, the condition never holds. The \
          name is often not the one that people use: EBS is `ec2`, EFS is `elasticfilesystem`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "ebs.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "ec2.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "KMS Developer Guide, \"Services that support the kms:ViaService condition key\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for via in check.statements.iter().flat_map(super::via::all) {
        let known = |service: &&str| VIA_SERVICE_NAMES.contains(service);
        let unknown = via
            .service
            .filter(|service| !via.idle_wildcard && !known(service));
        let Some(service) = unknown else { continue };
        let message = format!(
            "`{service}` is not among the services that AWS lists for `kms:ViaService`: if it does not forward calls to KMS, the condition never holds"
        );
        let everyday = via_service(service, "us-east-1");
        let meant = everyday
            .as_deref()
            .and_then(|whole| whole.split('.').next());
        let meant =
            meant.or_else(|| kmsim_types::nearest(service, VIA_SERVICE_NAMES.iter().copied()));
        let found = Found::at(via.span, message);
        report.add(match meant {
            Some(meant) => {
                let rest = via.text.get(service.len()..).unwrap_or("");
                found.help(format!("did you mean `{meant}{rest}`?"))
            }
            None => found.help("see the list in the KMS Developer Guide (ours is of 2026-11); services that call KMS as themselves are principals: {\"Service\": …}"),
        });
    }
}
