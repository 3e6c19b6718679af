//! IAM045: accounts of key ARNs.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM045",
    name: "arn-account",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "The ARN of a KMS key or alias has no account, or one that is not twelve digits.",
    why: "Keys and aliases belong to an account, so the ARN matches nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2::key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Key identifiers (KeyId)\"",
    access_analyzer: &["MISSING_ARN_ACCOUNT", "INVALID_ARN_ACCOUNT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    // A colon in a variable is none of the ARN's.
    let plain = |text: &str| !text.contains("${");
    for (_, item) in check
        .resource_items()
        .filter(|(_, item)| plain(&item.value.text))
    {
        let Some([_, _, "kms", _, account, resource]) = arn::split(&item.value.text) else {
            continue;
        };
        let open = account.contains(['*', '?', '$']) || resource == "*" && account.is_empty();
        if open || account.contains(char::is_whitespace) || AccountId::new(account).is_ok() {
            continue;
        }
        let message = if account.is_empty() {
            "the ARN of a key needs an account: without one it matches nothing".to_owned()
        } else {
            format!(
                "`{}` is no account id: the ARN matches nothing",
                excerpt(account)
            )
        };
        report.add(
            Found::at(item.span, message).help("write the twelve digits of the account, or `*`"),
        );
    }
}
