//! IAM031: services that do not exist.

use crate::rules::prelude::*;
use crate::table::{DATE, SERVICES};

pub(crate) static RULE: Rule = Rule {
    code: "IAM031",
    name: "unknown-service",
    severity: Error,
    kinds: kinds::ALL,
    finds: "The service of an action is not known: misspelt (`ksm:Decrypt`), or newer than our table \
            (2026-09), which makes it a warning.",
    why: "The element matches nothing: the permission is not given, or the denial not made.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "ksm:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "Service Authorization Reference",
    access_analyzer: &["INVALID_SERVICE", "INVALID_SERVICE_IN_ACTION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    // In a key policy every other service is out of place, which is said there.
    if check.is_key_policy() {
        return;
    }
    for (_, item) in check.action_items() {
        let text = item.value.text();
        let Some((service, name)) = text.split_once(':') else {
            continue;
        };
        let plain = service
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let known = SERVICES
            .binary_search(&&*service.to_ascii_lowercase())
            .is_ok();
        if known || !plain || text.contains(char::is_whitespace) {
            continue;
        }
        let found = Found::at(
            item.span,
            format!(
                "there is no service `{}`, so this matches nothing",
                excerpt(service)
            ),
        );
        report.add(match kmsim_types::nearest(service, near_first()) {
            Some(near) => {
                let right = format!("{near}:{name}");
                found.help(format!("did you mean `{right}`?")).write(&right)
            }
            None => found
                .help(format!(
                    "the table of services is of {DATE}; if AWS has added it since, ignore this"
                ))
                .severity(Warning),
        });
    }
}

/// The services, KMS before others that are as near.
fn near_first() -> impl Iterator<Item = &'static str> {
    std::iter::once("kms").chain(SERVICES.iter().copied())
}
