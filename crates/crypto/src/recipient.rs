//! Answers that only an attested recipient can read (KMS API reference, `RecipientInfo`).
//!
//! A call with a `Recipient` carries an attestation document: AWS signs in it what a Nitro enclave,
//! or an instance with a `NitroTPM`, has measured of itself, and a public key. KMS answers with
//! `CiphertextForRecipient` instead of the plaintext. Here documents are believed: neither their
//! signature nor the certificates that it leads to are looked at, so that anybody can write one.

mod envelope;

use std::fmt::Write as _;

use ciborium::Value;
use rand_core::CryptoRng;

use crate::CryptoError;

/// What an attestation document says (AWS Nitro Enclaves user guide, "Verifying the root of
/// trust"; Amazon EC2 user guide, on the documents of `NitroTPM`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The id of the module that issued the document.
    pub module_id: String,
    /// The public key for answers, a DER `SubjectPublicKeyInfo`.
    pub public_key: Option<Vec<u8>>,
    /// The platform configuration registers of an enclave by number, in lower-case hexadecimal
    /// digits: the values of `kms:RecipientAttestation:PCR…`, and 0 is that of
    /// `kms:RecipientAttestation:ImageSha384`.
    pub pcrs: Vec<(u8, String)>,
    /// Those of an instance with a `NitroTPM`: `kms:RecipientAttestation:NitroTPMPCR…`.
    pub nitro_tpm_pcrs: Vec<(u8, String)>,
}

impl Attestation {
    /// Reads a document. What does not have the form of one is [`CryptoError::InvalidMaterial`].
    pub fn parse(document: &[u8]) -> Result<Self, CryptoError> {
        read(document).ok_or(CryptoError::InvalidMaterial)
    }

    /// The answer for the holder of the private key. A document without a public key, or with one
    /// that is none of RSA, is [`CryptoError::InvalidMaterial`].
    pub fn encrypt(
        &self,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let public_key = self.public_key.as_deref();
        envelope::seal(
            public_key.ok_or(CryptoError::InvalidMaterial)?,
            plaintext,
            rng,
        )
    }
}

/// The `CiphertextForRecipient` of a plaintext: a CMS `EnvelopedData` under `RSAES_OAEP_SHA_256`,
/// the only `KeyEncryptionAlgorithm` there is.
pub fn encrypt_for_recipient(
    document: &[u8],
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    Attestation::parse(document)?.encrypt(plaintext, rng)
}

/// The tag of a `COSE_Sign1` (RFC 9052, 2), which documents of AWS do without.
const COSE_SIGN1: u64 = 18;
/// How many registers there are.
const PCRS: u8 = 32;
const NITRO_TPM_PCRS: u8 = 24;
/// How long the value of a register may be.
const PCR_LENS: [usize; 3] = [32, 48, 64];
/// The longest public key.
const MAX_PUBLIC_KEY_LEN: usize = 1024;

fn read(document: &[u8]) -> Option<Attestation> {
    let message = match decode(document)? {
        Value::Tag(COSE_SIGN1, message) => *message,
        message => message,
    };
    let [_protected, _unprotected, payload, _signature] =
        <[Value; 4]>::try_from(message.into_array().ok()?).ok()?;
    let payload = decode(&payload.into_bytes().ok()?)?.into_map().ok()?;
    // A key that is there twice would let two readers see two documents.
    let field = |name: &str| -> Option<Option<&Value>> {
        let mut found = payload
            .iter()
            .filter(|(key, _)| key.as_text() == Some(name));
        match (found.next(), found.next()) {
            (_, Some(_)) => None,
            (Some((_, Value::Null)) | None, None) => Some(None),
            (Some((_, value)), None) => Some(Some(value)),
        }
    };
    if field("digest")??.as_text()? != "SHA384" {
        return None;
    }
    let public_key = match field("public_key")? {
        Some(key) => Some(key.as_bytes()?.clone()),
        None => None,
    };
    if public_key
        .as_ref()
        .is_some_and(|key| key.len() > MAX_PUBLIC_KEY_LEN)
    {
        return None;
    }
    let (pcrs, nitro_tpm_pcrs) = match (field("pcrs")?, field("nitrotpm_pcrs")?) {
        (Some(pcrs), None) => (registers(pcrs, PCRS)?, Vec::new()),
        (None, Some(pcrs)) => (Vec::new(), registers(pcrs, NITRO_TPM_PCRS)?),
        _ => return None,
    };
    Some(Attestation {
        module_id: field("module_id")??.as_text()?.to_owned(),
        public_key,
        pcrs,
        nitro_tpm_pcrs,
    })
}

/// One CBOR item and nothing after it.
fn decode(mut bytes: &[u8]) -> Option<Value> {
    let value = ciborium::from_reader(&mut bytes).ok()?;
    bytes.is_empty().then_some(value)
}

fn registers(map: &Value, count: u8) -> Option<Vec<(u8, String)>> {
    let mut registers = Vec::new();
    for (index, value) in map.as_map()? {
        let index = u8::try_from(index.as_integer()?).ok()?;
        let value = value.as_bytes()?;
        if index >= count || !PCR_LENS.contains(&value.len()) {
            return None;
        }
        registers.push((index, hex(value)));
    }
    registers.sort_unstable();
    let distinct = registers.windows(2).all(|pair| match pair {
        [(one, _), (next, _)] => one != next,
        _ => true,
    });
    (distinct && !registers.is_empty()).then_some(registers)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests;
