//! KMS006: one user or role alone can manage the key.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS006",
    name: "only-administrator",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "One IAM user, role or session alone may call `kms:PutKeyPolicy`, and the account may not.",
    why: "Once that user or role is deleted, nobody can manage the key but through AWS Support; a new one \
          with the same name is another principal.",
    fires: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "KMS Developer Guide, \"Default key policy\": the account's statement reduces the risk that \
             the key becomes unmanageable",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let governors = check.governors();
    let ([one], false) = (governors.named.as_slice(), governors.account) else {
        return;
    };
    if check.is_open() || check.is_excerpt() {
        return;
    }
    let mut items = check.principal_items();
    let Some((_, item)) = items.find(|(stated, item)| {
        *item.value.text == **one && stated.kms_actions.contains(KmsAction::PutKeyPolicy)
    }) else {
        return;
    };
    let message =
        format!("`{one}` alone can manage this key: once it is deleted, only AWS Support can help");
    let owner = check
        .owner()
        .map_or(String::new(), |owner| owner.to_string());
    let help = format!(
        "let the account manage it too: \"Principal\": {{\"AWS\": \"arn:aws:iam::{owner}:root\"}}"
    );
    report.add(Found::at(item.span, message).help(help));
}
