//! KMS007: the safety check may be bypassed.

use kmsim_policy::operand::Operand;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS007",
    name: "lockout-bypass",
    severity: Warning,
    kinds: kinds::KEY_AND_IDENTITY,
    finds: "A statement allows `kms:PutKeyPolicy` or `kms:CreateKey` for calls that bypass the lockout \
            safety check.",
    why: "The check keeps callers from saving a policy that locks them out. With the bypass one mistake \
          makes the key unmanageable.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:PutKeyPolicy",
 "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"Bool": {"kms:BypassPolicyLockoutSafetyCheck": "true"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Deny", "Action": ["kms:PutKeyPolicy", "kms:CreateKey"], "Resource": "*",
 "Condition": {"Bool": {"kms:BypassPolicyLockoutSafetyCheck": "true"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:BypassPolicyLockoutSafetyCheck\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        for condition in stated.on("kms:BypassPolicyLockoutSafetyCheck") {
            let mut operands = condition.operands.iter();
            let bypass = |value: &Operand| match (value, is_positive(condition)) {
                (Operand::Bool(_, value), true) => *value == Some(true),
                (value, true) => value.text().eq_ignore_ascii_case("true"),
                // Present, whatever its value.
                (Operand::Bool(_, value), false) => *value == Some(false),
                _ => false,
            };
            if operands.any(|operand| bypass(&operand.value)) {
                let message = "this allows to change key policies without the lockout safety check: one mistake makes a key unmanageable";
                report.add(Found::at(condition.key.span, message).help(
                    "allow the call without the bypass: {\"BoolIfExists\": {\"kms:BypassPolicyLockoutSafetyCheck\": \"false\"}}",
                ));
            }
        }
    }
}
