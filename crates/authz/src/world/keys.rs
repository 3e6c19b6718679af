//! KMS keys and aliases: hand-written, or as `DescribeKey`, `ListGrants` and `ListAliases` give
//! them.

use std::collections::HashSet;
use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{
    AccountId, Arn, KeyManager, KeyOrigin, KeySpec, KeyState, KeyUsage, MultiRegionKeyType,
    Partition, Region,
};

use super::read::Place;
use crate::grant::Grant;
use crate::layers::AttachedPolicy;
use crate::reader::{Moment, Pairs, Reader};

/// Keys and aliases whose references to each other are not resolved yet.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) keys: Vec<KeyDraft>,
    pub(super) aliases: Vec<AliasDraft>,
}

impl Keys {
    /// Takes up other keys. What stands in both is as in the other.
    pub(super) fn replace(&mut self, other: Self) {
        let arns: HashSet<_> = other
            .keys
            .iter()
            .map(|own| own.metadata.arn.clone())
            .collect();
        self.keys.retain(|own| !arns.contains(&own.metadata.arn));
        self.keys.extend(other.keys);
        let arns: HashSet<_> = other.aliases.iter().map(|own| own.arn.clone()).collect();
        self.aliases.retain(|own| !arns.contains(&own.arn));
        self.aliases.extend(other.aliases);
    }
}

/// A key.
pub(super) struct KeyDraft {
    pub(super) metadata: Metadata,
    pub(super) policy: PolicyDraft,
    pub(super) ram_policy: Option<Arc<AttachedPolicy>>,
    pub(super) grants: Vec<Grant>,
    pub(super) tags: Pairs,
    pub(super) last_used: Option<Moment>,
    pub(super) span: Span,
}

/// A key policy as a world states it.
pub(super) enum PolicyDraft {
    /// A document.
    Stated(Arc<AttachedPolicy>),
    /// `default`: the one that `CreateKey` gives a key without policy.
    Default,
    /// Nothing.
    Missing,
    /// A document that could not be read, which is reported.
    Broken,
}

/// An alias.
pub(super) struct AliasDraft {
    pub(super) arn: Arn,
    pub(super) name: Box<str>,
    pub(super) target: Option<Arn>,
    pub(super) span: Span,
}

/// What `DescribeKey` tells.
pub(super) struct Metadata {
    pub(super) arn: Arn,
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) spec: KeySpec,
    pub(super) usage: KeyUsage,
    pub(super) origin: KeyOrigin,
    pub(super) manager: KeyManager,
    pub(super) state: KeyState,
    pub(super) multi_region: Option<MultiRegionKeyType>,
}

impl Reader<'_, '_, '_> {
    pub(super) fn key(&mut self, node: &Node<'_>, place: &Place, into: &mut Keys) {
        let Some(fields) = Fields::of(node, "a key", &mut self.diagnostics) else {
            return;
        };
        let metadata = match self.either(&fields, "metadata", "KeyMetadata") {
            Some(node) => self.described(node, place),
            None => self.metadata(&fields, place),
        };
        let policy = self.key_policy(fields.get("policy"));
        let ram_policy = fields.get("ramPolicy");
        let ram_policy = ram_policy.and_then(|node| self.policy(node, PolicyKind::KeyPolicy));
        let mut grants = Vec::new();
        self.each(fields.get("grants"), "Grants", &mut |reader, node| {
            grants.extend(reader.grant(node));
        });
        let tags = self.either(&fields, "tags", "Tags");
        let tags = tags.map_or_else(Vec::new, |node| self.tags(node));
        let last_used = fields.get("lastUsed");
        let last_used = last_used.and_then(|node| self.last_used(node));
        let aliases = fields.strings("aliases", &mut self.diagnostics);
        fields.finish_foreign(&mut self.diagnostics);
        let Some(metadata) = metadata else { return };
        for (name, span) in aliases {
            into.aliases
                .extend(self.alias_of_key(&metadata, name, span));
        }
        into.keys.push(KeyDraft {
            metadata,
            policy,
            ram_policy,
            grants,
            tags,
            last_used,
            span: node.span,
        });
    }

    fn key_policy(&mut self, node: Option<&Node<'_>>) -> PolicyDraft {
        let Some(node) = node else {
            return PolicyDraft::Missing;
        };
        if node.as_str() == Some("default") {
            return PolicyDraft::Default;
        }
        self.policy(node, PolicyKind::KeyPolicy)
            .map_or(PolicyDraft::Broken, PolicyDraft::Stated)
    }

    /// The answer of `DescribeKey`, or what stands in it.
    fn described(&mut self, node: &Node<'_>, place: &Place) -> Option<Metadata> {
        self.included(node, |reader, node| {
            let node = node.member("KeyMetadata").unwrap_or(node);
            let fields = Fields::of(node, "key metadata", &mut reader.diagnostics)?;
            let metadata = reader.metadata(&fields, place);
            fields.finish_foreign(&mut reader.diagnostics);
            metadata
        })?
    }

    fn metadata(&mut self, fields: &Fields<'_, '_>, place: &Place) -> Option<Metadata> {
        for unused in UNUSED_METADATA {
            fields.get(unused);
        }
        let spec = self.either_string(fields, "spec", "KeySpec");
        let older = fields.string("CustomerMasterKeySpec", &mut self.diagnostics);
        let spec = self
            .one_of(spec.or(older))
            .unwrap_or(KeySpec::SymmetricDefault);
        let stated_usage = self.either_string(fields, "usage", "KeyUsage");
        let usage = self.usage(spec, stated_usage, fields.span);
        let origin = self.either_string(fields, "origin", "Origin");
        let origin = self.one_of(origin).unwrap_or(KeyOrigin::AwsKms);
        let manager = self.either_string(fields, "manager", "KeyManager");
        let manager = self.key_manager(manager);
        let state = self.either_string(fields, "state", "KeyState");
        let state = self.one_of(state).unwrap_or(KeyState::Enabled);
        let named = self.key_name(fields, place);
        let multi_region = self.multi_region(fields, named.as_ref().map(|(arn, ..)| arn));
        let (arn, account, region) = named?;
        Some(Metadata {
            arn,
            account,
            region,
            spec,
            usage: usage?,
            origin,
            manager: manager?,
            state,
            multi_region,
        })
    }

    /// ARN, account and Region: the ARN if it is there, else what id, Region and account make.
    fn key_name(
        &mut self,
        fields: &Fields<'_, '_>,
        place: &Place,
    ) -> Option<(Arn, AccountId, Region)> {
        let stated = self.either_string(fields, "arn", "Arn");
        let owner = fields.get("AWSAccountId");
        let owner = owner.and_then(|node| self.account_id(node));
        let region = fields.string("region", &mut self.diagnostics);
        let id = self.either_string(fields, "id", "KeyId");
        let (arn, span) = match (stated, id) {
            (Some((text, span)), _) => (self.arn(text, span)?, span),
            (None, Some((id, span))) if id.starts_with("arn:") => (self.arn(id, span)?, span),
            (None, Some((id, span))) => {
                let place = Place {
                    account: place.account.or(owner),
                    ..*place
                };
                let (account, _) = self.of_place(&place, span)?;
                let Some(region) = region else {
                    fields.require("region", &mut self.diagnostics);
                    return None;
                };
                let partition = Partition::of_region(region.0);
                let text = format!("arn:{partition}:kms:{}:{account}:key/{id}", region.0);
                (self.arn(&text, span)?, span)
            }
            (None, None) => {
                fields.require("id", &mut self.diagnostics);
                return None;
            }
        };
        let key_region = self.region(Some((arn.region(), span)));
        let id_in_arn = arn.resource().strip_prefix("key/").unwrap_or_default();
        let (Some(account), "kms", false) = (arn.account_id(), arn.service(), id_in_arn.is_empty())
        else {
            self.error("arn", span, format!("`{arn}` is not the ARN of a key"));
            return None;
        };
        if let Some((id, span)) = id.filter(|(id, _)| *id != id_in_arn && *id != arn.as_str()) {
            let message = format!("`{}` is not the id in `{arn}`", excerpt(id));
            self.error("key-id", span, message);
        }
        self.check_place(place, account, span);
        Some((arn, account, key_region?))
    }

    /// What the key is for. Where the spec leaves a choice, it must be said.
    fn usage(
        &mut self,
        spec: KeySpec,
        stated: Option<(&str, Span)>,
        span: Span,
    ) -> Option<KeyUsage> {
        let Some((_, usage_span)) = stated else {
            if let [only] = spec.usages() {
                return Some(*only);
            }
            let names: Vec<_> = spec.usages().iter().map(|usage| usage.name()).collect();
            let message = format!("a key of spec {spec} needs its `usage`");
            self.diagnostics.push(
                Diagnostic::error("missing-field", span, message)
                    .help(format!("one of {}", names.join(", "))),
            );
            return None;
        };
        let usage = self.one_of(stated)?;
        if !spec.usages().contains(&usage) {
            let message = format!("no key of spec {spec} has the usage {usage}");
            self.error("key-usage", usage_span, message);
        }
        Some(usage)
    }

    fn key_manager(&mut self, found: Option<(&str, Span)>) -> Option<KeyManager> {
        match found {
            None => Some(KeyManager::Customer),
            Some(("AWS_OWNED" | "OWNED", span)) => {
                self.diagnostics.push(
                    Diagnostic::error("aws-owned-key", span, "an AWS owned key is in no account")
                        .help("leave it out: none of your policies is asked about it"),
                );
                None
            }
            found => self.one_of(found),
        }
    }

    fn multi_region(
        &mut self,
        fields: &Fields<'_, '_>,
        arn: Option<&Arn>,
    ) -> Option<MultiRegionKeyType> {
        let ours = fields.boolean("multiRegion", &mut self.diagnostics);
        let stated = ours.or(fields.boolean("MultiRegion", &mut self.diagnostics));
        let sort = fields.string("multiRegionKeyType", &mut self.diagnostics);
        let mut sort = self.one_of(sort);
        if let Some(node) = fields.get("MultiRegionConfiguration") {
            let what = "a multi-Region configuration";
            let inner = Fields::of(node, what, &mut self.diagnostics)?;
            for unused in ["PrimaryKey", "ReplicaKeys"] {
                inner.get(unused);
            }
            let aws = inner.string("MultiRegionKeyType", &mut self.diagnostics);
            sort = sort.or_else(|| self.one_of(aws));
            inner.finish_foreign(&mut self.diagnostics);
        }
        let by_id = arn.is_some_and(|arn| arn.resource().starts_with("key/mrk-"));
        let is_multi_region = stated.unwrap_or(by_id || sort.is_some());
        if is_multi_region && sort.is_none() {
            self.diagnostics.push(
                Diagnostic::error(
                    "missing-field",
                    fields.span,
                    "a multi-Region key needs `multiRegionKeyType`",
                )
                .help("PRIMARY or REPLICA"),
            );
        }
        sort.filter(|_| is_multi_region)
    }

    /// A point in time, or the answer of `GetKeyLastUsage`.
    fn last_used(&mut self, node: &Node<'_>) -> Option<Moment> {
        self.included(node, |reader, node| {
            if node.as_object().is_none() {
                return reader.moment(Some(node), "lastUsed");
            }
            let fields = Fields::of(node, "a key's last usage", &mut reader.diagnostics)?;
            fields.get("KeyId");
            let usage = fields.get("KeyLastUsage");
            let used = usage.and_then(|usage| usage.member("Timestamp"));
            let tracked = reader.moment(fields.get("TrackingStartDate"), "TrackingStartDate");
            let created = reader.moment(fields.get("KeyCreationDate"), "KeyCreationDate");
            fields.finish_foreign(&mut reader.diagnostics);
            match used {
                Some(_) => reader.moment(used, "Timestamp"),
                None => tracked
                    .into_iter()
                    .chain(created)
                    .max_by_key(|moment| moment.instant),
            }
        })?
    }

    fn alias_of_key(&mut self, key: &Metadata, name: &str, span: Span) -> Option<AliasDraft> {
        self.check_alias_name(name, span)?;
        let (region, account) = (&key.region, key.account);
        let text = format!("arn:{}:kms:{region}:{account}:{name}", key.arn.partition());
        Some(AliasDraft {
            arn: self.arn(&text, span)?,
            name: name.into(),
            target: Some(key.arn.clone()),
            span,
        })
    }

    /// An entry of `ListAliases`, or the same with our names.
    pub(super) fn alias(&mut self, node: &Node<'_>, place: &Place, into: &mut Keys) {
        let Some(fields) = Fields::of(node, "an alias", &mut self.diagnostics) else {
            return;
        };
        for unused in ["CreationDate", "LastUpdatedDate"] {
            fields.get(unused);
        }
        let stated = self.either_string(&fields, "arn", "AliasArn");
        let region = fields.string("region", &mut self.diagnostics);
        let target = self.either_string(&fields, "target", "TargetKeyId");
        let name = self.require_either(&fields, "name", "AliasName");
        fields.finish_foreign(&mut self.diagnostics);
        let Some((name, span)) = name else { return };
        let arn = match (stated, region) {
            (Some((text, span)), _) => self.arn(text, span),
            (None, Some((region, _))) => self.of_place(place, span).and_then(|(account, _)| {
                let partition = Partition::of_region(region);
                self.arn(
                    &format!("arn:{partition}:kms:{region}:{account}:{name}"),
                    span,
                )
            }),
            (None, None) => {
                self.diagnostics.push(Diagnostic::error(
                    "missing-field",
                    node.span,
                    "an alias needs its `arn` or its `region`",
                ));
                None
            }
        };
        let (Some(arn), Some(())) = (arn, self.check_alias_name(name, span)) else {
            return;
        };
        if let Some(account) = arn.account_id() {
            self.check_place(place, account, node.span);
        }
        let target = target.and_then(|(target, span)| {
            if target.starts_with("arn:") {
                return self.arn(target, span);
            }
            let (partition, region, account) = (arn.partition(), arn.region(), arn.account());
            self.arn(
                &format!("arn:{partition}:kms:{region}:{account}:key/{target}"),
                span,
            )
        });
        into.aliases.push(AliasDraft {
            name: name.into(),
            arn,
            target,
            span: node.span,
        });
    }

    pub(crate) fn check_alias_name(&mut self, name: &str, span: Span) -> Option<()> {
        let rest = name.strip_prefix("alias/");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-');
        if rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain)) {
            return Some(());
        }
        let message = format!("`{}` is not the name of an alias", excerpt(name));
        self.diagnostics.push(
            Diagnostic::error("alias-name", span, message)
                .help("expected alias/ and then letters, digits, /, _ and -"),
        );
        None
    }
}

/// Fields of `KeyMetadata` that authorization does not look at.
const UNUSED_METADATA: [&str; 17] = [
    "CreationDate",
    "Enabled",
    "Description",
    "description",
    "DeletionDate",
    "ValidTo",
    "CustomKeyStoreId",
    "CloudHsmClusterId",
    "ExpirationModel",
    "EncryptionAlgorithms",
    "SigningAlgorithms",
    "KeyAgreementAlgorithms",
    "EncapsulationAlgorithms",
    "PendingDeletionWindowInDays",
    "MacAlgorithms",
    "XksKeyConfiguration",
    "CurrentKeyMaterialId",
];
