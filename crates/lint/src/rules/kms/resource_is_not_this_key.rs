//! KMS060: a key policy about another resource than its key. The parser finds what is no ARN.

use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::{Match, Wildcard};
use kmsim_types::Arn;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS060",
    name: "resource-is-not-this-key",
    severity: Error,
    kinds: kinds::KEY,
    finds: "The `Resource` of a key policy is an alias, another key, or a resource of another service.",
    why: "A key policy is about its own key only, which `\"*\"` means. KMS saves the policy, and a \
          statement about anything else never applies: what it allows is not allowed, what it \
          denies is not denied.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:111122223333:alias/app"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Key policies in AWS KMS\": Resource",
    access_analyzer: &["UNSUPPORTED_RESOURCE_ARN_IN_POLICY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, item) in check.resource_items() {
        let ResourceShape::Arn(parts) = &item.value.shape else {
            continue;
        };
        let negated = stated.resource.as_ref().is_some_and(|scope| scope.negated);
        if negated || item.value.text.contains("${") {
            continue;
        }
        let Some(what) = not_this_key(check, parts) else {
            continue;
        };
        let shown = excerpt(&item.value.text);
        let effect = match stated.effect {
            Effect::Allow => "allows",
            Effect::Deny => "denies",
            Effect::Unknown => "does",
        };
        let message = format!(
            "`{shown}` is {what}; a key policy is about its own key, so this {effect} nothing"
        );
        report.add(
            Found::at(item.span, message)
                .help("write `\"Resource\": \"*\"`, which means this key")
                .write("*"),
        );
    }
}

/// What a resource is, if it certainly is not the key.
fn not_this_key(check: &Check<'_>, parts: &[Wildcard; 6]) -> Option<&'static str> {
    let [_, _, service, region, account, resource] = parts;
    let matches =
        |pattern: &Wildcard, text: &str| pattern.matches(text, &NoVariables) == Match::Yes;
    if !matches(service, "kms") {
        return Some("a resource of another service");
    }
    if resource.text().starts_with("alias/") {
        return Some("an alias");
    }
    if check
        .owner()
        .is_some_and(|owner| !matches(account, owner.as_str()))
    {
        return Some("in another account");
    }
    if check.key.home().is_some_and(|home| !matches(region, home)) {
        return Some("in another Region");
    }
    let other = |arn: &Arn| !matches(resource, arn.resource());
    let known = check.key.arn.as_ref();
    known.is_some_and(other).then_some("another key")
}
