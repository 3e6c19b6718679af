//! IAM079: keys of VPC endpoints that few services send.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM079",
    name: "endpoint-key-for-all",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "`aws:VpceAccount`, `aws:VpceOrgID` or `aws:VpceOrgPaths` stands in a statement about every \
            service (`*`).",
    why: "Only some services send these keys. A `Deny` with a negated operator then denies all others \
          altogether.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:VpceOrgID": "o-exampleorgid"},
               "Bool": {"aws:ViaAWSService": "false"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": ["s3:*", "kms:*"], "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:VpceOrgID": "o-exampleorgid"},
               "Bool": {"aws:ViaAWSService": "false"}}}"#,
    ),
    source: "IAM User Guide, \"aws:VpceAccount\": supported services",
    access_analyzer: &["USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let name = key(condition);
        let of_endpoint = matches!(
            name,
            "aws:VpceAccount" | "aws:VpceOrgID" | "aws:VpceOrgPaths"
        );
        let for_all = || {
            let negated = stated.action.as_ref().is_some_and(|scope| scope.negated);
            negated || stated.actions().iter().any(|item| item.value.is_any())
        };
        if of_endpoint && for_all() {
            let message =
                format!("only some services send `{name}`, and this is about all of them");
            report.add(
                Found::at(condition.key.span, message)
                    .help("name the services that the IAM User Guide lists for the key"),
            );
        }
    }
}
