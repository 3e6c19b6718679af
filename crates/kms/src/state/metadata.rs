//! `KeyMetadata`: which fields a key has, by spec, usage, origin and state (API reference,
//! `KeyMetadata`).

use kmsim_types::{KeyOrigin, KeyState, KeyUsage, MultiRegionKeyType};
use serde_json::{Value, json};

use super::KeyRecord;

/// What `DescribeKey` tells of a key. `related` are the keys of its multi-Region family, the key
/// itself included; `cluster` is that of its CloudHSM key store.
pub(crate) fn key_metadata(
    key: &KeyRecord,
    related: &[&KeyRecord],
    cluster: Option<&str>,
) -> Value {
    let mut metadata = json!({
        "AWSAccountId": key.account.as_str(),
        "KeyId": key.id(),
        "Arn": key.arn.as_str(),
        "CreationDate": key.created.to_json(),
        "Enabled": key.state == KeyState::Enabled,
        "Description": key.description,
        "KeyUsage": key.usage.name(),
        "KeyState": key.state.name(),
        "Origin": key.origin.name(),
        "KeyManager": key.manager.name(),
        "CustomerMasterKeySpec": key.spec.name(),
        "KeySpec": key.spec.name(),
        "MultiRegion": key.multi_region.is_some(),
    });
    let mut set = |name: &str, value: Value| {
        if let Some(members) = metadata.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    deletion(key, &mut set);
    // Material that waits for its rotation counts only once it belongs to the key.
    let imported = || {
        let all = key.materials.iter();
        all.filter(|own| own.key.is_some() && key.is_permanent(own))
    };
    if key.origin == KeyOrigin::External && imported().next().is_some() {
        let expiry = imported().filter_map(|own| own.valid_to).min();
        let model = match expiry {
            Some(_) => "KEY_MATERIAL_EXPIRES",
            None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
        };
        set("ExpirationModel", Value::from(model));
        if let Some(expiry) = expiry {
            set("ValidTo", expiry.to_json());
        }
    }
    let (name, algorithms) = algorithms(key);
    set(name, algorithms);
    if let Some(store) = &key.custom_key_store {
        set("CustomKeyStoreId", Value::from(&**store));
    }
    if let Some(cluster) = cluster {
        set("CloudHsmClusterId", Value::from(cluster));
    }
    if let Some(id) = &key.xks_key {
        set("XksKeyConfiguration", json!({"Id": &**id}));
    }
    if let Some(sort) = key.multi_region {
        set("MultiRegionConfiguration", multi_region(sort, related));
    }
    let has_material_id = matches!(key.origin, KeyOrigin::AwsKms | KeyOrigin::External);
    if let Some(id) = key
        .current()
        .and_then(|own| own.id)
        .filter(|_| has_material_id)
    {
        set("CurrentKeyMaterialId", Value::from(id.to_string()));
    }
    metadata
}

fn deletion(key: &KeyRecord, set: &mut impl FnMut(&str, Value)) {
    let Some(deletion) = key.deletion else { return };
    match (key.state, deletion.at) {
        (KeyState::PendingReplicaDeletion, _) => {
            set(
                "PendingDeletionWindowInDays",
                Value::from(deletion.window_days),
            );
        }
        (_, Some(at)) => set("DeletionDate", at.to_json()),
        (_, None) => {}
    }
}

/// The list of algorithms of the key's usage, under its name.
fn algorithms(key: &KeyRecord) -> (&'static str, Value) {
    let (spec, usage) = (key.spec, key.usage);
    match usage {
        KeyUsage::EncryptDecrypt => (
            "EncryptionAlgorithms",
            spec.encryption_algorithms()
                .iter()
                .map(|own| own.name())
                .collect(),
        ),
        KeyUsage::SignVerify => (
            "SigningAlgorithms",
            spec.signing_algorithms()
                .iter()
                .map(|own| own.name())
                .collect(),
        ),
        KeyUsage::GenerateVerifyMac => (
            "MacAlgorithms",
            spec.mac_algorithm().iter().map(|own| own.name()).collect(),
        ),
        KeyUsage::KeyAgreement => ("KeyAgreementAlgorithms", json!(["ECDH"])),
        KeyUsage::EncapsulateDecapsulate => ("EncapsulationAlgorithms", json!(["ML_KEM"])),
    }
}

fn multi_region(sort: MultiRegionKeyType, related: &[&KeyRecord]) -> Value {
    let entry = |key: &KeyRecord| json!({"Arn": key.arn.as_str(), "Region": key.region()});
    let of = |sort| {
        related
            .iter()
            .filter(move |key| key.multi_region == Some(sort))
            .map(|key| entry(key))
    };
    json!({
        "MultiRegionKeyType": sort.name(),
        "PrimaryKey": of(MultiRegionKeyType::Primary).next(),
        "ReplicaKeys": of(MultiRegionKeyType::Replica).collect::<Vec<_>>(),
    })
}
