//! IAM068: private addresses as the source of a request.

use std::net::IpAddr;

use kmsim_policy::operand::Operand;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM068",
    name: "private-address",
    severity: Error,
    kinds: kinds::ALL,
    finds: "`aws:SourceIp` is compared with private address ranges. If only some of the ranges are private, \
            it is a suggestion.",
    why: "`aws:SourceIp` is the public address of a request, and absent if it comes through a VPC endpoint: \
          the condition never holds, or under `NotIpAddress` always. Private addresses are in \
          `aws:VpcSourceIp`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
               "StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d5e6f7a8b9"}}}"#,
    ),
    source: "IAM User Guide, \"aws:SourceIp\" and \"aws:VpcSourceIp\"",
    access_analyzer: &[
        "PRIVATE_IP_ADDRESS",
        "PRIVATE_IP_ADDRESS_SUBSET",
        "PRIVATE_NOT_IP_ADDRESS",
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    ],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        if key(condition) != "aws:SourceIp" {
            continue;
        }
        let mut private = condition
            .operands
            .iter()
            .filter(|operand| is_private(&operand.value));
        let all = condition
            .operands
            .iter()
            .all(|operand| is_private(&operand.value));
        let Some(first) = private.next() else {
            continue;
        };
        let never = if condition.operator.value.negated {
            "always holds"
        } else {
            "never holds"
        };
        let text = first.value.text();
        let message = if all {
            format!(
                "`{text}` is private, and `aws:SourceIp` is a public address: the condition {never}"
            )
        } else {
            format!(
                "`{text}` is private, and `aws:SourceIp` is a public address: this value matches nothing"
            )
        };
        let found = Found::at(first.span, message).help(
            "write the public addresses of your network, or use aws:VpcSourceIp with aws:SourceVpc",
        );
        // With the VPC beside it, it is a part of the usual network perimeter.
        let beside = stated.tests_any(&["aws:SourceVpc", "aws:SourceVpce"]);
        report.add(if all && !beside {
            found
        } else {
            found.severity(Suggestion)
        });
    }
}

fn is_private(operand: &Operand) -> bool {
    let Operand::Ip(_, Some(network)) = operand else {
        return false;
    };
    match network.network() {
        IpAddr::V4(address) => {
            let long_enough = match address.octets() {
                [10, ..] => network.prefix_len() >= 8,
                [172, ..] => network.prefix_len() >= 12,
                [192, ..] => network.prefix_len() >= 16,
                _ => false,
            };
            address.is_private() && long_enough
        }
        IpAddr::V6(address) => address.is_unique_local() && network.prefix_len() >= 7,
    }
}
