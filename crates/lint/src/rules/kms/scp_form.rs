//! KMS120: forms that SCPs did not have once.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS120",
    name: "scp-form",
    severity: Suggestion,
    kinds: kinds::SERVICE_CONTROL,
    finds: "An SCP has a form that Organizations refused before September 2025 and that Access Analyzer \
            still reports: a wildcard inside an action, an `Allow` with a condition, with `NotAction` or \
            with resources, or `NotResource`.",
    why: "It works today, and tools that know the old grammar only reject it.",
    fires: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": "kms:*Grant", "Resource": "*"}"#,
    ),
    right: Example::of(
        PolicyKind::ServiceControl,
        r#"{"Effect": "Deny", "Action": ["kms:CreateGrant", "kms:RevokeGrant", "kms:RetireGrant"], "Resource": "*"}"#,
    ),
    source: "Organizations User Guide, \"SCP syntax\"; IAM User Guide, \"IAM policy validation check \
             reference\"",
    access_analyzer: &[
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        "SCP_SYNTAX_ERROR_ALLOW_CONDITION",
        "SCP_SYNTAX_ERROR_ALLOW_NOTACTION",
        "SCP_SYNTAX_ERROR_ALLOW_RESOURCE",
        "SCP_SYNTAX_ERROR_NOTRESOURCE",
    ],
    find: Some(find),
};

const OLD: &str =
    "Organizations takes the whole policy language since September 2025; older tools do not";

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.action_items() {
        let text = item.value.text();
        let (_, name) = text.split_once(':').unwrap_or(("", text));
        let before_end = name.strip_suffix('*').unwrap_or(name);
        if before_end.contains(['*', '?']) {
            let message = format!("`{text}` has a wildcard that is not at its end");
            report.add(Found::at(item.span, message).help(OLD));
        }
    }
    for stated in &check.statements {
        let not_resource = stated.resource.as_ref().filter(|scope| scope.negated);
        if let Some(scope) = not_resource {
            report.add(Found::at(scope.span, "an SCP with `NotResource`").help(OLD));
        }
        if stated.effect == Effect::Allow {
            allow(stated, report);
        }
    }
}

fn allow(stated: &Stated<'_>, report: &mut Report<'_>) {
    if let Some(condition) = stated.statement.conditions.first() {
        report.add(
            Found::at(
                condition.operator.span,
                "an SCP that allows under a condition",
            )
            .help(OLD),
        );
    }
    if let Some(scope) = stated.action.as_ref().filter(|scope| scope.negated) {
        report.add(Found::at(scope.span, "an SCP that allows with `NotAction`").help(OLD));
    }
    let named = |item: &&Spanned<ResourcePattern>| item.value.shape != ResourceShape::Any;
    if let Some(item) = stated.resources().iter().find(named) {
        report.add(Found::at(item.span, "an SCP that allows for some resources only").help(OLD));
    }
}
