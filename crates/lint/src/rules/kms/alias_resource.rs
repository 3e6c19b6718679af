//! KMS064: an alias for operations on keys.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS064",
    name: "alias-resource",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "The ARN of an alias is the resource of operations on keys.",
    why: "KMS checks such operations on the key, whatever name the call uses, so the statement never \
          applies. An alias is a resource for CreateAlias, UpdateAlias and DeleteAlias only.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:alias/app"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:111122223333:key/*",
 "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/app"}}}"#,
    ),
    source: "KMS Developer Guide, \"Using aliases to control access to KMS keys\" and \"Controlling access \
             to aliases\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let resources = stated.resources();
        let is_alias = |text: &str| {
            let parts = arn::split(text);
            parts.is_some_and(|[_, _, service, .., resource]| {
                service == "kms" && resource.starts_with("alias/")
            })
        };
        let Some(alias) = resources.iter().find(|item| is_alias(&item.value.text)) else {
            continue;
        };
        let only_aliases = resources.iter().all(|item| is_alias(&item.value.text));
        let on_aliases = actions(|action| action.info().on_alias);
        // Beside a key the alias is for the actions on aliases, if there are any.
        let idle = |covered: KmsActionSet| {
            !covered.is_empty() && covered.intersection(on_aliases).is_empty()
        };
        let item = if only_aliases {
            stated
                .actions()
                .iter()
                .find(|item| idle(item.value.kms_actions()))
        } else {
            stated
                .actions()
                .first()
                .filter(|_| idle(stated.kms_actions))
        };
        let Some(item) = item else { continue };
        let written = item.value.text();
        let message = format!(
            "`{written}` is checked on the key, never on an alias: the alias ARN matches nothing"
        );
        report.add(
            Found::at(alias.span, message)
                .help("name the key's ARN, or the keys that carry the alias by a condition on kms:ResourceAliases")
                .note(item.span, "an action on keys"),
        );
    }
}
