//! The condition keys of a check, derived from the call and the world.
//!
//! What the call states in its `context` wins. A key that AWS sends with every such request and
//! that neither call nor world tells (`aws:SourceIp`, `aws:CurrentTime` …) is *unknown*, not
//! absent: a decision that turns on it depends on it.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_types::condition_key::lookup;
use kmsim_types::{AccountId, KmsAction, MultiRegionKeyType, service};

use super::caller::{Caller, is_infrastructure};
use super::readings::{self as reading, Reading};
use super::{Call, Parameters};
use crate::context::{ContextValue, RequestContext};
use crate::grant::EncryptionContextConstraint;
use crate::principal::Principal;
use crate::reader::{Moment, Pairs};
use crate::request::ENCRYPTION_CONTEXT;
use crate::world::{Key, World};

/// How many aliases a key can have before `kms:ResourceAliases` stops working.
const MOST_ALIASES: usize = 50;

/// Builds the context of one check.
pub(super) struct Deriver<'w> {
    world: &'w World,
    call: &'w Call,
    caller: Caller<'w>,
    action: Option<KmsAction>,
    /// An alias has none of the keys of KMS (KMS Developer Guide, "Controlling access to aliases").
    on_alias: bool,
    pub(super) context: RequestContext,
    pub(super) readings: Vec<&'static Reading>,
}

impl<'w> Deriver<'w> {
    pub(super) fn new(
        world: &'w World,
        call: &'w Call,
        caller: &Caller<'w>,
        action: Option<KmsAction>,
        on_alias: bool,
    ) -> Self {
        Self {
            world,
            call,
            caller: caller.clone(),
            action,
            on_alias,
            context: call.context.clone(),
            readings: Vec::new(),
        }
    }

    /// What every request carries.
    pub(super) fn everywhere(&mut self, region: Option<&str>) {
        match region {
            Some(region) => self.set("aws:RequestedRegion", region),
            None => self.unknown("aws:RequestedRegion"),
        }
        self.principal();
        self.session();
        self.services(region);
        self.network();
        self.source();
        self.time();
        if self.action.is_none() {
            self.set("aws:SecureTransport", true);
            self.note(&reading::SECURE_TRANSPORT);
        }
        self.unknown("aws:UserAgent");
    }

    /// States a key, unless the call states it. A KMS key that does not come with the action is
    /// left out.
    pub(super) fn set(&mut self, key: &str, value: impl Into<ContextValue>) {
        if self.applies(key) {
            self.context.derive(key, value);
        }
    }

    fn unknown(&mut self, key: &str) {
        if self.applies(key) && !self.context.says(key) {
            self.context.set_unknown(key);
        }
    }

    fn applies(&self, key: &str) -> bool {
        match (lookup(key), self.action) {
            _ if self.on_alias && key.starts_with("kms:") => false,
            (Some(info), Some(action)) => info.applies_to(action),
            (Some(_), None) => !key.starts_with("kms:"),
            (None, _) => true,
        }
    }

    pub(super) fn note(&mut self, reading: &'static Reading) {
        if !self.readings.contains(&reading) {
            self.readings.push(reading);
        }
    }

    /// Tags, organization and ids of the caller.
    fn principal(&mut self) {
        // Session tags stand before those of the role or user, and win (IAM User Guide, "Passing
        // session tags").
        let call = self.call;
        self.tags("aws:PrincipalTag/", &call.session_tags);
        if let Some(identity) = self.caller.identity {
            self.tags("aws:PrincipalTag/", &identity.tags);
        }
        let account = self.caller.principal.account();
        if let Some(account) = account {
            self.organization(account, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths");
            let has_organization = self.world.contents().organization.is_some();
            if has_organization && self.world.placement(account).is_none() {
                self.note(&reading::OUTSIDE_ORGANIZATION);
            }
        }
        if self.caller.is_outside && account.is_some() {
            self.note(&reading::OUTSIDE_ACCOUNT);
        }
        self.user_id();
    }

    fn user_id(&mut self) {
        let id = self
            .caller
            .identity
            .and_then(|identity| identity.id.as_deref());
        let id = match (&self.caller.principal, id) {
            (Principal::User(_), Some(id)) => Some(id.to_owned()),
            (Principal::RoleSession(session), Some(id)) => session.session.as_ref().map(|arn| {
                let name = arn.resource().rsplit('/').next().unwrap_or("");
                format!("{id}:{name}")
            }),
            (Principal::User(_) | Principal::RoleSession(_), None) => None,
            // The other kinds follow from the principal alone.
            _ => return,
        };
        match id {
            Some(id) => self.set("aws:userid", id.as_str()),
            None => self.unknown("aws:userid"),
        }
    }

    /// What comes with temporary credentials.
    fn session(&mut self) {
        let call = self.call;
        if let Some(identity) = &call.source_identity {
            self.set("aws:SourceIdentity", &**identity);
        }
        if let Some(mfa) = call.mfa {
            self.set("aws:MultiFactorAuthPresent", mfa);
        }
        let temporary = matches!(
            self.caller.principal,
            Principal::RoleSession(_) | Principal::FederatedUser { .. }
        );
        if !temporary {
            return;
        }
        self.unknown("aws:TokenIssueTime");
        // Services assume their own roles without a second factor.
        if !self.is_for_a_service() {
            self.unknown("aws:MultiFactorAuthPresent");
            if call.mfa != Some(false) {
                self.unknown("aws:MultiFactorAuthAge");
            }
        }
    }

    fn is_for_a_service(&self) -> bool {
        let principal = &self.caller.principal;
        principal.is_service_linked_role() || is_infrastructure(principal)
    }

    /// The services between the caller and the service that is asked.
    fn services(&mut self, region: Option<&str>) {
        let call = self.call;
        let Some(last) = call.via.last() else {
            if self.applies("kms:GrantIsForAWSResource") {
                self.note(&reading::GRANT_FOR_RESOURCE);
            }
            return;
        };
        match via_service(&last.text, region.unwrap_or("")) {
            Some(via) => self.set("kms:ViaService", via.as_str()),
            None => self.unknown("kms:ViaService"),
        }
        let principals: Vec<_> = call
            .via
            .iter()
            .map(|via| service_principal(&via.text))
            .collect();
        self.set("aws:CalledVia", ContextValue::many(&principals));
        if let [first, ..] = principals.as_slice() {
            self.set("aws:CalledViaFirst", first.as_str());
        }
        if let [.., last] = principals.as_slice() {
            self.set("aws:CalledViaLast", last.as_str());
        }
        self.set("aws:ViaAWSService", true);
        self.set("kms:GrantIsForAWSResource", true);
        self.note(&reading::CALLED_VIA);
    }

    /// Address and VPC endpoint. A service that passes on a request passes on no VPC, and the
    /// address only if it is public.
    fn network(&mut self) {
        let call = self.call;
        let address = call.source_ip.as_deref();
        let forwarded = !call.via.is_empty();
        let for_a_service =
            matches!(self.caller.principal, Principal::Service(_)) || self.is_for_a_service();
        match (&call.vpc_endpoint, address) {
            (Some(_), _) if forwarded => {}
            (Some(endpoint), address) => {
                self.set("aws:SourceVpce", &*endpoint.text);
                let vpc = self.world.vpc_endpoint(&endpoint.text);
                match vpc.and_then(|endpoint| endpoint.vpc.as_deref()) {
                    Some(vpc) => self.set("aws:SourceVpc", vpc),
                    None => self.unknown("aws:SourceVpc"),
                }
                match address {
                    Some(address) => self.set("aws:VpcSourceIp", address),
                    None => self.unknown("aws:VpcSourceIp"),
                }
            }
            (None, Some(address)) => {
                self.set("aws:SourceIp", address);
                if forwarded {
                    self.note(&reading::FORWARDED_ADDRESS);
                }
            }
            (None, None) if for_a_service => self.note(&reading::SERVICE_ADDRESS),
            (None, None) => self.unknown("aws:SourceIp"),
        }
    }

    /// The resource for which a service calls.
    fn source(&mut self) {
        let call = self.call;
        let is_service = matches!(self.caller.principal, Principal::Service(_));
        match &call.source_arn {
            Some(arn) => self.set("aws:SourceArn", &**arn),
            None if is_service => self.unknown("aws:SourceArn"),
            None => {}
        }
        let of_arn = call.source_arn.as_deref().and_then(|arn| {
            let [.., account, _] = kmsim_types::arn::split(arn)?;
            AccountId::new(account).ok()
        });
        match call.source_account.or(of_arn) {
            Some(account) => {
                self.set("aws:SourceAccount", account.as_str());
                self.organization(account, "aws:SourceOrgID", "aws:SourceOrgPaths");
            }
            None if is_service => {
                for key in ["aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"] {
                    self.unknown(key);
                }
            }
            None => {}
        }
    }

    fn time(&mut self) {
        if let Some(now) = self.now() {
            self.set("aws:CurrentTime", &*now.text);
            let seconds = now.instant.epoch_seconds().to_string();
            self.set("aws:EpochTime", seconds.as_str());
        } else {
            self.unknown("aws:CurrentTime");
            self.unknown("aws:EpochTime");
        }
    }

    fn now(&self) -> Option<&'w Moment> {
        let of_call = self.call.now.as_ref();
        of_call.or(self.world.contents().now.as_ref())
    }

    fn organization(&mut self, account: AccountId, id_key: &str, paths_key: &str) {
        let Some(placement) = self.world.placement(account) else {
            return;
        };
        let organization = self.world.contents().organization.as_ref();
        if let Some(organization) = organization {
            self.set(id_key, &*organization.id);
        }
        self.set(paths_key, ContextValue::many([&placement.path]));
    }

    /// What the account of the resource tells.
    pub(super) fn resource_account(&mut self, account: AccountId) {
        self.set("aws:ResourceAccount", account.as_str());
        self.organization(account, "aws:ResourceOrgID", "aws:ResourceOrgPaths");
    }

    /// What every check on a key carries.
    pub(super) fn key(&mut self, key: &Key, alias: Option<&str>) {
        self.resource_account(key.account);
        self.key_attributes(key.spec.name(), key.usage.name(), key.origin.name());
        self.set("kms:MultiRegion", key.multi_region.is_some());
        if let Some(sort) = key.multi_region {
            self.set("kms:MultiRegionKeyType", sort.name());
        }
        if key.aliases.len() > MOST_ALIASES {
            self.note(&reading::MANY_ALIASES);
        } else {
            self.set("kms:ResourceAliases", ContextValue::many(&key.aliases));
        }
        self.tags("aws:ResourceTag/", &key.tags);
        if let Some(alias) = alias {
            self.set("kms:RequestAlias", alias);
        }
        if self.applies("kms:TrailingDaysWithoutKeyUsage") {
            self.trailing_days(key);
        }
    }

    fn trailing_days(&mut self, key: &Key) {
        if let (Some(now), Some(used)) = (self.now(), &key.last_used) {
            let seconds = now.instant.epoch_seconds() - used.instant.epoch_seconds();
            let days = seconds.div_euclid(86_400).max(0).to_string();
            self.set("kms:TrailingDaysWithoutKeyUsage", days.as_str());
        } else {
            self.unknown("kms:TrailingDaysWithoutKeyUsage");
        }
    }

    fn key_attributes(&mut self, spec: &str, usage: &str, origin: &str) {
        self.set("kms:KeySpec", spec);
        self.set("kms:CustomerMasterKeySpec", spec);
        self.set("kms:KeyUsage", usage);
        self.set("kms:CustomerMasterKeyUsage", usage);
        self.set("kms:KeyOrigin", origin);
    }

    /// The keys of a key that `CreateKey` makes; omitted parameters have their defaults.
    pub(super) fn new_key(&mut self, parameters: &Parameters) {
        let spec = parameters
            .get("KeySpec")
            .or(parameters.get("CustomerMasterKeySpec"));
        self.key_attributes(
            spec.unwrap_or("SYMMETRIC_DEFAULT"),
            parameters.get("KeyUsage").unwrap_or("ENCRYPT_DECRYPT"),
            parameters.get("Origin").unwrap_or("AWS_KMS"),
        );
        let multi_region = parameters.is_true("MultiRegion");
        self.set("kms:MultiRegion", multi_region);
        if multi_region {
            self.set("kms:MultiRegionKeyType", MultiRegionKeyType::Primary.name());
            self.note(&reading::NEW_PRIMARY);
        }
        self.bypass(parameters);
        self.request_tags(&parameters.tags);
        self.tags("aws:ResourceTag/", &parameters.tags);
    }

    /// The keys of a replica that is made of `primary`.
    pub(super) fn new_replica(&mut self, primary: &Key, parameters: &Parameters) {
        self.key_attributes(
            primary.spec.name(),
            primary.usage.name(),
            primary.origin.name(),
        );
        self.set("kms:MultiRegion", true);
        self.set("kms:MultiRegionKeyType", MultiRegionKeyType::Replica.name());
        self.bypass(parameters);
        self.request_tags(&parameters.tags);
        self.tags("aws:ResourceTag/", &parameters.tags);
        self.note(&reading::NEW_REPLICA);
        if !parameters.tags.is_empty() {
            self.note(&reading::REPLICA_TAGS);
        }
    }

    /// Absent unless it is sent, also where `false` is meant.
    fn bypass(&mut self, parameters: &Parameters) {
        if let Some(value) = parameters.get("BypassPolicyLockoutSafetyCheck") {
            self.set("kms:BypassPolicyLockoutSafetyCheck", value);
        }
    }

    fn request_tags(&mut self, tags: &Pairs) {
        self.tags("aws:RequestTag/", tags);
        let keys = tags.iter().map(|(key, _)| key);
        self.set("aws:TagKeys", ContextValue::many(keys));
    }

    fn tags(&mut self, prefix: &str, tags: &Pairs) {
        for (key, value) in tags {
            self.set(&format!("{prefix}{key}"), &**value);
        }
    }

    pub(super) fn resource_tags(&mut self, tags: &Pairs) {
        self.tags("aws:ResourceTag/", tags);
    }

    /// The encryption context, for a key that takes one.
    pub(super) fn encryption_context(&mut self, pairs: &Pairs) {
        for (key, value) in pairs {
            self.set(&format!("{ENCRYPTION_CONTEXT}{key}"), &**value);
        }
        // Pairs that stand in the stated context belong to it too.
        let of_context = |key: &ConditionKey| {
            let (prefix, name) = key.text().split_at_checked(ENCRYPTION_CONTEXT.len())?;
            prefix
                .eq_ignore_ascii_case(ENCRYPTION_CONTEXT)
                .then(|| Box::<str>::from(name))
        };
        if self.context.unknown().any(|key| of_context(key).is_some()) {
            self.unknown("kms:EncryptionContextKeys");
            return;
        }
        let mut keys: Vec<Box<str>> = pairs.iter().map(|(key, _)| key.clone()).collect();
        for (key, _) in self.context.present() {
            if let Some(name) = of_context(key)
                && !keys.iter().any(|known| known.eq_ignore_ascii_case(&name))
            {
                keys.push(name);
            }
        }
        self.set("kms:EncryptionContextKeys", ContextValue::many(&keys));
    }

    pub(super) fn grant_constraint(&mut self, constraint: Option<&EncryptionContextConstraint>) {
        let Some(constraint) = constraint else { return };
        let kind = if constraint.equals {
            "EncryptionContextEquals"
        } else {
            "EncryptionContextSubset"
        };
        self.set("kms:GrantConstraintType", kind);
        self.encryption_context(&constraint.pairs);
    }

    /// The keys that hold the parameters of the operation.
    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        for (key, parameter, otherwise) in FROM_PARAMETERS {
            if !self.applies(key) {
                continue;
            }
            match (parameters.get(parameter), otherwise) {
                (Some(value), _) => self.set(key, value),
                (None, Otherwise::Absent) => {}
                (None, Otherwise::Unknown) => self.unknown(key),
                (None, Otherwise::Default(value, reading)) => {
                    self.set(key, *value);
                    if let Some(reading) = reading {
                        self.note(reading);
                    }
                }
            }
        }
        if let Some(valid_to) = parameters.get("ValidTo")
            && let Some(instant) = kmsim_policy::instant::Instant::parse(valid_to)
        {
            self.set("kms:ValidTo", instant.epoch_seconds().to_string().as_str());
        }
        match self.action {
            Some(KmsAction::TagResource) => self.request_tags(&parameters.tags),
            Some(KmsAction::UntagResource) => {
                self.set("aws:TagKeys", ContextValue::many(&parameters.tag_keys));
            }
            Some(KmsAction::CreateGrant) => self.new_grant(parameters),
            _ => {}
        }
        if parameters.get("Recipient").is_some() {
            self.attestation();
        }
    }

    fn new_grant(&mut self, parameters: &Parameters) {
        match &parameters.operations {
            Some(operations) => self.set("kms:GrantOperations", ContextValue::many(operations)),
            None => self.unknown("kms:GrantOperations"),
        }
        let grantees = ["GranteePrincipal", "GranteeServicePrincipal"];
        let is_told = grantees.iter().any(|name| parameters.get(name).is_some());
        for name in grantees {
            if !is_told {
                self.unknown(&format!("kms:{name}"));
            }
        }
        let constraints = &parameters.constraints;
        if let Some(arn) = &constraints.source_arn {
            self.set("kms:GrantConstraintSourceArn", &**arn);
        }
        self.grant_constraint(constraints.encryption_context.as_ref());
        self.note(&reading::CREATE_GRANT_CONTEXT);
    }

    /// An attestation document comes along, and the call does not tell what stands in it.
    fn attestation(&mut self) {
        self.unknown("kms:RecipientAttestation:ImageSha384");
        for index in 0..32 {
            self.unknown(&format!("kms:RecipientAttestation:PCR{index}"));
        }
        for index in 0..24 {
            self.unknown(&format!("kms:RecipientAttestation:NitroTPMPCR{index}"));
        }
    }
}

/// What a key holds if its parameter is left out.
enum Otherwise {
    Absent,
    /// The parameter is required, so that a call without it leaves something open.
    Unknown,
    Default(&'static str, Option<&'static Reading>),
}

/// Condition keys that hold a parameter (KMS Developer Guide, "AWS KMS condition keys").
static FROM_PARAMETERS: &[(&str, &str, Otherwise)] = &[
    ("kms:DataKeyPairSpec", "KeyPairSpec", Otherwise::Unknown),
    (
        "kms:EncryptionAlgorithm",
        "EncryptionAlgorithm",
        Otherwise::Default("SYMMETRIC_DEFAULT", None),
    ),
    ("kms:ExpirationModel", "ExpirationModel", Otherwise::Absent),
    (
        "kms:GranteePrincipal",
        "GranteePrincipal",
        Otherwise::Absent,
    ),
    (
        "kms:GranteeServicePrincipal",
        "GranteeServicePrincipal",
        Otherwise::Absent,
    ),
    (
        "kms:RetiringPrincipal",
        "RetiringPrincipal",
        Otherwise::Absent,
    ),
    (
        "kms:RetiringServicePrincipal",
        "RetiringServicePrincipal",
        Otherwise::Absent,
    ),
    (
        "kms:KeyAgreementAlgorithm",
        "KeyAgreementAlgorithm",
        Otherwise::Default("ECDH", None),
    ),
    ("kms:MacAlgorithm", "MacAlgorithm", Otherwise::Unknown),
    (
        "kms:MessageType",
        "MessageType",
        Otherwise::Default("RAW", Some(&reading::MESSAGE_TYPE)),
    ),
    (
        "kms:PolicyName",
        "PolicyName",
        Otherwise::Default("default", None),
    ),
    ("kms:PrimaryRegion", "PrimaryRegion", Otherwise::Unknown),
    ("kms:ReplicaRegion", "ReplicaRegion", Otherwise::Unknown),
    (
        "kms:RotationPeriodInDays",
        "RotationPeriodInDays",
        Otherwise::Default("365", Some(&reading::ROTATION_PERIOD)),
    ),
    (
        "kms:ScheduleKeyDeletionPendingWindowInDays",
        "PendingWindowInDays",
        Otherwise::Default("30", Some(&reading::PENDING_WINDOW)),
    ),
    (
        "kms:SigningAlgorithm",
        "SigningAlgorithm",
        Otherwise::Unknown,
    ),
    (
        "kms:WrappingAlgorithm",
        "WrappingAlgorithm",
        Otherwise::Unknown,
    ),
    ("kms:WrappingKeySpec", "WrappingKeySpec", Otherwise::Unknown),
    (
        "kms:BypassPolicyLockoutSafetyCheck",
        "BypassPolicyLockoutSafetyCheck",
        Otherwise::Absent,
    ),
];

/// The value of `kms:ViaService` for a service by its short name, its principal, or the value
/// itself.
pub(super) fn via_service(name: &str, region: &str) -> Option<String> {
    service::via_service(name, region).or_else(|| {
        let short = name.strip_suffix(".amazonaws.com")?;
        service::via_service(short, region)
    })
}

/// The service principal of a service: `ec2.amazonaws.com`.
fn service_principal(name: &str) -> String {
    const ANYWHERE: &str = "us-east-1";
    let whole = via_service(name, ANYWHERE).unwrap_or_else(|| name.to_ascii_lowercase());
    let name = whole.strip_suffix(".amazonaws.com").unwrap_or(&whole);
    let service = match name.rsplit_once('.') {
        Some((service, region)) if kmsim_types::Region::new(region).is_ok() => service,
        _ => name,
    };
    format!("{service}.amazonaws.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_go_by_short_and_whole_names() {
        for (name, via, principal) in [
            (
                "ebs",
                Some("ec2.eu-west-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            ("s3", Some("s3.eu-west-1.amazonaws.com"), "s3.amazonaws.com"),
            (
                "ec2.us-east-1.amazonaws.com",
                Some("ec2.us-east-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            (
                "ec2.amazonaws.com",
                Some("ec2.eu-west-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            ("cloudformation", None, "cloudformation.amazonaws.com"),
        ] {
            assert_eq!(via_service(name, "eu-west-1").as_deref(), via, "{name}");
            assert_eq!(service_principal(name), principal, "{name}");
        }
    }
}
