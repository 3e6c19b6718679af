//! IAM041: arn fields. The parser finds it where such an ARN matches nothing.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM041",
    name: "arn-fields",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "An ARN has fewer than six parts.",
    why: "It matches nothing: arn:partition:service:region:account:resource. In policies of identities AWS \
          completes it by stars, so that it matches more than it names: there it is a warning.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion",
 "Resource": "arn:aws:kms:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM identifiers\": ARNs",
    access_analyzer: &["MISSING_ARN_FIELD"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.resource_items() {
        let text = &*item.value.text;
        let is_partial = text.starts_with("arn:") && text.matches(':').count() < 5;
        // What ends in a star says that it is one, and what matches nothing is told already.
        if !is_partial || text.ends_with('*') || item.value.shape == ResourceShape::Nothing {
            continue;
        }
        let message = format!(
            "`{}` has less than the six parts of an ARN: AWS completes it by stars, so it matches all that begins like this",
            excerpt(text)
        );
        let help = "write arn:partition:service:region:account:resource";
        report.add(Found::at(item.span, message).help(help).severity(Warning));
    }
}
