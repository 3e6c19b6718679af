//! KMS005: the account's statement has a condition that no administrator meets.

use crate::ask;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS005",
    name: "root-condition",
    severity: Error,
    kinds: kinds::KEY,
    finds: "The statement for the key's account has a condition that calls of administrators never meet: \
            on `kms:ViaService`, on an encryption context, on a key of grants.",
    why: "The statement looks like the one that keeps the key manageable and is not: the account gets \
          nothing by it but what the condition lets through.",
    fires: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*",
   "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
 "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "KMS Developer Guide, \"Default key policy\"; IAM User Guide, \"Policy evaluation logic\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in unmet(check) {
        let name = condition.key.value.text();
        let message = format!(
            "no administrator's call meets this condition on `{name}`: the statement does not give the account the management of its key"
        );
        report.add(Found::at(condition.key.span, message).help(
            "leave the account's `kms:*` without a condition, and put the condition into a statement for the operations it is about",
        ).note(stated.span, "the account's statement"));
    }
}

/// Whether such a statement is why nobody can manage the key.
pub(crate) fn is_the_reason(check: &Check<'_>) -> bool {
    unmet(check).next().is_some()
}

/// The statements for the account that name `kms:PutKeyPolicy` and do not give it, with the condition
/// that stands in the way, if no other statement gives it to the account.
fn unmet<'c, 's>(
    check: &'c Check<'s>,
) -> impl Iterator<Item = (&'c Stated<'s>, &'s Condition)> + use<'c, 's> {
    let action = KmsAction::PutKeyPolicy;
    let owner = check.owner().filter(|_| !check.governors().account);
    let of_account = move |stated: &&Stated<'_>| {
        let name = |item: &Spanned<PrincipalPattern>| {
            owner.is_some_and(|owner| item.value.names == PrincipalName::Account(owner))
        };
        stated.kms_actions.contains(action)
            && !stated.conditions.is_empty()
            && stated.principals().iter().any(name)
    };
    let with_condition = move |stated: &'c Stated<'s>| {
        let Stated { statement, .. } = *stated;
        let asked = check.ask(ask::root(owner?)?, action, ask::direct())?;
        let record = asked.statement(stated.index)?;
        let records = asked.conditions(record, statement.conditions.len());
        let mut pairs = statement.conditions.iter().zip(records);
        let (condition, _) = pairs.find(|(_, record)| record.holds.is_no())?;
        Some((stated, condition))
    };
    check.allows().filter(of_account).filter_map(with_condition)
}
