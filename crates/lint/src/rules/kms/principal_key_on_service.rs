//! KMS041: keys of people on a service.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS041",
    name: "principal-key-on-service",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A statement whose principal is an AWS service has a condition on a key that only requests of \
            accounts carry, such as `aws:PrincipalOrgID`, `aws:PrincipalAccount` or `kms:CallerAccount`.",
    why: "A service that calls for itself belongs to no account of yours, so the condition never holds \
          and the statement allows nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
 "Action": "kms:GenerateDataKey*", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
 "Action": "kms:GenerateDataKey*", "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceOrgID": "o-exampleorgid"}}}"#,
    ),
    source: "IAM User Guide, \"AWS global condition context keys\": availability of principal properties",
    access_analyzer: &["UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"],
    find: Some(find),
};

/// Keys that requests of services lack, each with the one that they have.
const KEYS: [(&str, Option<&str>); 13] = [
    ("aws:PrincipalOrgID", Some("aws:SourceOrgID")),
    ("aws:PrincipalOrgPaths", Some("aws:SourceOrgPaths")),
    ("aws:PrincipalAccount", Some("aws:SourceAccount")),
    ("aws:PrincipalArn", Some("aws:SourceArn")),
    ("aws:PrincipalTag/${TagKey}", None),
    ("aws:PrincipalType", None),
    ("aws:userid", None),
    ("aws:username", None),
    ("aws:SourceIdentity", None),
    ("aws:FederatedProvider", None),
    ("aws:MultiFactorAuthPresent", None),
    ("aws:MultiFactorAuthAge", None),
    ("kms:CallerAccount", Some("aws:SourceAccount")),
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        let mut services = stated.principals().iter();
        let Some(service) = services.find(|item| item.value.names == PrincipalName::Service) else {
            continue;
        };
        for condition in &stated.statement.conditions {
            let name = key(condition);
            let lacking = KEYS.iter().find(|(lacking, _)| *lacking == name);
            let Some((_, instead)) = lacking.filter(|_| needs_key(condition)) else {
                continue;
            };
            let text = &service.value.text;
            let message = format!(
                "requests of `{text}` do not carry `{name}`: the statement never allows it anything"
            );
            let found = Found::at(condition.key.span, message).note(service.span, "the service");
            report.add(match instead {
                Some(instead) => found.help(format!("write `{instead}`, which tells for whom the service acts")),
                None => found.help("put the service into a statement of its own, with aws:SourceArn or aws:SourceAccount"),
            });
        }
    }
}
