//! IAM100: rcp allow. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM100",
    name: "rcp-allow",
    severity: Error,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "A resource control policy allows something.",
    why: "Organizations refuses it: RCPs only deny. What is not denied is left to the \
           other policies.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
               "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP syntax\"",
    access_analyzer: &["RCP_SYNTAX_ERROR_ALLOW"],
    find: None,
};
