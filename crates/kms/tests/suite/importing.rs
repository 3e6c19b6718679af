//! The client's side of an import: parameters, wrapping, and the call.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::wrapping::wrap;
use kmsim_kms::{Caller, KmsError};
use kmsim_types::WrappingAlgorithm;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::support::{Kms, base64};

/// What `GetParametersForImport` answered, for one key. Making a wrapping key takes long, so tests
/// use one for all imports into a key.
pub(crate) struct Parameters {
    pub(crate) key: String,
    pub(crate) caller: Caller,
    pub(crate) answer: Value,
    algorithm: WrappingAlgorithm,
}

impl Parameters {
    /// For symmetric and HMAC keys, as the usual caller.
    pub(crate) fn get(kms: &mut Kms, key: &str) -> Self {
        let caller = kms.caller.clone();
        Self::get_as(kms, &caller, key, "RSAES_OAEP_SHA_256")
    }

    pub(crate) fn get_as(kms: &mut Kms, caller: &Caller, key: &str, algorithm: &str) -> Self {
        let spec = if algorithm == "SM2PKE" {
            "SM2"
        } else {
            "RSA_2048"
        };
        let input = json!({
            "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": spec,
        });
        let answer = kms.call_as(caller, "GetParametersForImport", input);
        Self {
            key: key.to_owned(),
            caller: caller.clone(),
            answer: answer.unwrap(),
            algorithm: algorithm.parse().unwrap(),
        }
    }

    /// The material under the wrapping key.
    pub(crate) fn wrapped(&self, material: &[u8]) -> Vec<u8> {
        let public = STANDARD.decode(self.answer["PublicKey"].as_str().unwrap());
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        wrap(&public.unwrap(), self.algorithm, material, &mut rng).unwrap()
    }

    /// Imports; `more` are further parameters, beside which the material does not expire.
    pub(crate) fn import(
        &self,
        kms: &mut Kms,
        material: &[u8],
        more: &Value,
    ) -> Result<Value, KmsError> {
        let mut input = json!({
            "KeyId": self.key,
            "ImportToken": self.answer["ImportToken"],
            "EncryptedKeyMaterial": base64(&self.wrapped(material)),
        });
        if more["ValidTo"].is_null() {
            input["ExpirationModel"] = json!("KEY_MATERIAL_DOES_NOT_EXPIRE");
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        kms.call_as(&self.caller, "ImportKeyMaterial", input)
    }

    /// Imports what must work, and gives the material's id.
    pub(crate) fn imports(&self, kms: &mut Kms, material: &[u8], more: &Value) -> Value {
        let answer = self.import(kms, material, more);
        let answer = answer.unwrap_or_else(|error| panic!("{more}: {error}"));
        answer["KeyMaterialId"].clone()
    }

    /// Imports what must fail, and gives the exception's name and text.
    pub(crate) fn refuses(&self, kms: &mut Kms, material: &[u8], more: &Value) -> String {
        match self.import(kms, material, more) {
            Ok(answer) => panic!("{more} succeeds: {answer}"),
            Err(error) => error.to_string(),
        }
    }
}

/// Makes a key for imported material, and gets its parameters.
pub(crate) fn external(kms: &mut Kms, more: &Value) -> Parameters {
    let mut input = more.clone();
    input["Origin"] = json!("EXTERNAL");
    let key = kms.key(input);
    Parameters::get(kms, &key)
}

/// The state that `DescribeKey` tells.
pub(crate) fn state(kms: &mut Kms, key: &str) -> String {
    let answer = kms.ok("DescribeKey", json!({"KeyId": key}));
    answer["KeyMetadata"]["KeyState"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// One field of every entry of `ListKeyRotations` with all key material.
pub(crate) fn listed(kms: &mut Kms, key: &str, field: &str) -> Vec<Value> {
    let input = json!({"KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"});
    let answer = kms.ok("ListKeyRotations", input);
    let entries = answer["Rotations"].as_array().unwrap();
    entries.iter().map(|entry| entry[field].clone()).collect()
}

/// Moves the clock on by seconds.
pub(crate) fn wait(kms: &Kms, seconds: u64) {
    kms.clock.advance(std::time::Duration::from_secs(seconds));
}

/// Moves the clock on by days.
pub(crate) fn wait_days(kms: &Kms, days: u64) {
    wait(kms, days * 86_400);
}
