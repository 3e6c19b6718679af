//! IAM102: rcp not action. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM102",
    name: "rcp-not-action",
    severity: Error,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "A resource control policy has `NotAction`.",
    why: "Organizations refuses it: the actions that are denied are listed.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "NotAction": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
               "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
               "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP syntax\"",
    access_analyzer: &["RCP_SYNTAX_ERROR_NOTACTION"],
    find: None,
};
