//! The implementation on AWS-LC, for the specs where it is faster.

mod rsa;

use kmsim_types::KeySpec;

use crate::key::Key;

/// Reads a key whose encoding the portable implementation has accepted; `None` for a spec that
/// AWS-LC does not have.
pub(crate) fn load(spec: KeySpec, encoded: &[u8]) -> Option<Box<dyn Key>> {
    use KeySpec as S;
    match spec {
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => rsa::load(encoded),
        _ => None,
    }
}
