//! `Condition`: operators, keys and values.

use std::borrow::Cow;

use kmsim_types::condition_key;

use super::{Context, Written, unknown};
use crate::blanks;
use crate::condition_key::ConditionKey;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::{Member, Node, Value};
use crate::operand::Operand;
use crate::operator::{Operator, SetOperator, Test};
use crate::print::quoted;
use crate::source::{Span, Spanned};
use crate::syntax::{Condition, PolicyKind};
use crate::unknown::OpenCondition;

pub(super) fn all(
    context: &mut Context<'_>,
    node: &Node<'_>,
    open: &mut Vec<OpenCondition>,
) -> Vec<Condition> {
    let mut conditions = Vec::new();
    if let Some(why) = unknown::reason(context, node, || "`Condition`".to_owned()) {
        let operator = None;
        open.push(OpenCondition { operator, why });
        return conditions;
    }
    let Some(operators) = node.as_object() else {
        let message = format!(
            "`Condition` is an object of operators, found {}",
            node.kind()
        );
        context.report(Diagnostic::error("wrong-type", node.span, message));
        return conditions;
    };
    for member in operators {
        let Some(operator) = operator(context, member) else {
            continue;
        };
        let what = || format!("`{}`", excerpt(&member.key));
        if let Some(why) = unknown::reason(context, &member.value, what) {
            let operator = Some(operator);
            open.push(OpenCondition { operator, why });
            continue;
        }
        let Some(keys) = member.value.as_object() else {
            let message = format!(
                "`{}` takes an object of condition keys, found {}",
                excerpt(&member.key),
                member.value.kind()
            );
            context.report(
                Diagnostic::error("wrong-type", member.value.span, message)
                    .help("write {\"StringEquals\": {\"kms:ViaService\": \"…\"}}"),
            );
            continue;
        };
        conditions.extend(keys.iter().map(|key| condition(context, &operator, key)));
    }
    conditions
}

fn operator(context: &mut Context<'_>, member: &Member<'_>) -> Option<Spanned<Operator>> {
    if let Some(operator) = Operator::parse(&member.key) {
        return Some(Spanned::new(operator, member.key_span));
    }
    let message = format!("`{}` is not a condition operator", excerpt(&member.key));
    let mut error = Diagnostic::error("unknown-operator", member.key_span, message);
    if let Some(nearest) = Operator::closest(&member.key) {
        error = error
            .did_you_mean(&nearest)
            .mends_if_same(&member.key, &nearest);
    } else if member.key.contains(':') {
        error = error.help("a condition key stands inside an operator: {\"StringEquals\": {\"kms:ViaService\": \"…\"}}");
    }
    context.report(error);
    None
}

fn condition(
    context: &mut Context<'_>,
    operator: &Spanned<Operator>,
    member: &Member<'_>,
) -> Condition {
    let key = Spanned::new(ConditionKey::new(&member.key), member.key_span);
    check_key(context, operator.value, &key);
    let mut operands = Vec::with_capacity(member.value.as_list().len());
    for node in member.value.as_list() {
        let what = || format!("the value of `{}`", excerpt(&member.key));
        if let Some(why) = unknown::reason(context, node, what) {
            operands.push(Spanned::new(Operand::Unknown(why.value), node.span));
            continue;
        }
        let Some(text) = scalar(node) else {
            let message = format!(
                "the value of `{}` must be a string, number or boolean, found {}",
                excerpt(&member.key),
                node.kind()
            );
            context.report(Diagnostic::error("wrong-type", node.span, message));
            continue;
        };
        if let Written::Unknown(why) = context.resolved(Written::Text(&text)) {
            operands.push(Spanned::new(Operand::Unknown(why.into()), node.span));
            continue;
        }
        let operand = Operand::new(operator.value.test, &text, context.variables);
        check_operand(context, operator.value, &operand, node.span);
        check_value_blanks(context, &member.key, &text, node.span);
        operands.push(Spanned::new(operand, node.span));
    }
    if member.value.as_list().is_empty() {
        let message = format!("`{}` has no value to compare with", excerpt(&member.key));
        context.report(Diagnostic::warning(
            "empty-list",
            member.value.span,
            message,
        ));
    }
    Condition {
        operator: operator.clone(),
        key,
        operands,
    }
}

/// The text of a string, number or boolean: AWS takes unquoted numbers and booleans as values.
fn scalar<'n>(node: &'n Node<'_>) -> Option<Cow<'n, str>> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(Cow::Borrowed(text)),
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn check_key(context: &mut Context<'_>, operator: Operator, key: &Spanned<ConditionKey>) {
    let text = key.value.text();
    let shown = excerpt(text);
    if let Some(plain) = blanks::in_condition_key(text) {
        let message = format!("the condition key `{shown}` has blanks: no request has it");
        context.report(
            Diagnostic::warning("condition-key-blank", key.span, message).without_blanks(&plain),
        );
        return;
    }
    let Some((prefix, _)) = text.split_once(':') else {
        let message = format!("the condition key `{shown}` names no service");
        context.report(
            Diagnostic::refused("condition-key-without-service", key.span, message)
                .help("a key has a prefix: `kms:ViaService`, `aws:SourceIp`"),
        );
        return;
    };
    let Some(info) = key.value.info() else {
        if prefix.eq_ignore_ascii_case("kms") || prefix.eq_ignore_ascii_case("aws") {
            let message =
                format!("`{shown}` is not a condition key of AWS: it is absent from every request");
            let mut found = Diagnostic::warning("unknown-condition-key", key.span, message);
            if let Some(nearest) = condition_key::closest(text) {
                found = found.help(format!("did you mean `{nearest}`?"));
                // Of a family only the author knows the member.
                if !nearest.contains(['$', '<']) {
                    let title = format!("write `{nearest}`");
                    found = found.replace(title, key.span, quoted(nearest));
                }
            }
            context.report(found);
        }
        return;
    };
    let overly_permissive =
        info.name.starts_with("kms:EncryptionContext:") || info.name.starts_with("aws:RequestTag/");
    if context.kind == PolicyKind::KeyPolicy
        && operator.set == Some(SetOperator::ForAllValues)
        && overly_permissive
    {
        let message = format!(
            "`ForAllValues` with `{shown}`: KMS refuses it (OverlyPermissiveCondition), since it holds when the key is absent"
        );
        context.report(Diagnostic::refused(
            "overly-permissive-condition",
            key.span,
            message,
        ));
    }
}

/// An ARN or service name with blanks is compared as it stands, and equals nothing.
fn check_value_blanks(context: &mut Context<'_>, key: &str, text: &str, span: Span) {
    let Some(plain) = blanks::in_condition_value(key, text) else {
        return;
    };
    let message = format!(
        "the value `{}` has blanks: no request has it",
        excerpt(text)
    );
    context
        .report(Diagnostic::warning("condition-value-blank", span, message).without_blanks(&plain));
}

fn check_operand(context: &mut Context<'_>, operator: Operator, operand: &Operand, span: Span) {
    let shown = excerpt(operand.text());
    if !operand.is_valid() {
        let expected = match operator.test {
            Test::Bool | Test::Null => "`true` or `false`",
            Test::IpAddress => "an address or CIDR block",
            Test::BinaryEquals => "base64",
            Test::ArnEquals | Test::ArnLike => "an ARN with six parts",
            Test::DateEquals
            | Test::DateLessThan
            | Test::DateLessThanEquals
            | Test::DateGreaterThan
            | Test::DateGreaterThanEquals => {
                "a date such as 2026-11-21T12:00:00Z, or seconds since 1970"
            }
            _ => "a number",
        };
        let message =
            format!("`{operator}` expects {expected}, found `{shown}`: the condition never holds");
        context.report(Diagnostic::warning("condition-value", span, message));
    }
    for variable in operand
        .patterns()
        .iter()
        .flat_map(crate::wildcard::Wildcard::variables)
    {
        if variable.key.info().is_some_and(|info| info.multi_valued) {
            let message = format!(
                "`{}` holds several values, which a policy variable cannot take",
                variable.key
            );
            context.report(Diagnostic::warning("variable-multi-valued", span, message));
        }
    }
    if operand.text().contains("${") && !context.variables {
        let message = format!("`{shown}` is plain text: policy variables need Version 2012-10-17");
        context.report(Diagnostic::warning("variable-version", span, message));
    }
}
