//! IAM105: an RCP about services that meets those who tell no source.

use kmsim_authz::principal::Principal;

use super::rcp_source_without_service::SOURCES;
use crate::ask;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM105",
    name: "rcp-source-without-null",
    severity: Warning,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "An RCP denies AWS services by `aws:SourceOrgID` or a relative, and does not ask whether the \
            request carries a source at all.",
    why: "Not every integration of a service tells a source. The negated condition holds for those that do \
          not, and they are denied.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-exampleorgid"},
               "Bool": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-exampleorgid"},
               "Null": {"aws:SourceAccount": "false"},
               "Bool": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP examples\": cross-service confused deputy protection",
    access_analyzer: &["RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.denies() {
        let mut conditions = stated.statement.conditions.iter();
        let of_source = |condition: &&Condition| {
            SOURCES.contains(&key(condition)) && condition.operator.value.negated
        };
        let (Some(condition), Some(action)) =
            (conditions.find(of_source), stated.kms_actions.iter().next())
        else {
            continue;
        };
        let service = Principal::Service("cloudtrail.amazonaws.com".into());
        let asked = check.ask(service, action, ask::direct());
        let record = asked
            .as_ref()
            .and_then(|asked| asked.statement(stated.index));
        if record.is_some_and(|record| record.conditions.is_yes()) {
            let message = format!(
                "services that tell no source carry no `{}`, so this denies them",
                key(condition)
            );
            report.add(
                Found::at(condition.key.span, message).help(
                    "add {\"Null\": {\"aws:SourceAccount\": \"false\"}} to the same statement",
                ),
            );
        }
    }
}
