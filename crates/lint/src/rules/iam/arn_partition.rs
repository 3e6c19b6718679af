//! IAM042: partitions that do not exist, or are not that of the key.

use kmsim_types::Partition;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM042",
    name: "arn-partition",
    severity: Error,
    kinds: kinds::ALL,
    finds: "An ARN has a partition that AWS does not have, or a principal is of another partition than \
            the key.",
    why: "It names nothing. Identities never cross the border of a partition: nobody of `aws-cn` calls a \
          key in us-west-2.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws-us:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM identifiers\": ARNs",
    access_analyzer: &["INVALID_PARTITION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let principals = check
        .principal_items()
        .map(|(_, item)| (&*item.value.text, item.span));
    let resources = check
        .resource_items()
        .map(|(_, item)| (&*item.value.text, item.span));
    for (text, span) in principals.chain(resources) {
        look(text, span, report);
    }
    let Some(home) = check.key.home().filter(|_| check.is_key_policy()) else {
        return;
    };
    let own = Partition::of_region(home);
    for (_, item) in check.principal_items() {
        let other = partition(&item.value.text).and_then(Partition::from_name);
        if let Some(other) = other.filter(|other| *other != own) {
            let message = format!(
                "`{}` is of the partition `{other}`, the key of `{own}`: it cannot call the key",
                item.value.text
            );
            report
                .add(Found::at(item.span, message).help("name a principal of the key's partition"));
        }
    }
}

fn partition(text: &str) -> Option<&str> {
    let [_, partition, ..] = arn::split(text)?;
    Some(partition)
}

fn look(text: &str, span: Span, report: &mut Report<'_>) {
    let open = |partition: &str| {
        partition.contains(['*', '?', '$']) || partition.contains(char::is_whitespace)
    };
    let Some(partition) = partition(text).filter(|partition| !open(partition)) else {
        return;
    };
    if Partition::from_name(partition).is_none() {
        let names = Partition::ALL.map(Partition::name);
        let found = Found::at(
            span,
            format!(
                "`{}` is no partition of AWS, so the ARN names nothing",
                excerpt(partition)
            ),
        );
        let near = kmsim_types::nearest(partition, names).unwrap_or("aws");
        report.add(found.help(format!("write `arn:{near}:…`")));
    }
}
