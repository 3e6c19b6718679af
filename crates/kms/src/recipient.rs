//! The recipient of an answer that is not to be seen in between: a Nitro enclave, or an instance
//! with a `NitroTPM`, that attests itself.
//!
//! Sources: API reference, `RecipientInfo`; KMS Developer Guide, "Cryptographic attestation support
//! in AWS KMS", its condition keys and its CloudTrail log entries. The document's signature is not
//! checked: nobody but AWS could make one.

use kmsim_authz::context::RequestContext;
use kmsim_crypto::recipient::Attestation;
use serde_json::{Map, Value};

use crate::error::KmsError;
use crate::input::Input;

/// The register that holds the digest of the enclave's image.
const IMAGE: u8 = 0;

/// The attestation document of a request, if it has a `Recipient`.
pub(crate) fn read(input: Input<'_>) -> Result<Option<Attestation>, KmsError> {
    let Some(recipient) = input.object("Recipient") else {
        return Ok(None);
    };
    let missing = || KmsError::missing("recipient.attestationDocument");
    let document = recipient.blob("AttestationDocument")?.ok_or_else(missing)?;
    match Attestation::parse(&document) {
        Ok(attestation) if attestation.public_key.is_some() => Ok(Some(attestation)),
        _ => Err(invalid_attestation()),
    }
}

/// The condition keys that a document gives.
pub(crate) fn state(attestation: &Attestation, context: &mut RequestContext) {
    for (index, value) in &attestation.pcrs {
        context.set(&format!("kms:RecipientAttestation:PCR{index}"), &**value);
        if *index == IMAGE {
            context.set("kms:RecipientAttestation:ImageSha384", &**value);
        }
    }
    for (index, value) in &attestation.nitro_tpm_pcrs {
        let name = format!("kms:RecipientAttestation:NitroTPMPCR{index}");
        context.set(&name, &**value);
    }
}

/// `additionalEventData.recipient`
pub(crate) fn event_data(attestation: &Attestation) -> Value {
    let id = ("ModuleId".to_owned(), &attestation.module_id);
    let enclave = attestation.pcrs.iter().map(|(index, value)| {
        let name = match *index {
            IMAGE => "EnclaveImageDigest".to_owned(),
            index => format!("EnclavePCR{index}"),
        };
        (name, value)
    });
    let tpm = attestation.nitro_tpm_pcrs.iter();
    let tpm = tpm.map(|(index, value)| (format!("NitroTPMPCR{index}"), value));
    let fields = [id].into_iter().chain(enclave).chain(tpm);
    let fields: Map<String, Value> = fields
        .map(|(name, value)| (format!("attestationDocument{name}"), Value::from(&**value)))
        .collect();
    Value::Object(fields)
}

/// A document that is none, or without a public key that can be encrypted under.
pub(crate) fn invalid_attestation() -> KmsError {
    KmsError::validation("The attestation document in the request is not valid.")
}
