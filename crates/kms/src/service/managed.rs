//! AWS managed keys: made in an account when a service first needs them.

use kmsim_authz::world::aws_managed_key_policy;
use kmsim_types::{Arn, KeyManager, KeyOrigin, KeySpec, KeyState, KeyUsage, Operation, service};

use super::{Cx, Service};
use crate::error::KmsError;
use crate::state::{KeyRecord, Rotation};

/// An AWS managed key that was made for a call.
pub(crate) struct Made {
    key: Arn,
    alias: Arn,
    /// Whether the alias was there before, without a key.
    was_listed: bool,
}

impl Service {
    /// Makes the key of an alias `alias/aws/…` that has none yet, if the request is one that makes
    /// it: a service's on behalf of the account, or `DescribeKey` (API reference, `DescribeKey`:
    /// "if you specify a predefined AWS alias … AWS KMS creates the key").
    pub(super) fn make_aws_managed_key(
        &mut self,
        cx: &mut Cx<'_>,
        alias: &Arn,
    ) -> Result<(), KmsError> {
        let Some(name) = alias.resource().strip_prefix("alias/aws/") else {
            return Ok(());
        };
        let makes = cx.caller.is_forwarded() || cx.operation == Operation::DescribeKey;
        let listed = self.aliases.get(alias.as_str());
        let was_listed = listed.is_some();
        let exists = listed.is_some_and(|own| own.target.is_some());
        let Some(account) = cx.caller.account() else {
            return Ok(());
        };
        let via = service::via_service(name, alias.region());
        let (Some(via), true, false) = (via, makes && alias.account() == account.as_str(), exists)
        else {
            return Ok(());
        };
        let text = format!(
            "arn:{}:kms:{}:{account}:key/{}",
            alias.partition(),
            alias.region(),
            self.uuid()
        );
        let arn = Arn::parse(&text).map_err(|why| KmsError::internal(why.to_string()))?;
        let policy = aws_managed_key_policy(alias.partition(), account.as_str(), &via, name);
        let material = self.new_material(&arn, KeySpec::SymmetricDefault)?;
        let compiled = self.compiled_policy(&arn, &policy)?;
        let key = KeyRecord {
            arn: arn.clone(),
            account,
            spec: KeySpec::SymmetricDefault,
            usage: KeyUsage::EncryptDecrypt,
            origin: KeyOrigin::AwsKms,
            manager: KeyManager::Aws,
            state: KeyState::Enabled,
            resume: None,
            settles: None,
            multi_region: None,
            created: cx.now,
            description: format!(
                "Default key that protects my {name} data when no other key is defined"
            ),
            policy,
            tags: Vec::new(),
            grants: Vec::new(),
            deletion: None,
            rotation: Rotation::of_new_key(KeyManager::Aws, cx.now),
            materials: vec![material],
            custom_key_store: None,
            xks_key: None,
            metered: cx.now,
        };
        self.insert_key(key, compiled)?;
        if let Some(key) = self.world.key_mut(arn.as_str()) {
            // What AWS's policy for the service says is taken from that of aws/ebs.
            key.is_policy_assumed = true;
        }
        self.put_alias(alias, Some(&arn), cx.now);
        cx.made = Some(Made {
            key: arn,
            alias: alias.clone(),
            was_listed,
        });
        Ok(())
    }

    /// Takes back a key that was made for a call which is denied: who may not use a service's key
    /// changes nothing. An alias that stood for no key stands for none again.
    pub(super) fn unmake_aws_managed_key(&mut self, cx: &Cx<'_>) {
        let Some(made) = &cx.made else { return };
        self.remove_key(made.key.as_str());
        if made.was_listed {
            self.put_alias(&made.alias, None, cx.now);
        }
    }
}
