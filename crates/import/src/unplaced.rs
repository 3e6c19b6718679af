//! Plans and templates by themselves that do not say for which account or Region they are.
//!
//! Account 000000000000 and us-east-1 stand for what is not told, so that there is a world to look at. Which
//! account owns a key decides most of what its policy means (who is of another account, whom it delegates
//! to), so every such key gets a statement that is not known, and decisions about it depend on that.

use kmsim_authz::world::Gap;
use kmsim_policy::json::{Node, Value};

use crate::draft::Draft;
use crate::node::unknown;

const ACCOUNT: &str = "no-account";
const REGION: &str = "no-region";

/// The account of what `whose` declares is not told.
pub(crate) fn account(draft: &mut Draft<'_>, whose: &str) {
    let message = format!(
        "the {whose} does not say for which account it is: 000000000000 stands for it, and what keys allow is unknown; give it with --account (`account` in a test file)"
    );
    draft.gap(ACCOUNT, message);
}

/// The Region of what `whose` declares is not told.
pub(crate) fn region(draft: &mut Draft<'_>, whose: &str) {
    let message = format!(
        "the {whose} does not say for which Region it is: us-east-1 stands for it, and what keys allow is unknown; give it with --region (`region` in a test file)"
    );
    draft.gap(REGION, message);
}

/// Makes decisions about keys depend on the account and Region that are not told.
pub(crate) fn doubt(world: &mut Node<'_>, gaps: &[Gap]) {
    let has = |code: &str| gaps.iter().any(|gap| *gap.code == *code);
    let why = match (has(ACCOUNT), has(REGION)) {
        (true, true) => "account and Region of the key are not given (--account, --region)",
        (true, false) => "the account of the key is not given (--account)",
        (false, true) => "the Region of the key is not given (--region)",
        (false, false) => return,
    };
    for account in items(world, "accounts") {
        for key in items(account, "keys") {
            if let Some(policy) = value(key, "policy") {
                doubt_policy(policy, why);
            }
        }
    }
}

fn doubt_policy(policy: &mut Node<'_>, why: &'static str) {
    let span = policy.span;
    match value(policy, "Statement") {
        Some(Node {
            value: Value::Array(statements),
            ..
        }) => statements.push(unknown(why, span)),
        // One statement alone, a policy in a string, and the default policy.
        _ => *policy = unknown(why, span),
    }
}

fn value<'n, 'a>(node: &'n mut Node<'a>, name: &str) -> Option<&'n mut Node<'a>> {
    let Value::Object(members) = &mut node.value else {
        return None;
    };
    let mut members = members.iter_mut();
    let found = members.find(|member| member.key == name)?;
    Some(&mut found.value)
}

fn items<'n, 'a>(node: &'n mut Node<'a>, name: &str) -> &'n mut [Node<'a>] {
    match value(node, name) {
        Some(Node {
            value: Value::Array(items),
            ..
        }) => items,
        _ => &mut [],
    }
}
