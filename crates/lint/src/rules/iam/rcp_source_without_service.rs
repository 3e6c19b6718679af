//! IAM104: an RCP about services that meets everybody.

use crate::ask;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM104",
    name: "rcp-source-without-service",
    severity: Warning,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "An RCP denies by `aws:SourceOrgID`, `aws:SourceAccount` or a relative, and not for AWS services \
            alone.",
    why: "Users and roles carry none of these keys, so the negated condition holds for them and they are \
          all denied.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-exampleorgid"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-exampleorgid"},
               "Null": {"aws:SourceAccount": "false"},
               "Bool": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP examples\": cross-service confused deputy protection",
    access_analyzer: &["RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY"],
    find: Some(find),
};

/// Keys that tell for whom a service acts.
pub(crate) const SOURCES: [&str; 4] = [
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
];

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
        let caller = AccountId::new("111122223333").ok().and_then(ask::somebody);
        let asked = caller.and_then(|caller| check.ask(caller, action, ask::direct()));
        let record = asked
            .as_ref()
            .and_then(|asked| asked.statement(stated.index));
        // What is not known of the caller may still spare him.
        if record.is_some_and(|record| record.conditions.is_yes()) {
            let message = format!(
                "users and roles carry no `{}`, so this denies them all",
                key(condition)
            );
            report.add(Found::at(condition.key.span, message).help(
                "add {\"Bool\": {\"aws:PrincipalIsAWSService\": \"true\"}} to the same statement",
            ));
        }
    }
}
