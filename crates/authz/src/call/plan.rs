//! Which authorizations a call needs (KMS API reference, "Required permissions" of each
//! operation; KMS Developer Guide, "Controlling access to aliases", "Multi-Region keys").

use kmsim_types::{
    AccountId, Arn, Authorization, KeySpec, KmsAction, MultiRegionKeyType, Operation, Partition,
    Region,
};

use super::caller::{self, Caller};
use super::derive::Deriver;
use super::readings as reading;
use super::resolve::{Found, Lookup};
use super::{Asks, Call, PlannedCheck, Text, Unresolved};
use crate::layers::{AttachedPolicy, Layers};
use crate::reader::Pairs;
use crate::request::{Action, Request, Resource};
use crate::world::{Key, VpcEndpoint, World};

/// Stands for the id of a key that is being made.
const NEW_KEY_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The authorizations that a call needs, in a fixed order. Fails if the call names something that
/// the world does not have.
pub fn checks<'w>(world: &'w World, call: &'w Call) -> Result<Vec<PlannedCheck<'w>>, Unresolved> {
    let caller = caller::find(world, call)?;
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
    region: Option<String>,
    key: Option<&'w Key>,
    policy: Option<&'w AttachedPolicy>,
    /// For the label.
    what: &'static str,
}

impl<'w> Target<'w> {
    fn key(key: &'w Key, what: &'static str) -> Self {
        Self {
            resource: Resource::Arn(key.arn.clone()),
            account: Some(key.account),
            region: Some(key.region.to_string()),
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

    fn re_encrypt(&mut self) -> Planned {
        let parameters = &self.call.parameters;
        let source = self.side("SourceKeyId", KmsAction::ReEncryptFrom)?;
        let destination = self.side("DestinationKeyId", KmsAction::ReEncryptTo)?;
        let same = source.key.arn == destination.key.arn;
        let sides = [
            (
                KmsAction::ReEncryptFrom,
                source,
                "the source key",
                &parameters.source_encryption_context,
                "SourceEncryptionAlgorithm",
            ),
            (
                KmsAction::ReEncryptTo,
                destination,
                "the destination key",
                &parameters.destination_encryption_context,
                "DestinationEncryptionAlgorithm",
            ),
        ];
        for (action, found, what, pairs, algorithm) in sides {
            self.check(action.into(), Target::key(found.key, what), |deriver| {
                deriver.key(found.key, found.alias);
                deriver.set("kms:ReEncryptOnSameKey", same);
                let algorithm = parameters.get(algorithm).unwrap_or("SYMMETRIC_DEFAULT");
                deriver.set("kms:EncryptionAlgorithm", algorithm);
                deriver.note(&reading::RE_ENCRYPT_ALGORITHMS);
                if found.key.spec == KeySpec::SymmetricDefault {
                    deriver.encryption_context(pairs);
                }
            });
        }
        Ok(())
    }

    /// One side of `ReEncrypt`: its own parameter, or the key that the call is about.
    fn side(&self, name: &'static str, action: KmsAction) -> Result<Found<'w>, Unresolved> {
        if let Some(text) = self.parameter(name) {
            return self
                .lookup
                .sent(&text, action.info().key_identifier_forms, action);
        }
        if let Some(reference) = &self.call.key {
            return self.lookup.key(reference, action);
        }
        let error = Unresolved::new(self.call.span, format!("ReEncrypt needs `{name}`"));
        Err(error.help(
            "name the key of the ciphertext as SourceKeyId, also where KMS would find it by itself",
        ))
    }

    fn parameter(&self, name: &str) -> Option<Text> {
        self.call.parameters.get(name).map(|text| Text {
            text: text.into(),
            span: self.call.span,
        })
    }

    /// `CreateAlias`, `UpdateAlias`, `DeleteAlias`: the alias, and every key concerned.
    fn alias(&mut self, operation: Operation) -> Planned {
        let [action] = operation.actions() else {
            return Ok(());
        };
        let Some(name) = self.parameter("AliasName") else {
            let message = format!("{operation} needs `AliasName`");
            return Err(Unresolved::new(self.call.span, message));
        };
        let target = match operation {
            Operation::DeleteAlias => None,
            _ => Some(self.alias_target(*action)?),
        };
        let Some(account) = self.lookup.account else {
            let message = "aliases belong to accounts, and the caller has none";
            return Err(Unresolved::new(self.call.span, message.to_owned()));
        };
        let region = match (self.lookup.region, target) {
            // The key's Region is the one that is called.
            (None, Some(target)) => target.key.region.to_string(),
            (Some(region), _) => region.to_string(),
            (None, None) => {
                let message = format!("{operation} needs `region`");
                return Err(Unresolved::new(self.call.span, message));
            }
        };
        let partition = Partition::of_region(&region);
        let text = format!("arn:{partition}:kms:{region}:{account}:{}", name.text);
        let arn =
            Arn::parse(&text).map_err(|why| Unresolved::new(self.call.span, why.to_string()))?;
        let current = if operation == Operation::CreateAlias {
            None
        } else {
            self.current_target(&name, &text)?
        };
        self.check(
            (*action).into(),
            Target {
                resource: Resource::Arn(arn),
                account: Some(account),
                region: Some(region),
                key: None,
                policy: None,
                what: "the alias",
            },
            |_| {},
        );
        let (current_what, new_what) = match operation {
            Operation::UpdateAlias => ("the current key", "the new key"),
            _ => ("the key", "the key"),
        };
        let keys = current.map(|key| (key, current_what));
        let keys = keys
            .into_iter()
            .chain(target.map(|found| (found.key, new_what)));
        for (key, what) in keys {
            let found = Found { key, alias: None };
            self.on_named_key(*action, found, what, &Vec::new());
        }
        Ok(())
    }

    fn alias_target(&self, action: KmsAction) -> Result<Found<'w>, Unresolved> {
        if let Some(text) = self.parameter("TargetKeyId") {
            return self
                .lookup
                .sent(&text, action.info().key_identifier_forms, action);
        }
        if let Some(reference) = &self.call.key {
            return self.lookup.key(reference, action);
        }
        let message = format!("{} needs `TargetKeyId`", action.short());
        Err(Unresolved::new(self.call.span, message))
    }

    /// The key that an alias stands for. Those of AWS may stand for none yet.
    fn current_target(&self, name: &Text, arn: &str) -> Result<Option<&'w Key>, Unresolved> {
        let Some(alias) = self.world.alias(arn) else {
            return Err(self.lookup.not_found(name));
        };
        match &alias.target {
            None => Ok(None),
            Some(target) => match self.world.key(target.as_str()) {
                Some(key) => Ok(Some(key)),
                None => Err(self.lookup.not_found(name)),
            },
        }
    }

    fn create_key(&mut self) {
        let parameters = &self.call.parameters;
        let region = self.lookup.region.map(ToString::to_string);
        self.on_nothing(KmsAction::CreateKey, region.clone(), |deriver| {
            deriver.new_key(parameters);
        });
        self.tags_of_new_key(region, |deriver| deriver.new_key(parameters));
        if parameters.is_true("MultiRegion") {
            self.service_linked_role();
        }
    }

    fn replicate_key(&mut self) -> Planned {
        let parameters = &self.call.parameters;
        let primary = self.named_key(KmsAction::ReplicateKey)?;
        self.on_named_key(
            KmsAction::ReplicateKey,
            primary,
            "the primary key",
            &Vec::new(),
        );
        let Some(region) = parameters.get("ReplicaRegion") else {
            let message = "ReplicateKey needs `ReplicaRegion`".to_owned();
            return Err(Unresolved::new(self.call.span, message));
        };
        let region = Some(region.to_owned());
        self.on_nothing(KmsAction::CreateKey, region.clone(), |deriver| {
            deriver.new_replica(primary.key, parameters);
        });
        self.tags_of_new_key(region, |deriver| {
            deriver.new_replica(primary.key, parameters);
        });
        Ok(())
    }

    /// `kms:TagResource` for a key that is made with tags.
    fn tags_of_new_key(&mut self, region: Option<String>, derive: impl FnOnce(&mut Deriver<'w>)) {
        let Some(account) = self.lookup.account else {
            return;
        };
        if self.call.parameters.tags.is_empty() {
            return;
        }
        let name = region.as_deref().unwrap_or("us-east-1");
        let partition = Partition::of_region(name);
        let arn = Arn::parse(&format!(
            "arn:{partition}:kms:{name}:{account}:key/{NEW_KEY_ID}"
        ));
        let Ok(arn) = arn else { return };
        let target = Target {
            resource: Resource::Arn(arn),
            account: Some(account),
            region,
            key: None,
            policy: self.call.new_key_policy.as_deref(),
            what: "the new key",
        };
        self.check(KmsAction::TagResource.into(), target, |deriver| {
            derive(deriver);
            deriver.note(&reading::TAGS_OF_NEW_KEYS);
        });
    }

    /// The role with which KMS keeps multi-Region keys in step.
    fn service_linked_role(&mut self) {
        let Some(account) = self.lookup.account else {
            return;
        };
        let partition = self.lookup.region.map_or(Partition::Aws, Region::partition);
        let text = format!(
            "arn:{partition}:iam::{account}:role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
        );
        let (Ok(arn), Some(action)) = (
            Arn::parse(&text),
            Action::parse("iam:CreateServiceLinkedRole"),
        ) else {
            return;
        };
        let target = Target {
            resource: Resource::Arn(arn),
            account: Some(account),
            region: self.lookup.region.map(ToString::to_string),
            key: None,
            policy: None,
            what: "the service-linked role of multi-Region keys",
        };
        self.check(action, target, |deriver| {
            deriver.set("iam:AWSServiceName", "mrk.kms.amazonaws.com");
            deriver.note(&reading::SERVICE_LINKED_ROLE);
        });
    }

    fn update_primary_region(&mut self) -> Planned {
        let action = KmsAction::UpdatePrimaryRegion;
        let primary = self.named_key(action)?;
        let Some(region) = self.call.parameters.get("PrimaryRegion") else {
            let message = "UpdatePrimaryRegion needs `PrimaryRegion`".to_owned();
            return Err(Unresolved::new(self.call.span, message));
        };
        let (account, id) = (primary.key.account, primary.key.id());
        let partition = Partition::of_region(region);
        let text = format!("arn:{partition}:kms:{region}:{account}:key/{id}");
        let Some(replica) = self.world.key(&text) else {
            let message = format!("the world has no replica of `{id}` in {region}");
            let error = Unresolved::new(self.call.span, message);
            return Err(error.help(format!("add the key `{text}`")));
        };
        let is_primary = primary.key.multi_region == Some(MultiRegionKeyType::Primary);
        if !is_primary {
            let message = format!("`{}` is not a primary key", primary.key.arn);
            let error = Unresolved::new(self.call.span, message);
            return Err(error.help("name the current primary, in its Region"));
        }
        let sides = [
            (primary.key, "the current primary"),
            (replica, "the future primary"),
        ];
        for (key, what) in sides {
            self.on_named_key(action, Found { key, alias: None }, what, &Vec::new());
            if let Some(check) = self.checks.last_mut() {
                check.readings.push(&reading::PRIMARY_REGION);
            }
        }
        Ok(())
    }

    /// `RetireGrant`: one grant, by its token, or by key and id.
    fn retire_grant(&mut self) -> Planned {
        let parameters = &self.call.parameters;
        let by_token = parameters.get("GrantToken");
        let (key, wanted) = match (by_token, parameters.get("GrantId")) {
            (Some(token), None) => (None, token),
            (None, Some(id)) => (Some(self.named_key(KmsAction::RetireGrant)?.key), id),
            (Some(_), Some(_)) => {
                let message = "RetireGrant takes `GrantToken`, or `GrantId` with a key, not both";
                return Err(Unresolved::new(self.call.span, message.to_owned()));
            }
            (None, None) => {
                let message = "RetireGrant needs `GrantId` with a key, or `GrantToken`";
                return Err(Unresolved::new(self.call.span, message.to_owned()));
            }
        };
        let keys = self.world.contents().keys.iter();
        let keys = keys.filter(|own| key.is_none_or(|key| key.arn == own.arn));
        let found = keys
            .flat_map(|key| key.grants.iter().map(move |grant| (key, grant)))
            .find(|(_, grant)| *grant.id == *wanted || grant.token.as_deref() == Some(wanted));
        let Some((key, grant)) = found else {
            let message = format!("the world has no grant `{wanted}`");
            return Err(Unresolved::new(self.call.span, message));
        };
        self.check(
            KmsAction::RetireGrant.into(),
            Target::key(key, "the grant's key"),
            |deriver| {
                deriver.key(key, None);
                deriver.grant_constraint(grant.encryption_context.as_ref());
                deriver.note(&reading::RETIRE_GRANT_CONTEXT);
            },
        );
        if let Some(check) = self.checks.last_mut() {
            check.layers.grants = std::slice::from_ref(grant);
        }
        Ok(())
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
        let arn_region = resource
            .arn()
            .map(Arn::region)
            .filter(|region| !region.is_empty());
        let region = arn_region
            .map(str::to_owned)
            .or(self.lookup.region.map(ToString::to_string));
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
        region: Option<String>,
        derive: impl FnOnce(&mut Deriver<'w>),
    ) {
        let target = Target {
            resource: Resource::Any,
            account: self.lookup.account,
            region: region.or_else(|| self.lookup.region.map(ToString::to_string)),
            key: None,
            policy: None,
            what: "*",
        };
        self.check(action.into(), target, derive);
    }

    fn check(&mut self, action: Action, target: Target<'w>, derive: impl FnOnce(&mut Deriver<'w>)) {
        let on_alias = target
            .resource
            .arn()
            .is_some_and(|arn| arn.service() == "kms" && arn.resource().starts_with("alias/"));
        let mut deriver = Deriver::new(self.world, self.call, &self.caller, action.kms(), on_alias);
        deriver.everywhere(target.region.as_deref());
        if let Some(account) = target.account {
            deriver.resource_account(account);
        }
        derive(&mut deriver);
        if target.key.is_some_and(|key| key.is_policy_assumed) {
            deriver.note(&reading::AWS_MANAGED_KEY);
        }
        let label = format!("{} on {}", action.name(), target.what);
        let layers = self.layers(&target);
        let mut request = Request::new(
            self.caller.principal.clone(),
            action,
            target.resource,
            target.account,
            deriver.context,
        );
        request.grant_tokens.clone_from(&self.call.grant_tokens);
        self.checks.push(PlannedCheck {
            label,
            request,
            layers,
            readings: deriver.readings,
        });
    }

    fn layers(&self, target: &Target<'w>) -> Layers<'w> {
        let identity = self.caller.identity;
        let account = self.caller.principal.account();
        let key = target.key;
        Layers {
            identity: identity.map_or(&[], |identity| &identity.policies),
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
