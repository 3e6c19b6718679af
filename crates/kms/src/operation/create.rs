//! `CreateKey`, and what every new key gets.

use std::sync::Arc;

use kmsim_authz::world::default_key_policy;
use kmsim_crypto::KeyMaterial;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{
    Arn, KeyManager, KeyOrigin, KeySpec, KeyState, KeyUsage, MultiRegionKeyType, Partition,
};
use serde_json::json;

use super::encrypt::internal;
use super::tag::tags;
use crate::compile;
use crate::error::{ErrorCode, KmsError};
use crate::event::members;
use crate::members::members;
use crate::service::{Answer, Cx, Service, local_arn};
use crate::state::{KeyRecord, Material, Rotation};

/// KMS keys in an account and Region, those pending deletion included (KMS Developer Guide,
/// "Resource quotas").
const MOST_KEYS: usize = 100_000;

impl Service {
    pub(super) fn create_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        let (spec, usage) = spec_and_usage(cx)?;
        let origin: KeyOrigin = cx.input.enum_of("Origin")?.unwrap_or(KeyOrigin::AwsKms);
        let multi_region = cx.input.bool("MultiRegion");
        check_spec(cx, spec)?;
        self.check_custom_key_store(cx, origin, spec, multi_region)?;
        self.check_key_quota(&local_arn(cx, "key/0")?)?;
        let id = if multi_region {
            self.multi_region_id()
        } else {
            self.uuid().to_string()
        };
        let arn = local_arn(cx, &format!("key/{id}"))?;
        let (text, state) = (policy_text(cx, &arn), start_state(origin));
        let mut key = KeyRecord {
            account: account(cx, &arn)?,
            arn,
            spec,
            usage,
            origin,
            manager: KeyManager::Customer,
            state,
            resume: None,
            settles: None,
            multi_region: multi_region.then_some(MultiRegionKeyType::Primary),
            created: cx.now,
            description: cx.input.str("Description").unwrap_or_default().to_owned(),
            policy: text,
            tags: tags(cx)?,
            grants: Vec::new(),
            deletion: None,
            rotation: Rotation::default(),
            materials: Vec::new(),
            custom_key_store: cx.input.str("CustomKeyStoreId").map(Box::from),
            xks_key: cx.input.str("XksKeyId").map(Box::from),
            metered: cx.now,
        };
        if origin != KeyOrigin::External {
            key.materials.push(self.new_material(&key.arn, spec)?);
        }
        let arn = key.arn.clone();
        self.add_key(cx, key)?;
        cx.key = Some(arn.clone());
        let metadata = self.metadata_of(&arn)?;
        self.tell_backing_key(cx, &arn);
        cx.trail.response = Some(json!({"keyMetadata": members(&metadata)}));
        Ok(members! {"KeyMetadata": metadata})
    }

    /// Adds a key whose policy passes the checks; leaves nothing behind if it does not.
    pub(super) fn add_key(&mut self, cx: &Cx<'_>, key: KeyRecord) -> Result<(), KmsError> {
        let arn = key.arn.clone();
        let policy = self.checked_policy(&arn, &key.policy)?;
        self.insert_key(key, policy)?;
        if let Err(error) = self.check_lockout(cx, &arn) {
            self.remove_key(arn.as_str());
            return Err(error);
        }
        Ok(())
    }

    /// Fresh material for a key.
    pub(crate) fn new_material(&mut self, arn: &Arn, spec: KeySpec) -> Result<Material, KmsError> {
        let material =
            KeyMaterial::generate(spec, &mut *self.rng).map_err(|why| internal(arn, why))?;
        let id = arn.resource().strip_prefix("key/").unwrap_or_default();
        Ok(Material::new(Arc::new(material), id))
    }

    /// Whether there is room for a key in the account and Region of this ARN.
    pub(super) fn check_key_quota(&self, arn: &Arn) -> Result<(), KmsError> {
        let prefix = arn.as_str().strip_suffix(arn.resource());
        let own = self.keys_with_prefix(&format!("{}key/", prefix.unwrap_or_default()));
        if own.filter(|key| key.is_customer_managed()).count() < MOST_KEYS {
            return Ok(());
        }
        Err(KmsError::limit_exceeded(format!(
            "The account has {MOST_KEYS} KMS keys in this Region."
        )))
    }
}

/// The policy of the request, or the default one.
pub(super) fn policy_text(cx: &Cx<'_>, arn: &Arn) -> String {
    match cx.input.str("Policy") {
        Some(text) => text.to_owned(),
        None => default_key_policy(arn.partition(), arn.account()),
    }
}

/// The account that a new key belongs to: the caller's.
fn account(cx: &Cx<'_>, arn: &Arn) -> Result<kmsim_types::AccountId, KmsError> {
    let account = cx.caller.account().or_else(|| arn.account_id());
    account.ok_or_else(|| KmsError::internal(format!("{arn} has no account")))
}

/// Keys of imported material wait for it.
fn start_state(origin: KeyOrigin) -> KeyState {
    if origin == KeyOrigin::External {
        KeyState::PendingImport
    } else {
        KeyState::Enabled
    }
}

/// Spec and usage: a usage must be stated for every spec but the default one (API reference,
/// `CreateKey`, `KeyUsage`).
fn spec_and_usage(cx: &Cx<'_>) -> Result<(KeySpec, KeyUsage), KmsError> {
    let spec: Option<KeySpec> = cx.input.enum_of("KeySpec")?;
    let older: Option<KeySpec> = cx.input.enum_of("CustomerMasterKeySpec")?;
    if spec.is_some() && older.is_some() {
        return Err(KmsError::validation(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
        ));
    }
    let spec = spec.or(older).unwrap_or(KeySpec::SymmetricDefault);
    let usage = match cx.input.enum_of("KeyUsage")? {
        Some(usage) => usage,
        None if spec == KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        None => {
            return Err(KmsError::validation(format!(
                "You must specify a KeyUsage value for a KMS key of spec {spec}."
            )));
        }
    };
    if !spec.can(usage) {
        return Err(KmsError::validation(format!(
            "KeyUsage {usage} is not compatible with KeySpec {spec}."
        )));
    }
    Ok((spec, usage))
}

/// SM2 exists in the China Regions only, ML-KEM everywhere else (key spec reference).
fn check_spec(cx: &Cx<'_>, spec: KeySpec) -> Result<(), KmsError> {
    let in_china = cx.caller.region().partition() == Partition::AwsCn;
    let exists = match spec {
        KeySpec::Sm2 => in_china,
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => !in_china,
        _ => true,
    };
    if exists {
        return Ok(());
    }
    Err(KmsError::unsupported(format!(
        "KeySpec {spec} is not supported in the Region {}.",
        cx.caller.region()
    )))
}

impl Service {
    /// A key policy, compiled; or the exception for one that AWS would not save.
    pub(crate) fn compiled_policy(
        &mut self,
        arn: &Arn,
        text: &str,
    ) -> Result<Arc<kmsim_authz::layers::AttachedPolicy>, KmsError> {
        let name = format!("key policy of {}", arn.resource());
        compile::policy(&mut self.sources, &name, text, PolicyKind::KeyPolicy).map_err(|found| {
            let first = found.first().map(|found| found.message.clone());
            KmsError::new(
                ErrorCode::MalformedPolicyDocument,
                first.unwrap_or_else(|| "The policy is not valid.".to_owned()),
            )
        })
    }
}
