//! KMS122: an RCP that shuts AWS's own services out.

use kmsim_authz::principal::Principal;

use crate::ask;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS122",
    name: "rcp-services",
    severity: Warning,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "An RCP denies those who are not of the organization (or account), and does not spare AWS \
            services that call for themselves.",
    why: "Service principals belong to no organization: CloudTrail, CloudWatch Logs and others can no \
          longer use your keys. Services that forward a caller's request are not concerned.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
               "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP examples\"; IAM User Guide, \"aws:PrincipalIsAWSService\"",
    access_analyzer: &["RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY"],
    find: Some(find),
};

const OF_PRINCIPALS: [&str; 4] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.denies() {
        let mut conditions = stated.statement.conditions.iter();
        let of_principals = |condition: &&Condition| {
            OF_PRINCIPALS.contains(&key(condition)) && condition.operator.value.negated
        };
        let (Some(condition), Some(action)) = (
            conditions.find(of_principals),
            stated.kms_actions.iter().next(),
        ) else {
            continue;
        };
        let service = Principal::Service("cloudtrail.amazonaws.com".into());
        let mut context = ask::direct();
        context.set_absent("kms:ViaService");
        context.set(
            "aws:SourceArn",
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/t",
        );
        context.set("aws:SourceAccount", "111122223333");
        for absent in OF_PRINCIPALS {
            context.set_absent(absent);
        }
        let asked = check.ask(service, action, context);
        let record = asked
            .as_ref()
            .and_then(|asked| asked.statement(stated.index));
        if record.is_some_and(|record| record.conditions.is_yes()) {
            let message = format!(
                "AWS services that call for themselves carry no `{}`, so this denies them too",
                key(condition)
            );
            report.add(Found::at(condition.key.span, message).help(
                "spare them by {\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}} in the same statement",
            ));
        }
    }
}
