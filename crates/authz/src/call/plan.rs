//! Which authorizations a call needs (KMS API reference, "Required permissions" of each
//! operation; KMS Developer Guide, "Controlling access to aliases", "Multi-Region keys").

use kmsim_types::{AccountId, Arn, Authorization, KeySpec, KmsAction, Operation, Region};

use super::caller::{self, Caller};
use super::derive::Deriver;
use super::readings as reading;
use super::resolve::{Found, Lookup};
use super::{Asks, Call, PlannedCheck, Unresolved};
use crate::layers::{AttachedPolicy, Layers};
use crate::reader::Pairs;
use crate::request::{Action, Request, Resource};
use crate::world::{Key, VpcEndpoint, World};

mod several;

/// The authorizations that a call needs, in a fixed order. Fails if the call names something that
/// the world does not have.
pub fn checks<'w>(world: &'w World, call: &'w Call) -> Result<Vec<PlannedCheck<'w>>, Unresolved> {
    plan(world, call, caller::find(world, call)?)
}

/// The authorizations that a call needs whose caller is not looked up: it stands for somebody of
/// whom the world tells nothing but the account, which may be in the organization.
pub fn checks_of_stranger<'w>(
    world: &'w World,
    call: &'w Call,
) -> Result<Vec<PlannedCheck<'w>>, Unresolved> {
    let caller = Caller {
        principal: call.caller.clone(),
        identity: None,
        others: None,
        is_outside: true,
    };
    plan(world, call, caller)
}

fn plan<'w>(
    world: &'w World,
    call: &'w Call,
    caller: Caller<'w>,
) -> Result<Vec<PlannedCheck<'w>>, Unresolved> {
    let mut planner = Planner {
        world,
        call,
        vpc_endpoint: vpc_endpoint(world, call)?,
        lookup: Lookup {
            world,
            account: caller.principal.account(),
            region: call.region.as_ref().or(world.contents().region.as_ref()),
            states_region: call.region.is_some(),
        },
        caller,
        checks: Vec::new(),
    };
    match &call.asks {
        Asks::Operation(operation) => planner.operation(*operation)?,
        Asks::Kms(action) => planner.one_action(*action)?,
        Asks::Other(action) => planner.other_service(action),
    }
    Ok(planner.checks)
}

/// The endpoint through which the request comes.
fn vpc_endpoint<'w>(
    world: &'w World,
    call: &'w Call,
) -> Result<Option<&'w VpcEndpoint>, Unresolved> {
    let Some(named) = &call.vpc_endpoint else {
        return Ok(None);
    };
    // The first of several services has an endpoint of its own, whose policy is not about KMS.
    if !call.via.is_empty() {
        return Ok(None);
    }
    let Some(endpoint) = world.vpc_endpoint(&named.text) else {
        let message = format!("the world has no VPC endpoint `{}`", named.text);
        let error = Unresolved::new(named.span, message);
        return Err(error.help("add it to the vpcEndpoints of its account"));
    };
    let is_kms = |service: &str| matches!(service.rsplit('.').next(), Some("kms" | "kms-fips"));
    let other = endpoint
        .service
        .as_deref()
        .filter(|service| !is_kms(service));
    if let (Some(service), false) = (other, matches!(call.asks, Asks::Other(_))) {
        let message = format!("`{}` is an endpoint of {service}, not of KMS", named.text);
        return Err(Unresolved::new(named.span, message));
    }
    Ok(Some(endpoint))
}

struct Planner<'w> {
    world: &'w World,
    call: &'w Call,
    caller: Caller<'w>,
    vpc_endpoint: Option<&'w VpcEndpoint>,
    lookup: Lookup<'w>,
    checks: Vec<PlannedCheck<'w>>,
}

/// What a check is on.
struct Target<'w> {
    resource: Resource,
    account: Option<AccountId>,
    region: Option<&'w str>,
    key: Option<&'w Key>,
    policy: Option<&'w AttachedPolicy>,
    /// In words.
    what: &'static str,
}

impl<'w> Target<'w> {
    fn key(key: &'w Key, what: &'static str) -> Self {
        Self {
            resource: Resource::Arn(key.arn.clone()),
            account: Some(key.account),
            region: Some(key.region.as_str()),
            key: Some(key),
            policy: Some(&key.policy),
            what,
        }
    }
}

type Planned = Result<(), Unresolved>;

impl<'w> Planner<'w> {
    fn operation(&mut self, operation: Operation) -> Planned {
        match operation {
            Operation::ReEncrypt => self.re_encrypt(),
            Operation::CreateAlias | Operation::UpdateAlias | Operation::DeleteAlias => {
                self.alias(operation)
            }
            Operation::CreateKey => {
                self.create_key();
                Ok(())
            }
            Operation::ReplicateKey => self.replicate_key(),
            Operation::UpdatePrimaryRegion => self.update_primary_region(),
            Operation::RetireGrant => self.retire_grant(),
            _ => match operation.actions() {
                [action] => self.one_action(*action),
                _ => Ok(()),
            },
        }
    }

    /// An operation with one authorization, on its key or on nothing.
    fn one_action(&mut self, action: KmsAction) -> Planned {
        if action.info().authorization == Authorization::IamOnly {
            let parameters = &self.call.parameters;
            self.on_nothing(action, None, |deriver| {
                deriver.parameters(parameters);
            });
            return Ok(());
        }
        let found = self.named_key(action)?;
        self.on_named_key(
            action,
            found,
            "the key",
            &self.call.parameters.encryption_context,
        );
        Ok(())
    }

    fn named_key(&self, action: KmsAction) -> Result<Found<'w>, Unresolved> {
        let Some(reference) = &self.call.key else {
            let message = format!("{} needs a key", action.short());
            let error = Unresolved::new(self.call.span, message);
            return Err(match action {
                KmsAction::Decrypt => error.help("without KeyId KMS finds the key by the ciphertext; name that key, which gives the same answer"),
                _ => error.help("say `key` (the key that is meant) or `keyId` (the parameter)"),
            });
        };
        self.lookup.key(reference, action)
    }

    /// A check on a key with the parameters of the call.
    fn on_named_key(
        &mut self,
        action: KmsAction,
        found: Found<'w>,
        what: &'static str,
        pairs: &Pairs,
    ) {
        let takes_pairs =
            action.info().encryption_context && found.key.spec == KeySpec::SymmetricDefault;
        let parameters = &self.call.parameters;
        self.check(action.into(), Target::key(found.key, what), |deriver| {
            deriver.key(found.key, found.alias);
            deriver.parameters(parameters);
            if takes_pairs {
                deriver.encryption_context(pairs);
            }
        });
    }

    fn other_service(&mut self, action: &Action) {
        let resource = self.call.resource.clone().unwrap_or(Resource::Any);
        let text = resource.text().to_owned();
        let listed = self.world.resource(&text);
        let role = self
            .world
            .identity(&text)
            .filter(|identity| identity.is_role);
        let policy = match (listed, role) {
            (Some(resource), _) => resource.policy.as_deref(),
            (None, Some(role)) => role.trust_policy.as_deref(),
            (None, None) => None,
        };
        let of_arn = resource.arn().and_then(Arn::account_id);
        let account = listed.and_then(|resource| resource.account).or(of_arn);
        let arn_region = self.call.resource.as_ref().and_then(Resource::arn);
        let arn_region = arn_region
            .map(Arn::region)
            .filter(|region| !region.is_empty());
        let region = arn_region.or(self.lookup.region.map(Region::as_str));
        let target = Target {
            account: self
                .call
                .resource_account
                .or(account)
                .or(self.lookup.account),
            resource,
            region,
            key: None,
            policy,
            what: "the resource",
        };
        self.check(action.clone(), target, |deriver| {
            if let Some(resource) = listed {
                deriver.resource_tags(&resource.tags);
            }
        });
    }

    /// An action that names no resource.
    fn on_nothing(
        &mut self,
        action: KmsAction,
        region: Option<&'w str>,
        derive: impl FnOnce(&mut Deriver<'_, 'w>),
    ) {
        let target = Target {
            resource: Resource::Any,
            account: self.lookup.account,
            region: region.or(self.lookup.region.map(Region::as_str)),
            key: None,
            policy: None,
            what: "*",
        };
        self.check(action.into(), target, derive);
    }

    fn check(
        &mut self,
        action: Action,
        target: Target<'w>,
        derive: impl FnOnce(&mut Deriver<'_, 'w>),
    ) {
        let on_alias = target
            .resource
            .arn()
            .is_some_and(|arn| arn.service() == "kms" && arn.resource().starts_with("alias/"));
        let mut deriver = Deriver::new(self.world, self.call, &self.caller, action.kms(), on_alias);
        deriver.everywhere(target.region);
        if let Some(account) = target.account {
            deriver.resource_account(account);
        }
        derive(&mut deriver);
        if target.key.is_some_and(|key| key.is_policy_assumed) {
            deriver.note(&reading::AWS_MANAGED_KEY);
        }
        let (context, readings) = (deriver.context, deriver.readings);
        let layers = self.layers(&target);
        let mut request = Request::new(
            self.caller.principal.clone(),
            action,
            target.resource,
            target.account,
            context,
        );
        request.grant_tokens.clone_from(&self.call.grant_tokens);
        self.checks.push(PlannedCheck {
            what: target.what,
            request,
            layers,
            readings,
        });
    }

    fn layers(&self, target: &Target<'w>) -> Layers<'w> {
        let identity = self.caller.identity;
        let account = self.caller.principal.account();
        let key = target.key;
        Layers {
            identity: match identity {
                Some(identity) => &identity.policies,
                None => self.caller.others.unwrap_or_default(),
            },
            permissions_boundary: identity
                .and_then(|identity| identity.permissions_boundary.as_deref()),
            session: self.call.session_policies.as_deref(),
            resource: target.policy,
            resource_share: key.and_then(|key| key.ram_policy.as_deref()),
            vpc_endpoint: self
                .vpc_endpoint
                .and_then(|endpoint| endpoint.policy.as_deref()),
            service_control: account.map_or(&[], |account| self.world.service_control(account)),
            resource_control: target
                .account
                .map_or(&[], |account| self.world.resource_control(account)),
            grants: key.map_or(&[], |key| &key.grants),
            aws_managed_key: key.is_some_and(Key::is_aws_managed),
        }
    }
}
