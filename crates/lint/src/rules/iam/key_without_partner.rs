//! IAM078: keys that say little alone.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM078",
    name: "key-without-partner",
    severity: Security,
    kinds: kinds::ALL,
    finds: "`aws:VpcSourceIp` stands without `aws:SourceVpc` or `aws:SourceVpce`, or \
            `aws:Ec2InstanceSourcePrivateIPv4` without `aws:Ec2InstanceSourceVpc`.",
    why: "Private addresses are in everybody's VPC: without the VPC they say nothing of who calls.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"},
               "StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d5e6f7a8b9"}}}"#,
    ),
    source: "IAM User Guide, \"aws:VpcSourceIp\"",
    access_analyzer: &["MISSING_PAIRED_CONDITION_KEYS"],
    find: Some(find),
};

const PAIRS: [(&str, &[&str]); 2] = [
    (
        "aws:VpcSourceIp",
        &["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"],
    ),
    (
        "aws:Ec2InstanceSourcePrivateIPv4",
        &["aws:Ec2InstanceSourceVpc"],
    ),
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let pair = PAIRS.iter().find(|(own, _)| *own == key(condition));
        if let Some((own, partners)) = pair.filter(|(_, partners)| !stated.tests_any(partners)) {
            let message = format!("`{own}` alone: the same private addresses are in every VPC");
            let help = format!(
                "add a condition on {} to the same statement",
                partners.join(" or ")
            );
            report.add(Found::at(condition.key.span, message).help(help));
        }
    }
}
