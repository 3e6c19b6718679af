//! The parameters of the API's operations.

use kmsim_types::Operation;

use crate::grant::EncryptionContextConstraint;
use crate::reader::Pairs;

/// What a call passes to its operation, as far as authorization looks at it.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// Strings, numbers and booleans, by the parameter's name.
    pub scalars: Vec<(&'static str, Box<str>)>,
    /// `EncryptionContext`
    pub encryption_context: Pairs,
    /// `SourceEncryptionContext`
    pub source_encryption_context: Pairs,
    /// `DestinationEncryptionContext`
    pub destination_encryption_context: Pairs,
    /// `Tags`
    pub tags: Pairs,
    /// `TagKeys`
    pub tag_keys: Vec<Box<str>>,
    /// `Operations` of `CreateGrant`
    pub operations: Option<Vec<&'static str>>,
    /// `Constraints` of `CreateGrant`
    pub constraints: Constraints,
}

/// `Constraints` of `CreateGrant`.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// `EncryptionContextEquals` or `EncryptionContextSubset`
    pub encryption_context: Option<EncryptionContextConstraint>,
    /// `SourceArn`
    pub source_arn: Option<Box<str>>,
}

impl Parameters {
    /// The value of a string, number or boolean.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut scalars = self.scalars.iter();
        scalars
            .find(|(own, _)| *own == name)
            .map(|(_, value)| &**value)
    }

    /// Whether a boolean is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }
}

/// The names of an operation's parameters (KMS API reference, 2026-11).
#[rustfmt::skip]
pub fn parameters_of(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::CancelKeyDeletion
        | Operation::DisableKey
        | Operation::DisableKeyRotation
        | Operation::EnableKey
        | Operation::GetKeyLastUsage
        | Operation::GetKeyRotationStatus
        | Operation::RotateKeyOnDemand => &["KeyId"],
        Operation::ConnectCustomKeyStore
        | Operation::DeleteCustomKeyStore
        | Operation::DisconnectCustomKeyStore => &["CustomKeyStoreId"],
        Operation::CreateAlias | Operation::UpdateAlias => &["AliasName", "TargetKeyId"],
        Operation::CreateCustomKeyStore => &["CloudHsmClusterId", "CustomKeyStoreName", "CustomKeyStoreType", "KeyStorePassword", "TrustAnchorCertificate", "XksProxyAuthenticationCredential", "XksProxyConnectivity", "XksProxyUriEndpoint", "XksProxyUriPath", "XksProxyVpcEndpointServiceName", "XksProxyVpcEndpointServiceOwner"],
        Operation::CreateGrant => &["Constraints", "DryRun", "GrantTokens", "GranteePrincipal", "GranteeServicePrincipal", "KeyId", "Name", "Operations", "RetiringPrincipal", "RetiringServicePrincipal"],
        Operation::CreateKey => &["BypassPolicyLockoutSafetyCheck", "CustomKeyStoreId", "CustomerMasterKeySpec", "Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin", "Policy", "Tags", "XksKeyId"],
        Operation::Decapsulate => &["DryRun", "EncapsulationAlgorithm", "GrantTokens", "KeyId", "SharedSecretCiphertextBlob"],
        Operation::Decrypt => &["CiphertextBlob", "DryRun", "DryRunModifiers", "EncryptionAlgorithm", "EncryptionContext", "GrantTokens", "KeyId", "Recipient"],
        Operation::DeleteAlias => &["AliasName"],
        Operation::DeleteImportedKeyMaterial => &["KeyId", "KeyMaterialId"],
        Operation::DeriveSharedSecret => &["DryRun", "GrantTokens", "KeyAgreementAlgorithm", "KeyId", "PublicKey", "Recipient"],
        Operation::DescribeCustomKeyStores => &["CustomKeyStoreId", "CustomKeyStoreName", "Limit", "Marker"],
        Operation::DescribeKey | Operation::GetPublicKey => &["GrantTokens", "KeyId"],
        Operation::EnableKeyRotation => &["KeyId", "RotationPeriodInDays"],
        Operation::Encapsulate => &["DryRun", "EncapsulationAlgorithm", "GrantTokens", "KeyId"],
        Operation::Encrypt => &["DryRun", "EncryptionAlgorithm", "EncryptionContext", "GrantTokens", "KeyId", "Plaintext"],
        Operation::GenerateDataKey => &["DryRun", "EncryptionContext", "GrantTokens", "KeyId", "KeySpec", "NumberOfBytes", "Recipient"],
        Operation::GenerateDataKeyPair => &["DryRun", "EncryptionContext", "GrantTokens", "KeyId", "KeyPairSpec", "Recipient"],
        Operation::GenerateDataKeyPairWithoutPlaintext => &["DryRun", "EncryptionContext", "GrantTokens", "KeyId", "KeyPairSpec"],
        Operation::GenerateDataKeyWithoutPlaintext => &["DryRun", "EncryptionContext", "GrantTokens", "KeyId", "KeySpec", "NumberOfBytes"],
        Operation::GenerateMac => &["DryRun", "GrantTokens", "KeyId", "MacAlgorithm", "Message"],
        Operation::GenerateRandom => &["CustomKeyStoreId", "NumberOfBytes", "Recipient"],
        Operation::GetKeyPolicy => &["KeyId", "PolicyName"],
        Operation::GetParametersForImport => &["KeyId", "WrappingAlgorithm", "WrappingKeySpec"],
        Operation::ImportKeyMaterial => &["EncryptedKeyMaterial", "ExpirationModel", "ImportToken", "ImportType", "KeyId", "KeyMaterialDescription", "KeyMaterialId", "ValidTo"],
        Operation::ListAliases | Operation::ListKeyPolicies | Operation::ListResourceTags => &["KeyId", "Limit", "Marker"],
        Operation::ListGrants => &["GrantId", "GranteePrincipal", "GranteeServicePrincipal", "KeyId", "Limit", "Marker"],
        Operation::ListKeyRotations => &["IncludeKeyMaterial", "KeyId", "Limit", "Marker"],
        Operation::ListKeys => &["Limit", "Marker", "ResourceOwners"],
        Operation::ListRetirableGrants => &["Limit", "Marker", "RetiringPrincipal", "RetiringServicePrincipal"],
        Operation::PutKeyPolicy => &["BypassPolicyLockoutSafetyCheck", "KeyId", "Policy", "PolicyName"],
        Operation::ReEncrypt => &["CiphertextBlob", "DestinationEncryptionAlgorithm", "DestinationEncryptionContext", "DestinationKeyId", "DryRun", "DryRunModifiers", "GrantTokens", "SourceEncryptionAlgorithm", "SourceEncryptionContext", "SourceKeyId"],
        Operation::ReplicateKey => &["BypassPolicyLockoutSafetyCheck", "Description", "KeyId", "Policy", "ReplicaRegion", "Tags"],
        Operation::RetireGrant => &["DryRun", "GrantId", "GrantToken", "KeyId"],
        Operation::RevokeGrant => &["DryRun", "GrantId", "KeyId"],
        Operation::ScheduleKeyDeletion => &["KeyId", "PendingWindowInDays"],
        Operation::Sign => &["DryRun", "GrantTokens", "KeyId", "Message", "MessageType", "SigningAlgorithm"],
        Operation::TagResource => &["KeyId", "Tags"],
        Operation::UntagResource => &["KeyId", "TagKeys"],
        Operation::UpdateCustomKeyStore => &["CloudHsmClusterId", "CustomKeyStoreId", "KeyStorePassword", "NewCustomKeyStoreName", "XksProxyAuthenticationCredential", "XksProxyConnectivity", "XksProxyUriEndpoint", "XksProxyUriPath", "XksProxyVpcEndpointServiceName", "XksProxyVpcEndpointServiceOwner"],
        Operation::UpdateKeyDescription => &["Description", "KeyId"],
        Operation::UpdatePrimaryRegion => &["KeyId", "PrimaryRegion"],
        Operation::Verify => &["DryRun", "GrantTokens", "KeyId", "Message", "MessageType", "Signature", "SigningAlgorithm"],
        Operation::VerifyMac => &["DryRun", "GrantTokens", "KeyId", "Mac", "MacAlgorithm", "Message"],
    }
}
