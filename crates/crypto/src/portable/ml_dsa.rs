//! ML-DSA (FIPS 204) with an empty context string.

use kmsim_types::{MessageType, SigningAlgorithm};
use ml_dsa::{
    ExpandedSigningKey, Generate, Keypair, MlDsaParams, Seed, Signature, SigningKey, Verifier,
    VerifyingKey,
};
use pkcs8::der::AnyRef;
use pkcs8::spki::AssociatedAlgorithmIdentifier;
use pkcs8::{DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::CryptoRng;

use super::Loaded;
use super::seed::SeedKey;
use crate::CryptoError;
use crate::key::{Key, Secret};

/// The length of a message representative mu (FIPS 204, algorithm 7).
const MU_LEN: usize = 64;

/// A parameter set of a key spec.
pub(super) trait Parameters:
    MlDsaParams + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>> + Send + Sync + 'static
{
}

impl<P> Parameters for P where
    P: MlDsaParams
        + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>>
        + Send
        + Sync
        + 'static
{
}

pub(super) fn generate<P: Parameters>(rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    encode(&SigningKey::<P>::generate_from_rng(rng))
}

pub(super) fn load<P: Parameters>(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let key = read::<P>(bytes)?;
    let public_key = key.verifying_key().to_public_key_der();
    Ok(Loaded {
        encoded: encode(&key)?,
        public_key: Some(
            public_key
                .map_err(|_| CryptoError::InvalidMaterial)?
                .into_vec(),
        ),
        key: Box::new(Private {
            verifying: key.verifying_key(),
            signing: Box::new(ExpandedSigningKey::from_seed(key.as_seed())),
        }),
    })
}

pub(super) fn load_public<P: Parameters>(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    let key = VerifyingKey::<P>::from_public_key_der(spki);
    Ok(Box::new(Public(
        key.map_err(|_| CryptoError::InvalidMaterial)?,
    )))
}

fn read<P: Parameters>(bytes: &[u8]) -> Result<SigningKey<P>, CryptoError> {
    let SeedKey { seed, expanded } = SeedKey::from_pkcs8(bytes, P::ALGORITHM_IDENTIFIER.oid)?;
    let seed = Seed::try_from(seed).map_err(|_| CryptoError::InvalidMaterial)?;
    let key = SigningKey::from_seed(&seed);
    if let Some(expanded) = expanded {
        #[expect(deprecated, reason = "only compared, as RFC 9881 asks for")]
        let own = ExpandedSigningKey::<P>::from_seed(&seed).to_expanded();
        if own.as_slice() != expanded {
            return Err(CryptoError::InvalidMaterial);
        }
    }
    Ok(key)
}

fn encode<P: Parameters>(key: &SigningKey<P>) -> Result<Secret, CryptoError> {
    let document = key.to_pkcs8_der();
    Ok(document
        .map_err(|_| CryptoError::InvalidMaterial)?
        .to_bytes())
}

struct Private<P: Parameters> {
    signing: Box<ExpandedSigningKey<P>>,
    verifying: VerifyingKey<P>,
}

struct Public<P: Parameters>(VerifyingKey<P>);

impl<P: Parameters> Key for Private<P> {
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let signature = match Input::new(algorithm, message_type, message)? {
            Input::Message(message) => self.signing.sign_randomized(message, &[], rng),
            Input::Mu(mu) => self.signing.sign_mu_randomized(&mu.into(), rng),
        };
        Ok(signature
            .map_err(|_| CryptoError::Failed)?
            .encode()
            .to_vec())
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(&self.verifying, algorithm, message_type, message, signature)
    }
}

impl<P: Parameters> Key for Public<P> {
    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(&self.0, algorithm, message_type, message, signature)
    }
}

fn verify<P: Parameters>(
    key: &VerifyingKey<P>,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let input = Input::new(algorithm, message_type, message)?;
    let signature = Signature::try_from(signature).map_err(|_| CryptoError::Failed)?;
    let verified = match input {
        Input::Message(message) => key.verify(message, &signature).is_ok(),
        Input::Mu(mu) => key.verify_mu(&mu.into(), &signature),
    };
    verified.then_some(()).ok_or(CryptoError::Failed)
}

/// What ML-DSA signs.
enum Input<'a> {
    Message(&'a [u8]),
    Mu([u8; MU_LEN]),
}

impl<'a> Input<'a> {
    fn new(
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &'a [u8],
    ) -> Result<Self, CryptoError> {
        if algorithm != SigningAlgorithm::MlDsaShake256 {
            return Err(CryptoError::Unsupported);
        }
        match message_type {
            MessageType::Raw => Ok(Self::Message(message)),
            MessageType::ExternalMu => match message.try_into() {
                Ok(mu) => Ok(Self::Mu(mu)),
                Err(_) => Err(CryptoError::MessageLength),
            },
            MessageType::Digest => Err(CryptoError::Unsupported),
        }
    }
}
