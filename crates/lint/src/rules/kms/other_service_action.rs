//! KMS070: actions of other services in a key policy.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS070",
    name: "other-service-action",
    severity: Error,
    kinds: kinds::KEY,
    finds: "A key policy names an action of another service than KMS.",
    why: "A key policy decides about its key only. KMS saves the policy, and the action has no effect.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Decrypt", "s3:GetObject"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Key policies in AWS KMS\": Action",
    access_analyzer: &["UNSUPPORTED_ACTION_IN_POLICY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.action_items() {
        let Some((service, name)) = item.value.text().split_once(':') else {
            continue;
        };
        let plain =
            !service.contains(['*', '?']) && !item.value.text().contains(char::is_whitespace);
        if service.eq_ignore_ascii_case("kms") || !plain || !service.is_ascii() {
            continue;
        }
        let near = kmsim_types::nearest(service, ["kms"]).is_some();
        let message = format!(
            "`{service}` is not KMS: a key policy has no say on `{}`",
            item.value.text()
        );
        let found = Found::at(item.span, message);
        report.add(if near {
            let right = format!("kms:{name}");
            found.help(format!("did you mean `{right}`?")).write(&right)
        } else {
            found.help(
                "put it into an identity-based policy or the policy of that service's resource",
            )
        });
    }
}
