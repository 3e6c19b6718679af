//! IAM095: service principals limited by a key that says little.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM095",
    name: "better-key-for-service",
    severity: Suggestion,
    kinds: kinds::KEY,
    finds: "A statement for an AWS service is limited by `aws:SourceIp`, `aws:referer`, `aws:UserAgent`, \
            `aws:SourceOwner` or a VPC.",
    why: "They do not say for whom the service acts. `aws:SourceArn`, `aws:SourceAccount`, \
          `aws:SourceOrgID` and `aws:SourceOrgPaths` do.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"},
 "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceOwner": "111122223333"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"},
 "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
    source: "IAM User Guide, \"The confused deputy problem\"",
    access_analyzer: &["RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"],
    find: Some(find),
};

const WEAK: [&str; 6] = [
    "aws:SourceIp",
    "aws:referer",
    "aws:UserAgent",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        let service = stated
            .principals()
            .iter()
            .find(|item| item.value.names == PrincipalName::Service);
        let strong = [
            "aws:SourceArn",
            "aws:SourceAccount",
            "aws:SourceOrgID",
            "aws:SourceOrgPaths",
        ];
        let Some(service) = service.filter(|_| !stated.tests_any(&strong)) else {
            continue;
        };
        let mut conditions = stated.statement.conditions.iter();
        if let Some(condition) = conditions.find(|condition| WEAK.contains(&key(condition))) {
            let message = format!(
                "`{}` does not say for whom `{}` acts",
                key(condition),
                service.value.text
            );
            report.add(
                Found::at(condition.key.span, message)
                    .help("use aws:SourceArn or aws:SourceAccount"),
            );
        }
    }
}
