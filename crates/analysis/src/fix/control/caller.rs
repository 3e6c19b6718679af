//! Control requests of the caller: with other actions, by other ways, on other keys.

use std::sync::Arc;

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::layers::{AttachedPolicy, Layers, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Action, Request, Resource};
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{Arn, KmsAction};
use serde_json::json;

use super::super::document;
use super::super::patch::Scope;
use super::super::statement::{ENCRYPTION_CONTEXT, pairs};
use super::{Control, STRANGERS, What};

/// The actions of KMS that could be asked for on the same resource.
pub(in crate::fix) fn others_of(request: &Request) -> impl Iterator<Item = KmsAction> + use<> {
    let own = request.action.kms();
    let is_kms = request.action.name().starts_with("kms:");
    // An action that the table lacks is taken for one on keys.
    let on_key = own.map_or(request.resource.arn().is_some(), |own| own.info().on_key);
    KmsAction::ALL
        .into_iter()
        .filter(move |action| is_kms && Some(*action) != own && action.info().on_key == on_key)
}

/// Every other action of KMS that the call does not need.
pub(super) fn actions<'c>(
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
    for action in others_of(&check.request) {
        if is_asked(action) {
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
pub(super) fn ways<'c>(check: &PlannedCheck<'c>, controls: &mut Vec<Control<'c>>) {
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
pub(super) fn other_key_policy(request: &Request) -> Option<Arc<AttachedPolicy>> {
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
pub(super) fn other_key<'c>(
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

pub(super) fn on_key<'c>(
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
