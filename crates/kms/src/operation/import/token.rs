//! Import tokens: what `GetParametersForImport` hands out and `ImportKeyMaterial` takes back.

use kmsim_crypto::{CryptoError, KeyMaterial, RootKey};
use kmsim_types::{Arn, KeySpec, WrappingAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

const PURPOSE: &str = "import token";

/// What an import token says. The token is sealed under the service's root key and bound to the
/// ARN of its key, so the service keeps nothing of it.
pub(super) struct ImportToken {
    pub(super) algorithm: WrappingAlgorithm,
    /// The private half of the wrapping key.
    pub(super) wrapping_key: KeyMaterial,
    /// `ParametersValidTo`
    pub(super) valid_to: Timestamp,
}

impl ImportToken {
    /// A line of algorithm, key spec and milliseconds since 1970, and then the private key.
    pub(super) fn seal(
        &self,
        root_key: &RootKey,
        key: &Arn,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let (spec, valid_to) = (self.wrapping_key.spec(), self.valid_to.millis());
        let line = format!("{} {spec} {valid_to}\n", self.algorithm);
        let private = self.wrapping_key.export();
        let mut text = Zeroizing::new(Vec::with_capacity(line.len() + private.len()));
        text.extend_from_slice(line.as_bytes());
        text.extend_from_slice(&private);
        root_key.seal(PURPOSE, key.as_str().as_bytes(), &text, rng)
    }

    /// Nothing for what is no token, a token of another key, or one of another service.
    pub(super) fn open(root_key: &RootKey, key: &Arn, token: &[u8]) -> Option<Self> {
        let associated = key.as_str().as_bytes();
        let text = root_key.open(PURPOSE, associated, token).ok()?;
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let (line, private) = text.split_at_checked(end)?;
        let private = private.get(1..)?;
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let algorithm = WrappingAlgorithm::from_name(words.next()?)?;
        let spec = KeySpec::from_name(words.next()?)?;
        let valid_to = words.next()?.parse().ok()?;
        Some(Self {
            algorithm,
            wrapping_key: KeyMaterial::import(spec, private).ok()?,
            valid_to: Timestamp::from_millis(valid_to),
        })
    }
}
