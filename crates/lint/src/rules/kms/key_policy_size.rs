//! KMS110: a key policy that KMS does not take for its size or characters.

use kmsim_policy::json::{Node, Value};

use crate::rules::iam::size::compact;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS110",
    name: "key-policy-size",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A key policy is longer than 32,768 bytes, or has characters that KMS does not take (beyond \
            U+00FF).",
    why: "KMS refuses it (LimitExceededException, ValidationException).",
    fires: Example::key_policy(
        "{\"Sid\": \"Rolle f\u{fc}r App \u{2013} lesen\", \"Effect\": \"Allow\",\n \
         \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:role/App\"}, \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}",
    ),
    right: Example::key_policy(
        "{\"Sid\": \"Rolle f\u{fc}r App - lesen\", \"Effect\": \"Allow\",\n \
         \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:role/App\"}, \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}",
    ),
    source: "KMS API Reference, PutKeyPolicy: Policy; KMS Developer Guide, \"Quotas\"",
    access_analyzer: &["POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"],
    find: Some(find),
};

const LONGEST: usize = 32_768;

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(node) = check.subject.node else {
        return;
    };
    let (least, whole) = (compact(node), (node.span.end - node.span.start) as usize);
    if least > LONGEST {
        let message =
            format!("the policy has {least} bytes without white space; KMS takes {LONGEST}");
        report.add(Found::at(node.span, message).help(
            "name fewer principals: let the account in and narrow it by aws:PrincipalArn or aws:PrincipalTag, or use IAM policies or grants",
        ));
    } else if whole > LONGEST {
        let message =
            format!("the policy has {whole} bytes with its white space; KMS takes {LONGEST}");
        let found = Found::at(node.span, message).help(format!(
            "remove the white space when you send it: {least} bytes are left"
        ));
        report.add(found.severity(Warning));
    }
    characters(node, report);
}

/// Reports the texts with characters that KMS does not take.
fn characters(node: &Node<'_>, report: &mut Report<'_>) {
    let strange = |text: &str| text.chars().find(|c| u32::from(*c) > 0xff);
    match &node.value {
        Value::String(text) if !text.is_ascii() => {
            if let Some(character) = strange(text) {
                let code = u32::from(character);
                let message = format!(
                    "KMS takes no `{character}` (U+{code:04X}) in a key policy: characters up to U+00FF only"
                );
                report.add(Found::at(node.span, message).help("write it in other characters"));
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| characters(element, report)),
        // Why something is not known is our own text.
        Value::Object(_) if node.unknown().is_some() => {}
        Value::Object(members) => members
            .iter()
            .for_each(|member| characters(&member.value, report)),
        _ => {}
    }
}
