//! KMS033: account ids that are none.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS033",
    name: "account-value",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `kms:CallerAccount` (or of another key that holds an account id) is not twelve \
            digits: it has hyphens, or is an ARN.",
    why: "The key holds twelve digits and nothing else, so the condition never holds.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": "1111-2222-3333"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:CallerAccount\"; IAM User Guide, \"AWS global condition context \
             keys\"",
    access_analyzer: &[],
    find: Some(find),
};

const KEYS: [&str; 5] = [
    "kms:CallerAccount",
    "aws:PrincipalAccount",
    "aws:ResourceAccount",
    "aws:SourceAccount",
    "aws:VpceAccount",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let test = condition.operator.value.test;
        if !KEYS.contains(&key(condition)) || test == Test::Null {
            continue;
        }
        for (text, span) in values(condition) {
            let like = test == Test::StringLike && text.contains(['*', '?']);
            let open = text.contains("${") || text.contains(char::is_whitespace);
            let possible = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'?'));
            if open || AccountId::new(text).is_ok() || like && possible {
                continue;
            }
            let shown = excerpt(text);
            let message = format!(
                "`{shown}` is no account id: `{}` holds twelve digits",
                key(condition)
            );
            let found = Found::at(span, message);
            // Of an ARN the fifth part is the account.
            let part = text.split(':').nth(4).unwrap_or(text);
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            report.add(match AccountId::new(&digits) {
                Ok(_) => {
                    let found = found.help(format!("write `{digits}`")).write(&digits);
                    // Of a user or role only its author knows whether all of the account are meant.
                    let whole = !text.contains(':') || text.ends_with(":root");
                    if whole { found.mends() } else { found }
                }
                Err(_) => {
                    found.help("write the twelve digits without hyphens, with their leading zeros")
                }
            });
        }
    }
}
