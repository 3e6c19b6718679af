//! IAM076: patterns that leave identities open.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM076",
    name: "open-pattern",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A key that tells an organization, an account or a user id is compared with a pattern whose \
            wildcard or variable has fewer than six fixed characters before it: `o-*`, `1111*`.",
    why: "Anybody can get an organization or account whose id begins with a few characters. Access \
          Analyzer takes it for an error.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\": wildcard usage too permissive",
    access_analyzer: &[
        "WILDCARD_USAGE_TOO_PERMISSIVE",
        "VARIABLE_USAGE_TOO_PERMISSIVE",
    ],
    find: Some(find),
};

const SENSITIVE: [&str; 11] = [
    "aws:PrincipalOrgID",
    "aws:ResourceOrgID",
    "aws:SourceOrgID",
    "aws:VpceOrgID",
    "aws:PrincipalAccount",
    "aws:ResourceAccount",
    "aws:SourceAccount",
    "aws:VpceAccount",
    "aws:userid",
    "aws:SourceVpc",
    "aws:SourceVpce",
];

/// Fixed characters that a pattern needs.
const FIXED: usize = 6;

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let name = key(condition);
        let operator = condition.operator.value;
        let allows = stated.effect == Effect::Allow && !operator.negated;
        let denies = stated.effect == Effect::Deny && operator.negated;
        if !SENSITIVE.contains(&name) || operator.test != Test::StringLike || !(allows || denies) {
            continue;
        }
        for (text, span) in values(condition) {
            let Some(at) = text.find(['*', '?', '$']) else {
                continue;
            };
            // A variable that compares the request with itself is a common and safe form.
            let of_request =
                text.starts_with("${") && text.ends_with('}') && !text.contains(['*', '?']);
            // What is behind the colon of a user id is the name of its session.
            let behind = name == "aws:userid" && text.starts_with("*:");
            // Everything is another rule's.
            let everything = text.bytes().all(|byte| byte == b'*');
            if at >= FIXED || of_request || behind || everything {
                continue;
            }
            let message = format!(
                "`{}` leaves `{name}` open: anybody can have one that begins so",
                excerpt(text)
            );
            report.add(Found::at(span, message).help("write the whole ids"));
        }
    }
}
