//! IAM046: arn resource.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM046",
    name: "arn-resource",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The ARN of a KMS key or alias ends in what cannot be one: a key id that is \
           no UUID, or nothing but the id without `key/`.",
    why: "The ARN matches no key, so the statement does nothing.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/4567dcba-23ab-34cd-56ef-0987654321yz"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Key identifiers (KeyId)\"",
    access_analyzer: &["INVALID_ARN_RESOURCE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    // In a key policy whatever is not the key is told under KMS060.
    if check.is_key_policy() {
        return;
    }
    // A colon in a variable is none of the ARN's.
    let plain = |text: &str| !text.contains("${");
    for (_, item) in check
        .resource_items()
        .filter(|(_, item)| plain(&item.value.text))
    {
        let Some([_, _, "kms", _, _, resource]) = arn::split(&item.value.text) else {
            continue;
        };
        let known = resource.starts_with("key/") || resource.starts_with("alias/");
        let open = resource.starts_with(['*', '?', '$'])
            || "key/".starts_with(resource.trim_end_matches('*'));
        if known || open || resource.contains(char::is_whitespace) {
            continue;
        }
        let message = format!(
            "`{}` is neither `key/…` nor `alias/…`: the ARN matches nothing",
            excerpt(resource)
        );
        let found = Found::at(item.span, message);
        report.add(if kmsim_policy::parse::is_key_id(resource) {
            let right = item
                .value
                .text
                .replacen(resource, &format!("key/{resource}"), 1);
            found
                .help(format!("write `key/{resource}`"))
                .write(&right)
                .mends()
        } else {
            found.help("write `key/` and the key id")
        });
    }
}
