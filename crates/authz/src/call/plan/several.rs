//! Operations that need several authorizations, or that look for their key in another way.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_types::{Arn, KeySpec, KmsAction, MultiRegionKeyType, Operation, Partition, Region};

use super::super::derive::Deriver;
use super::super::readings as reading;
use super::super::resolve::Found;
use super::super::{Text, Unresolved};
use super::{Planned, Planner, Target};
use crate::context::key;
use crate::request::{Action, Resource};
use crate::world::Key;

/// Stands for the id of a key that is being made.
const NEW_KEY_ID: &str = "00000000-0000-0000-0000-000000000000";

impl<'w> Planner<'w> {
    pub(super) fn re_encrypt(&mut self) -> Planned {
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
                deriver.set(key!("kms:ReEncryptOnSameKey"), same);
                let algorithm = parameters.get(algorithm).unwrap_or("SYMMETRIC_DEFAULT");
                deriver.set(key!("kms:EncryptionAlgorithm"), algorithm);
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
    pub(super) fn alias(&mut self, operation: Operation) -> Planned {
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
            (None, Some(target)) => target.key.region.as_str(),
            (Some(region), _) => region.as_str(),
            (None, None) => {
                let message = format!("{operation} needs `region`");
                return Err(Unresolved::new(self.call.span, message));
            }
        };
        let partition = Partition::of_region(region);
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

    pub(super) fn create_key(&mut self) {
        let parameters = &self.call.parameters;
        let region = self.lookup.region.map(Region::as_str);
        self.on_nothing(KmsAction::CreateKey, region, |deriver| {
            deriver.new_key(parameters);
        });
        self.tags_of_new_key(region, |deriver| deriver.new_key(parameters));
        if parameters.is_true("MultiRegion") {
            self.service_linked_role();
        }
    }

    pub(super) fn replicate_key(&mut self) -> Planned {
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
        let region = Some(region);
        self.on_nothing(KmsAction::CreateKey, region, |deriver| {
            deriver.new_replica(primary.key, parameters);
        });
        self.tags_of_new_key(region, |deriver| {
            deriver.new_replica(primary.key, parameters);
        });
        Ok(())
    }

    /// `kms:TagResource` for a key that is made with tags.
    fn tags_of_new_key(
        &mut self,
        region: Option<&'w str>,
        derive: impl FnOnce(&mut Deriver<'_, 'w>),
    ) {
        let Some(account) = self.lookup.account else {
            return;
        };
        if self.call.parameters.tags.is_empty() {
            return;
        }
        let name = region.unwrap_or("us-east-1");
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
            region: self.lookup.region.map(Region::as_str),
            key: None,
            policy: None,
            what: "the service-linked role of multi-Region keys",
        };
        self.check(action, target, |deriver| {
            deriver.set(
                ConditionKey::new("iam:AWSServiceName"),
                "mrk.kms.amazonaws.com",
            );
            deriver.note(&reading::SERVICE_LINKED_ROLE);
        });
    }

    pub(super) fn update_primary_region(&mut self) -> Planned {
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
    pub(super) fn retire_grant(&mut self) -> Planned {
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
}
