//! `Statement`: one object or a list of them.

use kmsim_types::KmsActionSet;

use super::{Context, action, condition, principal, resource, text, unknown, unknown_element};
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::{Member, Node};
use crate::source::Span;
use crate::syntax::{Effect, PolicyKind, Statement};
use crate::unknown::Open;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The statements of a document.
pub(super) fn all(context: &mut Context<'_>, node: &Node<'_>) -> Vec<Statement> {
    let nodes = node.as_list();
    if nodes.is_empty() {
        let message = "the policy has no statement";
        context.report(Diagnostic::refused(
            "empty-statement-list",
            node.span,
            message,
        ));
    }
    let statements: Vec<Statement> = nodes
        .iter()
        .filter_map(|node| statement(context, node))
        .collect();
    report_repeated_sids(context, &statements);
    statements
}

fn statement(context: &mut Context<'_>, node: &Node<'_>) -> Option<Statement> {
    if let Some(why) = unknown::reason(context, node, || "the statement".to_owned()) {
        return Some(unknown::statement(context.kind, &why));
    }
    let Some(members) = node.as_object() else {
        let message = format!("a statement is an object, found {}", node.kind());
        context.report(Diagnostic::error("wrong-type", node.span, message));
        return None;
    };
    let mut statement = Statement {
        sid: None,
        effect: Effect::Deny,
        principal: None,
        action: None,
        resource: None,
        conditions: Vec::new(),
        kms_actions: KmsActionSet::EMPTY,
        open: None,
        span: node.span,
    };
    let mut open = Open::default();
    let mut effect = None;
    for member in members {
        let value = &member.value;
        match &*member.key {
            "Sid" => statement.sid = text(context, member),
            "Effect" => {
                open.effect = unknown::reason(context, value, || "`Effect`".to_owned());
                effect = Some(match open.effect {
                    Some(_) => Some(Effect::Unknown),
                    None => parse_effect(context, value),
                });
            }
            "Principal" | "NotPrincipal" => {
                let scope = principal::scope(context, member);
                set(context, &mut statement.principal, scope, member);
            }
            "Action" | "NotAction" => {
                let scope = action::scope(context, member);
                statement.kms_actions = action::kms_actions(&scope);
                set(context, &mut statement.action, scope, member);
            }
            "Resource" | "NotResource" => {
                let scope = resource::scope(context, member);
                set(context, &mut statement.resource, scope, member);
            }
            "Condition" => {
                statement.conditions = condition::all(context, value, &mut open.conditions);
            }
            _ => unknown_element(context, member, &ELEMENTS),
        }
    }
    match effect {
        Some(Some(effect)) => statement.effect = effect,
        Some(None) => {}
        None => {
            let message = "the statement has no `Effect`; expected `Allow` or `Deny`";
            context.report(Diagnostic::error("missing-effect", node.span, message));
        }
    }
    statement.open = unknown::open(&statement, open);
    check_elements(context, &statement, members);
    Some(statement)
}

fn parse_effect(context: &mut Context<'_>, node: &Node<'_>) -> Option<Effect> {
    match node.as_str() {
        Some("Allow") => return Some(Effect::Allow),
        Some("Deny") => return Some(Effect::Deny),
        _ => {}
    }
    let found = node.as_str().map_or_else(
        || node.kind().to_owned(),
        |text| format!("`{}`", excerpt(text)),
    );
    let message = format!("expected Effect `Allow` or `Deny`, found {found}");
    let mut error = Diagnostic::error("effect", node.span, message);
    if let Some(nearest) = node
        .as_str()
        .and_then(|text| kmsim_types::nearest(text.trim(), ["Allow", "Deny"]))
    {
        error = error
            .help(format!("did you mean `{nearest}`? Case counts here"))
            .replace(
                format!("write `{nearest}`"),
                node.span,
                format!("\"{nearest}\""),
            )
            .mends_if_same(node.as_str().unwrap_or(""), nearest);
    }
    context.report(error);
    None
}

/// Sets an element that may stand once, as itself or negated.
fn set<T>(context: &mut Context<'_>, slot: &mut Option<T>, value: T, member: &Member<'_>) {
    if slot.is_some() {
        let name = member.key.trim_start_matches("Not");
        let message =
            format!("the statement has both `{name}` and `Not{name}`; it may have one of them");
        context.report(Diagnostic::error("both-elements", member.key_span, message));
    }
    *slot = Some(value);
}

fn check_elements(context: &mut Context<'_>, statement: &Statement, members: &[Member<'_>]) {
    let key_of = |names: [&str; 2]| {
        members
            .iter()
            .find(|member| names.contains(&&*member.key))
            .map(|member| member.key_span)
    };
    match key_of(["Principal", "NotPrincipal"]) {
        Some(span) if !context.kind.has_principal() => {
            let message = format!(
                "{} has no principal: it applies to the identity it is attached to",
                context.title()
            );
            context.report(
                Diagnostic::refused("principal-not-allowed", span, message)
                    .help("remove the element, or attach the policy to a resource"),
            );
        }
        None if context.kind.has_principal() => missing_principal(context, statement.span),
        _ => {}
    }
    // An element that stands inside the principal is reported there.
    let misplaced = |name: &str| {
        members
            .iter()
            .any(|member| member.value.member(name).is_some())
    };
    if statement.action.is_none() && !misplaced("Action") && !misplaced("NotAction") {
        missing(context, "Action", statement.span);
    }
    // A trust policy is about the role it is attached to.
    let needs_resource = context.kind != PolicyKind::RoleTrust
        && !misplaced("Resource")
        && !misplaced("NotResource");
    if statement.resource.is_none() && needs_resource {
        missing(context, "Resource", statement.span);
    }
    if context.kind == PolicyKind::ResourceControl {
        check_resource_control(context, statement, members);
    }
    check_sid(context, statement);
}

fn missing_principal(context: &mut Context<'_>, span: Span) {
    let message = if context.kind == PolicyKind::VpcEndpoint {
        "the statement has no `Principal`; it is read as `\"Principal\": \"*\"`"
    } else {
        "the statement has no `Principal`, so it matches nobody"
    };
    context.report(Diagnostic::refused("missing-principal", span, message));
}

/// A key policy statement without Action or Resource is saved and has no effect (API reference,
/// `PutKeyPolicy`); elsewhere AWS refuses it.
fn missing(context: &mut Context<'_>, element: &str, span: Span) {
    let message = format!("the statement has no `{element}`, so it has no effect");
    let code = if element == "Action" {
        "missing-action"
    } else {
        "missing-resource"
    };
    context.report(match context.kind {
        PolicyKind::KeyPolicy => Diagnostic::warning(code, span, message),
        _ => Diagnostic::refused(code, span, message),
    });
}

/// The language of RCPs (Organizations User Guide, "RCP syntax"): only Deny, Principal `*`, no
/// `NotPrincipal`, no `NotAction`, no bare `*` as action.
fn check_resource_control(
    context: &mut Context<'_>,
    statement: &Statement,
    members: &[Member<'_>],
) {
    if allows_everything(statement, members) {
        return;
    }
    if statement.effect == Effect::Allow {
        let message = "a resource control policy can only deny: this `Allow` has no effect";
        context.report(Diagnostic::refused("rcp-allow", statement.span, message));
    }
    for member in members {
        let refused = match &*member.key {
            "NotPrincipal" | "NotAction" => true,
            "Principal" => member.value.unknown().is_none() && member.value.as_str() != Some("*"),
            "Action" => member
                .value
                .as_list()
                .iter()
                .any(|action| action.as_str() == Some("*")),
            _ => false,
        };
        if refused {
            let message = format!("a resource control policy takes no such `{}`", member.key);
            context.report(
                Diagnostic::refused("rcp-syntax", member.key_span, message)
                    .help("write `\"Principal\": \"*\"` and actions with a service prefix; exempt principals by conditions"),
            );
        }
    }
}

/// The statement of `RCPFullAWSAccess`, the one policy of its kind that AWS writes itself.
fn allows_everything(statement: &Statement, members: &[Member<'_>]) -> bool {
    let everything = |name: &str| {
        let value = members.iter().find(|member| member.key == name);
        value.is_some_and(|member| member.value.as_str() == Some("*"))
    };
    statement.effect == Effect::Allow
        && statement.conditions.is_empty()
        && ["Principal", "Action", "Resource"]
            .into_iter()
            .all(everything)
}

/// Key policies may have blanks and more in a Sid, IAM allows letters and digits.
fn check_sid(context: &mut Context<'_>, statement: &Statement) {
    let strict = matches!(
        context.kind,
        PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session
    );
    let Some(sid) = statement.sid.as_ref().filter(|_| strict) else {
        return;
    };
    if !sid.value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!(
            "the Sid `{}` has characters other than A-Z, a-z and 0-9",
            excerpt(&sid.value)
        );
        let plain: String = sid
            .value
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        context.report(
            Diagnostic::refused("sid-characters", sid.span, message)
                .replace(
                    "keep the letters and digits",
                    sid.span,
                    format!("\"{plain}\""),
                )
                .mends(),
        );
    }
}

fn report_repeated_sids(context: &mut Context<'_>, statements: &[Statement]) {
    let sids: Vec<_> = statements
        .iter()
        .filter_map(|statement| statement.sid.as_ref())
        .collect();
    if sids.len() < 2 {
        return;
    }
    let mut seen = std::collections::HashMap::new();
    for sid in sids {
        if let Some(first) = seen.insert(&sid.value, sid.span) {
            let message = format!("the Sid `{}` stands twice", excerpt(&sid.value));
            let found = match context.kind {
                PolicyKind::KeyPolicy => Diagnostic::warning("repeated-sid", sid.span, message),
                _ => Diagnostic::refused("repeated-sid", sid.span, message),
            };
            context.report(found.note(Some(first), "it stands here first"));
        }
    }
}
