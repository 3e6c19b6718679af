//! What kind of value a parameter or a part of a response holds (API model of 2026-11).
//!
//! JSON writes bytes in base64 and points in time as seconds since 1970. People should not have
//! to, so a scenario may write both in other ways wherever the API has such a value.

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bytes.
    Blob,
    /// A point in time.
    Time,
    /// A JSON document that is sent as a string.
    Document,
    /// Tags: a list of `TagKey` and `TagValue`.
    Tags,
    /// Whatever JSON can say.
    Plain,
}

/// The kind of the value that a field of this name holds, in requests and responses alike.
pub(crate) fn kind_of(field: &str) -> Kind {
    if BLOBS.contains(&field) {
        Kind::Blob
    } else if TIMES.contains(&field) {
        Kind::Time
    } else {
        match field {
            "Policy" => Kind::Document,
            "Tags" => Kind::Tags,
            _ => Kind::Plain,
        }
    }
}

const BLOBS: [&str; 14] = [
    "AttestationDocument",
    "CiphertextBlob",
    "CiphertextForRecipient",
    "EncryptedKeyMaterial",
    "ImportToken",
    "Mac",
    "Message",
    "Plaintext",
    "PrivateKeyCiphertextBlob",
    "PrivateKeyPlaintext",
    "PublicKey",
    "SharedSecret",
    "SharedSecretCiphertextBlob",
    "Signature",
];

const TIMES: [&str; 11] = [
    "CreationDate",
    "DeletionDate",
    "KeyCreationDate",
    "LastUpdatedDate",
    "NextRotationDate",
    "OnDemandRotationStartDate",
    "ParametersValidTo",
    "RotationDate",
    "Timestamp",
    "TrackingStartDate",
    "ValidTo",
];
