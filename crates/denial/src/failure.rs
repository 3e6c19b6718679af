//! Errors that are no denials: what they mean, and whether the world says the same.
//!
//! Source: KMS API reference, "Errors" of each operation; KMS Developer Guide, "Key states of AWS KMS
//! keys".

use kmsim_authz::world::{Key, World};
use kmsim_import::report::Reported;
use kmsim_types::key_state::{KeyFacts, permits};
use kmsim_types::{KeyUsage, Operation};

use crate::compare::Agreement;
use crate::trial::Trial;
use crate::view::{Cause, Report};
use crate::words;

/// What an exception means, what to look at, and how far a call came that ended with it.
struct Meaning {
    code: &'static str,
    means: &'static str,
    advice: &'static str,
    /// Whether the call had passed authorization.
    was_authorized: bool,
}

const fn meaning_of(
    code: &'static str,
    means: &'static str,
    advice: &'static str,
    was_authorized: bool,
) -> Meaning {
    Meaning {
        code,
        means,
        advice,
        was_authorized,
    }
}

static MEANINGS: &[Meaning] = &[
    meaning_of(
        "DisabledException",
        "the key is disabled",
        "Enable the key (EnableKey), or find out who disabled it: the event DisableKey.",
        true,
    ),
    meaning_of(
        "KMSInvalidStateException",
        "the key is in a state in which the operation does not work: pending deletion, pending import, unavailable, creating, updating",
        "Look at KeyState of DescribeKey: CancelKeyDeletion, ImportKeyMaterial or the custom key store help.",
        true,
    ),
    meaning_of(
        "NotFoundException",
        "there is no such key, alias or grant in the account and Region that were called",
        "Look at the Region, and at the identifier: an id or alias name is one of the caller's own account; another account's key goes by its ARN.",
        false,
    ),
    meaning_of(
        "InvalidArnException",
        "the ARN is malformed, or names what this operation does not take",
        "Look at the ARN, its Region and its partition.",
        false,
    ),
    meaning_of(
        "InvalidKeyUsageException",
        "the key's usage or spec does not go with the operation or algorithm",
        "Look at KeyUsage and KeySpec of DescribeKey.",
        true,
    ),
    meaning_of(
        "InvalidCiphertextException",
        "the ciphertext is damaged, or its encryption context is not the one under which it was encrypted",
        "Compare the encryption context, letter by letter and case by case; look whether the ciphertext was cut or encoded twice.",
        true,
    ),
    meaning_of(
        "IncorrectKeyException",
        "the ciphertext was encrypted under another key than the one that the call names",
        "Leave KeyId out, or name the key of the ciphertext.",
        true,
    ),
    meaning_of(
        "IncorrectKeyMaterialException",
        "the key material is not the one that was imported before, or expired",
        "Import the same material again.",
        true,
    ),
    meaning_of(
        "KMSInvalidSignatureException",
        "the signature is not one of this message by this key",
        "Compare message, message type, algorithm and key.",
        true,
    ),
    meaning_of(
        "KMSInvalidMacException",
        "the code is not one of this message by this key",
        "Compare message, algorithm and key.",
        true,
    ),
    meaning_of(
        "InvalidGrantTokenException",
        "a grant token is not valid",
        "Leave old tokens out: a grant counts without its token after some minutes.",
        false,
    ),
    meaning_of(
        "InvalidGrantIdException",
        "there is no such grant",
        "Look at ListGrants.",
        false,
    ),
    meaning_of(
        "UnsupportedOperationException",
        "the operation does not work on keys of this kind",
        "Look at origin, spec and custom key store of the key.",
        true,
    ),
    meaning_of(
        "MalformedPolicyDocumentException",
        "KMS did not save the key policy: it is malformed, names principals that do not exist, or would lock out whoever saves it",
        "Look at the principals of the policy, and at whether it lets the caller call kms:PutKeyPolicy; kmsim parse shows other mistakes.",
        true,
    ),
    meaning_of(
        "LimitExceededException",
        "a quota is exhausted",
        "Look at the quotas of KMS.",
        true,
    ),
    meaning_of(
        "ThrottlingException",
        "there were too many calls",
        "Try again later, or cache data keys; look at the request quotas.",
        false,
    ),
    meaning_of(
        "ValidationException",
        "a parameter is wrong",
        "Look at the parameters.",
        false,
    ),
    meaning_of(
        "ExpiredTokenException",
        "the caller's credentials are expired",
        "Get new credentials.",
        false,
    ),
    meaning_of(
        "UnrecognizedClientException",
        "AWS does not know the caller's credentials",
        "Look at the access key, the session token and the partition.",
        false,
    ),
    meaning_of(
        "InvalidSignatureException",
        "the request's signature is wrong",
        "Look at the secret key, the clock and the Region.",
        false,
    ),
    meaning_of(
        "KeyUnavailableException",
        "the key is not available for the moment",
        "Try again.",
        true,
    ),
    meaning_of(
        "DependencyTimeoutException",
        "something that KMS depends on took too long",
        "Try again.",
        false,
    ),
    meaning_of(
        "KMSInternalException",
        "KMS itself failed",
        "Try again.",
        false,
    ),
];

fn find(code: &str) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.code == code)
}

/// What an exception means.
pub(crate) fn meaning(code: &str) -> &'static str {
    find(code).map_or("kmsim does not know this exception", |meaning| {
        meaning.means
    })
}

/// What to look at.
pub(crate) fn advice(code: &str) -> Option<&'static str> {
    find(code).map(|meaning| meaning.advice)
}

/// Whether the world says what AWS said, of a call that can be made again.
pub(crate) fn judge(
    world: &World,
    reported: &Reported,
    trial: &Trial,
    code: &str,
    report: &mut Report,
) {
    let check = trial.explained.checks.first();
    let key = check.and_then(|check| world.key(&check.explanation.request.resource));
    let (agreement, says) = world_says(reported, key, code);
    report.agreement = agreement;
    report.advice.extend(advice(code).map(str::to_owned));
    let contradicts = trial.is_denied() && find(code).is_some_and(|meaning| meaning.was_authorized);
    if contradicts {
        report.agreement = Agreement::Differs;
        report.causes.push(Cause {
            code: "authorization",
            text: format!(
                "AWS asks for permission before it looks at key and ciphertext, so the call had it; this world denies it: {}",
                words::summary(trial)
            ),
        });
    }
    if report.agreement.is_difference() {
        report.causes.push(Cause {
            code: "other-time",
            text: "the world is of another time than the call".to_owned(),
        });
    }
    report.verdict = format!("{code} is no denial: {}.{says}", meaning(code));
}

/// What the world says to an exception.
fn world_says(reported: &Reported, key: Option<&Key>, code: &str) -> (Agreement, String) {
    let (Some(key), Some(operation)) = (key, reported.asked.operation) else {
        return (Agreement::NotCompared, String::new());
    };
    let facts = KeyFacts {
        arn: key.arn.as_str(),
        state: key.state,
        origin: key.origin,
    };
    match code {
        "DisabledException" | "KMSInvalidStateException" | "UnsupportedOperationException" => {
            match permits(operation, &facts) {
                Err(error) if error.exception.name() == code => (
                    Agreement::Same,
                    format!(" The world says the same: the key is {}.", key.state),
                ),
                Err(error) => (
                    Agreement::Differs,
                    format!(
                        " In the world the key is {}, which gives {}.",
                        key.state,
                        error.exception.name()
                    ),
                ),
                Ok(()) => (
                    Agreement::Differs,
                    format!(
                        " In the world the key is {}, in which {operation} works.",
                        key.state
                    ),
                ),
            }
        }
        "NotFoundException" => (
            Agreement::Differs,
            format!(" The world has the key: {}.", key.arn),
        ),
        "InvalidKeyUsageException" => match usage_of(operation) {
            Some(usage) if usage == key.usage => (
                Agreement::NotCompared,
                format!(
                    " The key is for {}, as {operation} needs it: look at the algorithm.",
                    key.usage
                ),
            ),
            Some(usage) => (
                Agreement::Same,
                format!(
                    " The world says the same: the key is for {}, and {operation} needs one for {usage}.",
                    key.usage
                ),
            ),
            None => (Agreement::NotCompared, String::new()),
        },
        _ => (Agreement::NotCompared, String::new()),
    }
}

/// The usage that an operation needs (KMS API reference).
fn usage_of(operation: Operation) -> Option<KeyUsage> {
    Some(match operation {
        Operation::Encrypt
        | Operation::Decrypt
        | Operation::ReEncrypt
        | Operation::GenerateDataKey
        | Operation::GenerateDataKeyWithoutPlaintext
        | Operation::GenerateDataKeyPair
        | Operation::GenerateDataKeyPairWithoutPlaintext => KeyUsage::EncryptDecrypt,
        Operation::Sign | Operation::Verify => KeyUsage::SignVerify,
        Operation::GenerateMac | Operation::VerifyMac => KeyUsage::GenerateVerifyMac,
        Operation::DeriveSharedSecret => KeyUsage::KeyAgreement,
        Operation::Encapsulate | Operation::Decapsulate => KeyUsage::EncapsulateDecapsulate,
        _ => return None,
    })
}
