//! IAM071: ids of VPCs and endpoints.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM071",
    name: "network-id",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `aws:SourceVpc` is no id of a VPC (`vpc-…`), or one of `aws:SourceVpce` no id of an \
            endpoint (`vpce-…`).",
    why: "No request carries it, so the condition never holds, or under a negated operator always: a \
          perimeter then shuts everybody out.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpce-1234abcdf5678c90a"},
               "Bool": {"aws:ViaAWSService": "false"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1234abcdf5678c90a"},
               "Bool": {"aws:ViaAWSService": "false"}}}"#,
    ),
    source: "IAM User Guide, \"aws:SourceVpc\" and \"aws:SourceVpce\"",
    access_analyzer: &["INVALID_VPC_FORMAT", "INVALID_VPCE_FORMAT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let (own, other) = match key(condition) {
            "aws:SourceVpc" => (("vpc-", "a VPC"), ("vpce-", "aws:SourceVpce")),
            "aws:SourceVpce" => (("vpce-", "a VPC endpoint"), ("vpc-", "aws:SourceVpc")),
            _ => continue,
        };
        let test = condition.operator.value.test;
        let like = test == Test::StringLike;
        if test == Test::Null {
            continue;
        }
        for (text, span) in values(condition) {
            let id = |rest: &str| {
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            let open = text.contains("${") || like && text.contains(['*', '?']);
            if open || text.strip_prefix(own.0).is_some_and(id) {
                continue;
            }
            let message = format!(
                "`{}` is no id of {}: no request has it",
                excerpt(text),
                own.1
            );
            let found = Found::at(span, message);
            report.add(if text.starts_with(other.0) {
                found.help(format!("compare it with `{}`", other.1))
            } else {
                found.help(format!("an id looks like `{}1a2b3c4d5e6f7a8b9`", own.0))
            });
        }
    }
}
