//! The exceptions of the service.
//!
//! Names: the 48 exceptions of the API model (2026-11) and the errors that every AWS service has.
//! HTTP status: the model has none; what AWS answers in practice is 400 for the client's mistakes,
//! 500 for the service's own, 503 where something that it depends on took too long.

use std::fmt;
use std::str::FromStr;

use kmsim_types::key_state::{StateError, StateException};
use serde_json::{Value, json};

use crate::service::Denial;

macro_rules! error_codes {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $status:literal;)+) => {
        /// What kind of exception a call ended with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $name, "`")]
                $(#[$meta])*
                $variant
            ),+
        }

        impl ErrorCode {
            /// Every code: those of the API model in its order, then the common ones.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name without namespace, as `__type` gives it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The HTTP status of the answer.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status),+
                }
            }
        }
    };
}

error_codes! {
    AlreadyExists = "AlreadyExistsException", 400;
    CloudHsmClusterInUse = "CloudHsmClusterInUseException", 400;
    CloudHsmClusterInvalidConfiguration = "CloudHsmClusterInvalidConfigurationException", 400;
    CloudHsmClusterNotActive = "CloudHsmClusterNotActiveException", 400;
    CloudHsmClusterNotFound = "CloudHsmClusterNotFoundException", 400;
    CloudHsmClusterNotRelated = "CloudHsmClusterNotRelatedException", 400;
    Conflict = "ConflictException", 400;
    CustomKeyStoreHasCmks = "CustomKeyStoreHasCMKsException", 400;
    CustomKeyStoreInvalidState = "CustomKeyStoreInvalidStateException", 400;
    CustomKeyStoreNameInUse = "CustomKeyStoreNameInUseException", 400;
    CustomKeyStoreNotFound = "CustomKeyStoreNotFoundException", 400;
    DependencyTimeout = "DependencyTimeoutException", 503;
    Disabled = "DisabledException", 400;
    /// The call would have succeeded.
    DryRunOperation = "DryRunOperationException", 400;
    ExpiredImportToken = "ExpiredImportTokenException", 400;
    IncorrectKey = "IncorrectKeyException", 400;
    IncorrectKeyMaterial = "IncorrectKeyMaterialException", 400;
    IncorrectTrustAnchor = "IncorrectTrustAnchorException", 400;
    InvalidAliasName = "InvalidAliasNameException", 400;
    InvalidArn = "InvalidArnException", 400;
    InvalidCiphertext = "InvalidCiphertextException", 400;
    InvalidGrantId = "InvalidGrantIdException", 400;
    InvalidGrantToken = "InvalidGrantTokenException", 400;
    InvalidImportToken = "InvalidImportTokenException", 400;
    InvalidKeyUsage = "InvalidKeyUsageException", 400;
    InvalidMarker = "InvalidMarkerException", 400;
    KmsInternal = "KMSInternalException", 500;
    KmsInvalidMac = "KMSInvalidMacException", 400;
    KmsInvalidSignature = "KMSInvalidSignatureException", 400;
    KmsInvalidState = "KMSInvalidStateException", 400;
    KeyUnavailable = "KeyUnavailableException", 500;
    LimitExceeded = "LimitExceededException", 400;
    MalformedPolicyDocument = "MalformedPolicyDocumentException", 400;
    NotFound = "NotFoundException", 400;
    Tag = "TagException", 400;
    UnsupportedOperation = "UnsupportedOperationException", 400;
    XksKeyAlreadyInUse = "XksKeyAlreadyInUseException", 400;
    XksKeyInvalidConfiguration = "XksKeyInvalidConfigurationException", 400;
    XksKeyNotFound = "XksKeyNotFoundException", 400;
    XksProxyIncorrectAuthenticationCredential = "XksProxyIncorrectAuthenticationCredentialException", 400;
    XksProxyInvalidConfiguration = "XksProxyInvalidConfigurationException", 400;
    XksProxyInvalidResponse = "XksProxyInvalidResponseException", 400;
    XksProxyUriEndpointInUse = "XksProxyUriEndpointInUseException", 400;
    XksProxyUriInUse = "XksProxyUriInUseException", 400;
    XksProxyUriUnreachable = "XksProxyUriUnreachableException", 400;
    XksProxyVpcEndpointServiceInUse = "XksProxyVpcEndpointServiceInUseException", 400;
    XksProxyVpcEndpointServiceInvalidConfiguration = "XksProxyVpcEndpointServiceInvalidConfigurationException", 400;
    XksProxyVpcEndpointServiceNotFound = "XksProxyVpcEndpointServiceNotFoundException", 400;
    AccessDenied = "AccessDeniedException", 400;
    ExpiredToken = "ExpiredTokenException", 400;
    InvalidSignature = "InvalidSignatureException", 400;
    /// A parameter is of the wrong type, or is no base64.
    Serialization = "SerializationException", 400;
    /// A request quota is used up.
    Throttling = "ThrottlingException", 400;
    UnrecognizedClient = "UnrecognizedClientException", 400;
    /// A parameter is missing or outside its limits.
    Validation = "ValidationException", 400;
}

impl ErrorCode {
    /// The code that AWS spells this way.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    /// Whether the same call can succeed later, unchanged.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::DependencyTimeout | Self::KmsInternal | Self::KeyUnavailable | Self::Throttling
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ErrorCode {
    type Err = UnknownErrorCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or_else(|| UnknownErrorCode {
            closest: kmsim_types::nearest(text, Self::ALL.into_iter().map(Self::name)),
        })
    }
}

/// A text that is no exception's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownErrorCode {
    closest: Option<&'static str>,
}

impl UnknownErrorCode {
    /// The name that was probably meant.
    pub const fn closest(self) -> Option<&'static str> {
        self.closest
    }
}

impl fmt::Display for UnknownErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KMS has no exception of this name")?;
        match self.closest {
            Some(name) => write!(f, ", did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownErrorCode {}

/// The exception that a call ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsError {
    /// What kind of exception.
    pub code: ErrorCode,
    /// The text that the caller gets.
    pub message: String,
    /// For `AccessDeniedException`: why.
    pub denial: Option<Box<Denial>>,
}

impl KmsError {
    /// An exception with its text.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            denial: None,
        }
    }

    /// No such key, alias, grant or key store.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// A parameter is outside its limits, or does not go with another.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Validation, message)
    }

    /// A parameter of the wrong JSON type, or a blob that is no base64.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Serialization, message)
    }

    /// A required parameter is missing; `member` as AWS writes it, such as `keyId`.
    pub fn missing(member: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
             Member must not be null"
        ))
    }

    /// Nobody allows the call, or somebody denies it.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::AccessDenied, message)
    }

    /// The key is in a state in which the call cannot succeed; `why` goes on from the ARN, such as
    /// "is pending deletion.".
    pub fn invalid_state(arn: &str, why: &str) -> Self {
        Self::new(ErrorCode::KmsInvalidState, format!("{arn} {why}"))
    }

    /// The key's usage does not go with the operation, or its spec with the algorithm.
    pub fn invalid_key_usage(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidKeyUsage, message)
    }

    /// Keys of this kind have no such operation.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::UnsupportedOperation, message)
    }

    /// The key's origin rules the operation out.
    pub fn unsupported_origin(arn: &str, origin: kmsim_types::KeyOrigin) -> Self {
        Self::unsupported(format!(
            "{arn} origin is {origin} which is not valid for this operation."
        ))
    }

    /// The ciphertext or its encryption context is wrong. AWS gives no text, and neither do we: to
    /// say more would help whoever tries them out.
    pub const fn invalid_ciphertext() -> Self {
        Self {
            code: ErrorCode::InvalidCiphertext,
            message: String::new(),
            denial: None,
        }
    }

    /// The ciphertext belongs to another key than the one in the request.
    pub fn incorrect_key() -> Self {
        Self::new(
            ErrorCode::IncorrectKey,
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
    }

    /// The call would have succeeded.
    pub fn dry_run() -> Self {
        Self::new(
            ErrorCode::DryRunOperation,
            "The request would have succeeded, but the DryRun option is set.",
        )
    }

    /// A marker that no earlier answer of this call gave.
    pub fn invalid_marker() -> Self {
        Self::new(ErrorCode::InvalidMarker, "Could not deserialize marker")
    }

    /// A malformed ARN.
    pub fn invalid_arn(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArn, message)
    }

    /// No grant has this token.
    pub fn invalid_grant_token() -> Self {
        Self::new(
            ErrorCode::InvalidGrantToken,
            "The grant token is not valid.",
        )
    }

    /// A resource quota is used up.
    pub fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::LimitExceeded, message)
    }

    /// A request quota is used up (KMS Developer Guide, "Throttling AWS KMS requests").
    pub fn throttling() -> Self {
        Self::new(
            ErrorCode::Throttling,
            "You have exceeded the rate at which you may call KMS. Reduce the frequency of your \
             calls.",
        )
    }

    /// A fault of the simulator itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::KmsInternal, message)
    }

    /// The body of the answer.
    pub fn to_json(&self) -> Value {
        json!({"__type": self.code.name(), "message": self.message})
    }
}

/// What the table of key states says.
impl From<StateError> for KmsError {
    fn from(error: StateError) -> Self {
        let code = match error.exception {
            StateException::Disabled => ErrorCode::Disabled,
            StateException::InvalidState => ErrorCode::KmsInvalidState,
            StateException::UnsupportedOperation => ErrorCode::UnsupportedOperation,
        };
        Self::new(code, error.message)
    }
}

impl fmt::Display for KmsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())?;
        if self.message.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for KmsError {}

#[cfg(test)]
mod tests;
