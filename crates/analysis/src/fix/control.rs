//! Control requests: what a change should not allow. A change is checked against them all, and what
//! it opens is said.
//!
//! They stand near the request: the same caller with every other action, another key and another
//! encryption context; other principals, whom IAM allows everything, in the caller's account, in
//! the key's account and in a foreign one; and whoever is named beside in a statement that changes
//! or holds a policy that changes.

use std::sync::Arc;

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::decide::decide;
use kmsim_authz::decision::Verdict;
use kmsim_authz::layers::{AttachedPolicy, Layers, Level, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Action, Request, Resource};
use kmsim_authz::trace::Layer;
use kmsim_authz::world::World;
use kmsim_policy::syntax::{PolicyKind, PrincipalName, ResourceShape, Statement};
use kmsim_types::{AccountId, Arn, KmsAction};
use serde_json::json;

use super::document;
use super::patch::{Patch, Scope};
use super::propose::holders;
use super::statement::{ENCRYPTION_CONTEXT, pairs};
use super::view::EditKind;
use super::widen::is_control;

/// How many principals that hold a changed policy, and names in a changed statement, are tried.
const AT_MOST: usize = 16;

/// Account of nobody in particular.
const STRANGERS: [&str; 2] = ["999999999999", "888888888888"];

/// What became allowed.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// Texts for people.
    pub(super) texts: Vec<String>,
    /// Whether it gives control over the key.
    pub(super) control: bool,
}

/// One control request.
struct Control<'c> {
    what: What,
    request: Request,
    layers: Layers<'c>,
    scope: Scope,
}

/// What a control request is.
enum What {
    /// The same caller with another action: told together.
    Action(KmsAction),
    Other(String),
}

/// Policies that let pass whatever is asked, for principals and keys that are made up.
pub(super) struct Props {
    everything: Vec<Arc<AttachedPolicy>>,
}

impl Props {
    pub(super) fn new() -> Self {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        let policy = document::compile(&document, PolicyKind::Identity, None, &Origin::Inline);
        Self {
            everything: policy.into_iter().collect(),
        }
    }
}

/// What a change allows beside the request, of all that is tried.
pub(super) fn opened(
    props: &Props,
    check: &PlannedCheck<'_>,
    checks: &[PlannedCheck<'_>],
    world: Option<&World>,
    patch: &Patch<'_>,
) -> Opened {
    let Some(key_policy) = other_key_policy(&check.request) else {
        return Opened::default();
    };
    let mut controls = Vec::new();
    actions(check, checks, &mut controls);
    ways(check, &mut controls);
    other_key(check, &key_policy, &mut controls);
    strangers(props, check, &mut controls);
    for changed in &patch.documents {
        if let Some(original) = changed.slot.original {
            sharers(check, world, original, &mut controls);
        }
        for step in &changed.steps {
            let statement = changed.policy.policy.statements.get(step.statement);
            if step.kind == EditKind::WidenElement
                && let Some(statement) = statement
            {
                beside(props, check, statement, &key_policy, &mut controls);
            }
        }
    }
    let mut opened = Opened::default();
    let mut names = Vec::new();
    for control in &controls {
        let before = decide(&control.layers, &control.request).verdict;
        if before == Verdict::Allowed {
            continue;
        }
        let patched = patch.over(&control.layers, control.scope);
        let after = decide(&patched.layers(), &control.request).verdict;
        let how = match after {
            Verdict::Allowed => "",
            Verdict::Depends if before != Verdict::Depends => " (if what is not known is so)",
            _ => continue,
        };
        match &control.what {
            What::Action(action) => {
                opened.control |= is_control(*action);
                names.push(format!("{}{how}", action.name()));
            }
            What::Other(what) => {
                let text = format!("{what}{how}");
                if !opened.texts.contains(&text) {
                    opened.texts.push(text);
                }
            }
        }
    }
    if !names.is_empty() {
        let caller = &check.request.principal;
        opened.texts.insert(
            0,
            format!("{} for {caller} on the same resource", names.join(", ")),
        );
    }
    opened
}

/// Every other action of KMS that the call does not need.
fn actions<'c>(
    check: &PlannedCheck<'c>,
    checks: &[PlannedCheck<'_>],
    controls: &mut Vec<Control<'c>>,
) {
    let is_asked = |action: KmsAction| {
        checks.iter().any(|other| {
            other.request.action.kms() == Some(action)
                && other.request.resource == check.request.resource
        })
    };
    let own = check.request.action.kms();
    let on_key = own.is_some_and(|own| own.info().on_key);
    for action in KmsAction::ALL {
        if is_asked(action) || action.info().on_key != on_key {
            continue;
        }
        let mut request = check.request.clone();
        request.action = Action::from(action);
        controls.push(Control {
            what: What::Action(action),
            request,
            layers: check.layers,
            scope: Scope::WHOLE,
        });
    }
}

/// The same with another encryption context, and by another way.
fn ways<'c>(check: &PlannedCheck<'c>, controls: &mut Vec<Control<'c>>) {
    let action = check.request.action.name();
    let mut push = |what: String, request: Request| {
        controls.push(Control {
            what: What::Other(what),
            request,
            layers: check.layers,
            scope: Scope::WHOLE,
        });
    };
    let names: Vec<String> = pairs(&check.request)
        .map(|(name, _)| name.to_owned())
        .collect();
    if !names.is_empty() {
        let mut other = check.request.clone();
        let mut none = check.request.clone();
        for name in &names {
            let key = format!("{ENCRYPTION_CONTEXT}{name}");
            other.context.set(&key, "kmsim control: another value");
            none.context.set_absent(&key);
        }
        none.context.set_absent("kms:EncryptionContextKeys");
        push(format!("{action} with another encryption context"), other);
        push(format!("{action} without encryption context"), none);
    }
    if check.request.context.one("kms:ViaService").is_some() {
        let mut direct = check.request.clone();
        for key in [
            "kms:ViaService",
            "aws:CalledVia",
            "aws:CalledViaFirst",
            "aws:CalledViaLast",
        ] {
            direct.context.set_absent(key);
        }
        direct.context.set("aws:ViaAWSService", false);
        push(
            format!("{action} directly, not through the service"),
            direct,
        );
    }
    let is_service = matches!(check.request.principal, Principal::Service(_));
    if is_service && check.request.context.one("aws:SourceAccount").is_some() {
        let mut other = check.request.clone();
        other.context.set(
            "aws:SourceAccount",
            STRANGERS.first().copied().unwrap_or_default(),
        );
        other.context.set_absent("aws:SourceArn");
        push(
            format!("{action} for the resources of another account"),
            other,
        );
    }
}

/// A key policy that leaves all to IAM, in the key's account and in the caller's.
fn other_key_policy(request: &Request) -> Option<Arc<AttachedPolicy>> {
    let own = request.principal.account();
    let accounts: Vec<String> = own
        .into_iter()
        .chain(request.resource_account)
        .map(|account| account.to_string())
        .collect();
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": accounts}, "Action": "kms:*", "Resource": "*"}]});
    document::compile(&document, PolicyKind::KeyPolicy, None, &Origin::Inline)
}

/// The same on another key, whose policy leaves all to IAM.
fn other_key<'c>(
    check: &PlannedCheck<'c>,
    policy: &'c AttachedPolicy,
    controls: &mut Vec<Control<'c>>,
) {
    let arn = check.request.resource.arn();
    let Some(arn) = arn.filter(|arn| arn.service() == "kms" && !check.request.is_on_alias()) else {
        return;
    };
    let other = format!(
        "arn:{}:kms:{}:{}:key/00000000-0000-0000-0000-00000000c0de",
        arn.partition(),
        arn.region(),
        arn.account()
    );
    on_key(
        check,
        &other,
        "another key of the account",
        policy,
        controls,
    );
}

fn on_key<'c>(
    check: &PlannedCheck<'c>,
    arn: &str,
    what: &str,
    policy: &'c AttachedPolicy,
    controls: &mut Vec<Control<'c>>,
) {
    let Ok(arn) = Arn::parse(arn) else { return };
    let mut request = check.request.clone();
    request.resource = Resource::Arn(arn);
    controls.push(Control {
        what: What::Other(format!("{} on {what}", request.action.name())),
        request,
        layers: Layers {
            resource: Some(policy),
            resource_share: None,
            grants: &[],
            ..check.layers
        },
        scope: Scope {
            caller: true,
            resource: false,
        },
    });
}

/// Principals that are made up, whom IAM allows everything.
fn strangers<'c>(props: &'c Props, check: &PlannedCheck<'c>, controls: &mut Vec<Control<'c>>) {
    let caller = check.request.principal.account();
    let owner = check.request.resource_account;
    let is_taken = |account: &&str| {
        let taken = [caller, owner];
        taken
            .iter()
            .flatten()
            .any(|taken| *taken.as_str() == **account)
    };
    let foreign = STRANGERS.into_iter().find(|account| !is_taken(account));
    let foreign = foreign.and_then(|account| AccountId::new(account).ok());
    let accounts = caller
        .into_iter()
        .chain(owner.filter(|owner| caller != Some(*owner)));
    for account in accounts {
        let what = format!("any principal of account {account} that IAM allows it");
        stranger(
            props,
            check,
            account,
            &what,
            check.layers.service_control,
            controls,
        );
    }
    if let Some(account) = foreign {
        let what = "any principal of any account that IAM allows it";
        stranger(props, check, account, what, &[], controls);
    }
}

fn stranger<'c>(
    props: &'c Props,
    check: &PlannedCheck<'c>,
    account: AccountId,
    who: &str,
    service_control: &'c [Level],
    controls: &mut Vec<Control<'c>>,
) {
    let partition = check.request.resource.arn().map_or("aws", Arn::partition);
    let arn = format!("arn:{partition}:iam::{account}:role/kmsim-control");
    let Ok(principal) = Principal::parse(&arn) else {
        return;
    };
    // Of an account in another part of the organization nothing is known: nothing limits it.
    let own = check.request.principal.account() == Some(account);
    let request = by(&check.request, principal);
    controls.push(Control {
        what: What::Other(format!("{} for {who}", request.action.name())),
        layers: Layers {
            identity: &props.everything,
            permissions_boundary: None,
            session: None,
            service_control: if own { service_control } else { &[] },
            ..check.layers
        },
        request,
        scope: Scope {
            caller: false,
            resource: true,
        },
    });
}

/// The same request by somebody else.
fn by(request: &Request, principal: Principal) -> Request {
    let mut other = request.clone();
    let gone: Vec<String> = other
        .context
        .present()
        .map(|(key, _)| key.text().to_owned())
        .filter(|key| {
            let key = key.to_ascii_lowercase();
            key.starts_with("aws:principaltag/")
                || ["aws:userid", "aws:username", "aws:sourceidentity"].contains(&key.as_str())
        })
        .collect();
    for key in gone {
        other.context.set_absent(&key);
    }
    if let Some(arn) = principal.principal_arn() {
        other.context.set("aws:PrincipalArn", arn.as_str());
    }
    if let Some(account) = principal.account() {
        other.context.set("aws:PrincipalAccount", account.as_str());
        if request.principal.account() != Some(account) {
            other.context.set_absent("aws:PrincipalOrgID");
            other.context.set_absent("aws:PrincipalOrgPaths");
        }
        if other.context.says("kms:CallerAccount") {
            other.context.set("kms:CallerAccount", account.as_str());
        }
    }
    other.principal = principal;
    other
}

/// Principals of the world that a changed policy is attached to as well, with all that they have.
fn sharers<'c>(
    check: &PlannedCheck<'c>,
    world: Option<&'c World>,
    original: &AttachedPolicy,
    controls: &mut Vec<Control<'c>>,
) {
    let own = check.request.principal.principal_arn();
    let others = holders(world, original);
    let others = others.filter(|identity| Some(identity.arn.as_str()) != own.as_deref());
    for identity in others.take(AT_MOST) {
        let Ok(principal) = Principal::parse(identity.arn.as_str()) else {
            continue;
        };
        let request = by(&check.request, principal);
        controls.push(Control {
            what: What::Other(format!("{} for {}", request.action.name(), identity.arn)),
            request,
            layers: Layers {
                identity: &identity.policies,
                permissions_boundary: identity.permissions_boundary.as_deref(),
                session: None,
                service_control: world.map_or(&[], |world| world.service_control(identity.account)),
                ..check.layers
            },
            scope: Scope {
                caller: false,
                resource: true,
            },
        });
    }
}

/// Who and what stands beside in a statement that gets wider.
fn beside<'c>(
    props: &'c Props,
    check: &PlannedCheck<'c>,
    statement: &Statement,
    key_policy: &'c AttachedPolicy,
    controls: &mut Vec<Control<'c>>,
) {
    let own = check.request.principal.principal_arn();
    let principals = statement.principal.iter().flat_map(|scope| &scope.items);
    let principals = principals.filter(|item| Some(&*item.value.text) != own.as_deref());
    for item in principals.take(AT_MOST) {
        let text = &*item.value.text;
        match (&item.value.names, Principal::parse(text)) {
            (PrincipalName::Account(account), _) => {
                let who = format!("any principal of account {account} that IAM allows it");
                stranger(props, check, *account, &who, &[], controls);
            }
            (_, Ok(principal)) => {
                let account = principal.account();
                let request = by(&check.request, principal);
                let same = account.is_some() && account == check.request.principal.account();
                controls.push(Control {
                    what: What::Other(format!("{} for {text}", request.action.name())),
                    request,
                    layers: Layers {
                        identity: &props.everything,
                        permissions_boundary: None,
                        session: None,
                        service_control: if same {
                            check.layers.service_control
                        } else {
                            &[]
                        },
                        ..check.layers
                    },
                    scope: Scope {
                        caller: false,
                        resource: true,
                    },
                });
            }
            (_, Err(_)) => {}
        }
    }
    let own = check.request.resource.text();
    let resources = statement.resource.iter().flat_map(|scope| &scope.items);
    let resources = resources.filter(|item| {
        let text = &*item.value.text;
        matches!(item.value.shape, ResourceShape::Arn(_))
            && !text.contains(['*', '?', '$'])
            && text != own
    });
    for item in resources.take(AT_MOST) {
        let text = &*item.value.text;
        if text.contains(":key/") {
            on_key(check, text, text, key_policy, controls);
        }
    }
}

/// The layers in which a change reaches others than the caller.
pub(super) fn reach(layer: Layer, levels: usize, level: usize) -> usize {
    match layer {
        Layer::Identity | Layer::Session => 1,
        Layer::Resource | Layer::ResourceShare | Layer::Grants => 2,
        Layer::PermissionsBoundary => 3,
        Layer::VpcEndpoint => 4,
        // The root reaches furthest, the account least.
        Layer::ServiceControl | Layer::ResourceControl => 5 + levels.saturating_sub(level + 1),
    }
}
