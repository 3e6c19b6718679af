//! Principals that plans and templates name without having them.

use kmsim_policy::source::Span;
use kmsim_types::Partition;

use crate::draft::{Draft, Sort};
use crate::node::{member, unknown};
use crate::placeholder;

/// The ARN of a user, role or group of an account by its name. The path is known if an export has it;
/// else the principal is taken for one without path, of which nothing else is known.
pub(crate) fn by_name(
    draft: &mut Draft<'_>,
    sort: Sort,
    account: &str,
    partition: Partition,
    name: &str,
    span: Span,
) -> String {
    let word = match sort {
        Sort::User => "user",
        Sort::Group => "group",
        _ => "role",
    };
    let start = format!("arn:{partition}:iam::{account}:{word}/");
    let is_named = |arn: &&str| {
        arn.strip_prefix(&*start)
            .is_some_and(|rest| rest.rsplit('/').next() == Some(name))
    };
    let found = draft.all(sort).map(|(arn, _)| arn).find(is_named);
    if let Some(found) = found.map(str::to_owned) {
        return found;
    }
    let resource = placeholder::iam_name(word, "/", name);
    let arn = format!("arn:{partition}:iam::{account}:{resource}");
    let why = format!("the {word} is not among the inputs: it may have other policies");
    let mut thing = draft.thing(sort, &arn, span);
    thing.entry(
        "policies",
        member("not among the inputs", unknown(why, span)),
    );
    arn
}
