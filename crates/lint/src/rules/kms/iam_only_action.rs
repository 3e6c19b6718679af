//! KMS071: actions that a key policy cannot decide about.

use kmsim_types::Authorization;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS071",
    name: "iam-only-action",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A key policy names an action that is about no key: `kms:CreateKey`, `kms:ListKeys`, \
            `kms:ListAliases`, `kms:GenerateRandom`, or one of custom key stores.",
    why: "Only identity-based policies decide about it; in a key policy it has no effect.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:DescribeKey", "kms:ListKeys"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:DescribeKey", "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"AWS KMS permissions\": policy type",
    access_analyzer: &["UNSUPPORTED_ACTION_IN_POLICY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let iam_only = actions(|action| action.info().authorization == Authorization::IamOnly);
    for (_, item) in check.action_items() {
        let covered = item.value.kms_actions();
        if covered.is_empty() || !covered.is_subset(iam_only) {
            continue;
        }
        let message = format!(
            "`{}` is about no key: a key policy has no say on it",
            item.value.text()
        );
        report.add(
            Found::at(item.span, message)
                .help("put it into an identity-based policy, with `\"Resource\": \"*\"`"),
        );
    }
}
