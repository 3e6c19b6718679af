//! IAM101: rcp principal. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM101",
    name: "rcp-principal",
    severity: Error,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "A resource control policy names principals other than `\"*\"`, or has \
           `NotPrincipal`.",
    why: "Organizations refuses it. Principals are exempted by conditions, on \
           `aws:PrincipalArn` for instance.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*",
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
    access_analyzer: &["RCP_SYNTAX_ERROR_PRINCIPAL"],
    find: None,
};
