//! KMS024: a forwarded call and a service that calls for itself.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS024",
    name: "via-service-principal",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A statement whose principal is an AWS service has a condition on `kms:ViaService`.",
    why: "`kms:ViaService` tells that a service forwards the call of somebody else. A service that calls \
          for itself does not carry it, so the statement never applies.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "sns.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*",
 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:111122223333:orders"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:ViaService\"; IAM User Guide, \"Forward access sessions\"",
    access_analyzer: &["UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        let mut services = stated.principals().iter();
        let Some(service) = services.find(|item| item.value.names == PrincipalName::Service) else {
            continue;
        };
        for condition in stated.on("kms:ViaService") {
            if !needs_key(condition) {
                continue;
            }
            let name = &service.value.text;
            let message = format!(
                "`{name}` calls for itself and carries no `kms:ViaService`: the statement never allows it anything"
            );
            report.add(
                Found::at(condition.key.span, message)
                    .help("limit the service by aws:SourceArn or aws:SourceAccount, or name the callers whose requests it forwards")
                    .note(service.span, "the service"),
            );
        }
    }
}
