//! Control requests of others than the caller.

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::layers::{AttachedPolicy, Layers, Level};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::Request;
use kmsim_authz::world::World;
use kmsim_policy::syntax::{PrincipalName, ResourceShape, Statement};
use kmsim_types::{AccountId, Arn};

use super::super::patch::Scope;
use super::super::propose::holders;
use super::caller::{on_key, other_key};
use super::{Control, Props, STRANGERS, What};

/// How many principals that hold a changed policy, and names in a changed statement, are tried.
const AT_MOST: usize = 16;

/// Principals that are made up, whom IAM allows everything.
pub(super) fn strangers<'c>(
    props: &'c Props,
    check: &PlannedCheck<'c>,
    controls: &mut Vec<Control<'c>>,
) {
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

/// Somebody of the caller's account, whom IAM allows everything, on another key: what ceilings that
/// get wider let through, whatever the policy of this key says.
pub(super) fn stranger_on_other_key<'c>(
    props: &'c Props,
    check: &PlannedCheck<'c>,
    key_policy: &'c AttachedPolicy,
    controls: &mut Vec<Control<'c>>,
) {
    let Some(account) = check.request.principal.account() else {
        return;
    };
    let mut found = Vec::new();
    let levels = check.layers.service_control;
    stranger(props, check, account, "", levels, &mut found);
    other_key(check, key_policy, &mut found);
    let [by_stranger, on_other] = found.as_mut_slice() else {
        return;
    };
    by_stranger.request.resource = on_other.request.resource.clone();
    by_stranger.layers.resource = Some(key_policy);
    by_stranger.layers.resource_share = None;
    by_stranger.layers.grants = &[];
    by_stranger.scope.resource = false;
    let action = check.request.action.name();
    by_stranger.what = What::Other(format!(
        "{action} on other keys, for any principal of account {account} that IAM allows it"
    ));
    found.truncate(1);
    controls.append(&mut found);
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
pub(super) fn sharers<'c>(
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
pub(super) fn beside<'c>(
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
