//! Which actions carry a condition key: what KMS012, KMS025, KMS081, KMS082, KMS089 and IAM091 share.
//! Each is about a family of keys, with advice of its own.

use crate::rules::prelude::*;

/// A condition that actions of its statement can never meet.
pub(crate) struct Unmet<'p> {
    pub(crate) condition: &'p Condition,
    /// The elements of `Action` none of whose actions carries the key.
    pub(crate) items: Vec<&'p Spanned<ActionPattern>>,
    /// The actions that carry the key.
    pub(crate) carrying: KmsActionSet,
}

impl Unmet<'_> {
    /// What is without effect, for messages: `kms:DescribeKey`, or several.
    pub(crate) fn shown(&self) -> String {
        let texts: Vec<_> = self
            .items
            .iter()
            .map(|item| format!("`{}`", item.value.text()))
            .collect();
        texts.join(", ")
    }
}

/// What a condition that is never met does to a statement.
pub(crate) fn effect(stated: &Stated<'_>) -> &'static str {
    match stated.effect {
        Effect::Allow => "this never allows",
        Effect::Deny => "this never denies",
        Effect::Unknown => "this never covers",
    }
}

/// The conditions of a statement on keys that `family` picks, each with the actions that never meet it.
/// Conditions that hold for an absent key are no obstacle.
pub(crate) fn unmet<'p>(
    stated: &Stated<'p>,
    family: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Unmet<'p>> {
    let Stated { statement, .. } = *stated;
    let actions = stated.actions();
    let needs = move |condition: &&'p Condition| family(key(condition)) && needs_key(condition);
    let with_items = move |condition: &'p Condition| {
        let carrying = condition.key.value.info()?.action_set();
        let never = |item: &&'p Spanned<ActionPattern>| lacks(item, carrying);
        // All of KMS for what a few actions carry is a mistake too, if an old one.
        let far = |item: &&'p Spanned<ActionPattern>| {
            super::is_everything(&item.value) && carrying.len() < FEW
        };
        let items: Vec<_> = actions
            .iter()
            .filter(|item| never(item) || far(item))
            .collect();
        (!items.is_empty()).then_some(Unmet {
            condition,
            items,
            carrying,
        })
    };
    statement
        .conditions
        .iter()
        .filter(needs)
        .filter_map(with_items)
}

/// Whether no action of an element carries a key.
fn lacks(item: &Spanned<ActionPattern>, carrying: KmsActionSet) -> bool {
    let covered = item.value.kms_actions();
    !covered.is_empty() && covered.intersection(carrying).is_empty()
}

/// The conditions of an `Allow` under `ForAllValues` on keys that `family` picks, each with the actions
/// that never carry the key: for them it holds, and so it limits nothing.
pub(crate) fn idle<'p>(
    stated: &Stated<'p>,
    family: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Unmet<'p>> {
    let Stated { statement, .. } = *stated;
    let actions = stated.actions();
    let allows = stated.effect == Effect::Allow;
    let is_idle = move |condition: &&'p Condition| {
        let operator = condition.operator.value;
        let set = operator.set == Some(SetOperator::ForAllValues);
        allows && set && !operator.if_exists && family(key(condition))
    };
    let with_items = move |condition: &'p Condition| {
        let carrying = condition.key.value.info()?.action_set();
        let items: Vec<_> = actions
            .iter()
            .filter(|item| lacks(item, carrying))
            .collect();
        (!items.is_empty()).then_some(Unmet {
            condition,
            items,
            carrying,
        })
    };
    let conditions = statement.conditions.iter();
    conditions.filter(is_idle).filter_map(with_items)
}

/// Keys that fewer actions carry than this do not belong to `kms:*`.
const FEW: usize = 6;
