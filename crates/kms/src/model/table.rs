// Rendered by tests/suite/tables.rs from fixtures/tables/kms-api.json (2026-11).

use kmsim_types::Operation;

use super::{Interface, Length, Member, Pattern, Shape, Structure, Text};
use crate::error::ErrorCode;

static AWS_ACCOUNT_ID_TYPE: Shape = Shape::Text(Text { characters: Length::ANY, pattern: None, sensitive: false });

static ACCOUNT_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(12, 12), pattern: Some(Pattern::AccountId), sensitive: false });

static ALGORITHM_SPEC: Shape = Shape::Enumeration(&["RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE"]);

static ALIAS_LIST: Shape = Shape::List { element: &Shape::Structure(&ALIAS_LIST_ENTRY), elements: Length::ANY };

static ALIAS_LIST_ENTRY: Structure = Structure {
    name: "AliasListEntry",
    members: &[
        Member { name: "AliasName", required: false, shape: &ALIAS_NAME_TYPE },
        Member { name: "AliasArn", required: false, shape: &ARN_TYPE },
        Member { name: "TargetKeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "CreationDate", required: false, shape: &DATE_TYPE },
        Member { name: "LastUpdatedDate", required: false, shape: &DATE_TYPE },
    ],
};

static ALIAS_NAME_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 256), pattern: Some(Pattern::Name), sensitive: false });

static ARN_TYPE: Shape = Shape::Text(Text { characters: Length::of(20, 2048), pattern: None, sensitive: false });

static ATTESTATION_DOCUMENT_TYPE: Shape = Shape::Blob { bytes: Length::of(1, 262_144), sensitive: false };

static BACKING_KEY_ID_RESPONSE_TYPE: Shape = Shape::Text(Text { characters: Length::of(0, 64), pattern: Some(Pattern::Hexadecimal), sensitive: false });

static BACKING_KEY_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(64, 64), pattern: Some(Pattern::Hexadecimal), sensitive: false });

static BOOLEAN_TYPE: Shape = Shape::Boolean;

static CANCEL_KEY_DELETION_REQUEST: Structure = Structure {
    name: "CancelKeyDeletionRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static CANCEL_KEY_DELETION_RESPONSE: Structure = Structure {
    name: "CancelKeyDeletionResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
    ],
};

static CIPHERTEXT_TYPE: Shape = Shape::Blob { bytes: Length::of(1, 6144), sensitive: false };

static CLOUD_HSM_CLUSTER_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(19, 24), pattern: Some(Pattern::CloudHsmClusterId), sensitive: false });

static CLOUD_TRAIL_EVENT_ID_TYPE: Shape = Shape::Text(Text { characters: Length::ANY, pattern: None, sensitive: false });

static CONNECT_CUSTOM_KEY_STORE_REQUEST: Structure = Structure {
    name: "ConnectCustomKeyStoreRequest",
    members: &[
        Member { name: "CustomKeyStoreId", required: true, shape: &CUSTOM_KEY_STORE_ID_TYPE },
    ],
};

static CONNECT_CUSTOM_KEY_STORE_RESPONSE: Structure = Structure {
    name: "ConnectCustomKeyStoreResponse",
    members: &[
    ],
};

static CONNECTION_ERROR_CODE_TYPE: Shape = Shape::Enumeration(&["INVALID_CREDENTIALS", "CLUSTER_NOT_FOUND", "NETWORK_ERRORS", "INTERNAL_ERROR", "INSUFFICIENT_CLOUDHSM_HSMS", "USER_LOCKED_OUT", "USER_NOT_FOUND", "USER_LOGGED_IN", "SUBNET_NOT_FOUND", "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET", "XKS_PROXY_ACCESS_DENIED", "XKS_PROXY_NOT_REACHABLE", "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND", "XKS_PROXY_INVALID_RESPONSE", "XKS_PROXY_INVALID_CONFIGURATION", "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", "XKS_PROXY_TIMED_OUT", "XKS_PROXY_INVALID_TLS_CONFIGURATION"]);

static CONNECTION_STATE_TYPE: Shape = Shape::Enumeration(&["CONNECTED", "CONNECTING", "FAILED", "DISCONNECTED", "DISCONNECTING"]);

static CREATE_ALIAS_REQUEST: Structure = Structure {
    name: "CreateAliasRequest",
    members: &[
        Member { name: "AliasName", required: true, shape: &ALIAS_NAME_TYPE },
        Member { name: "TargetKeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static CREATE_CUSTOM_KEY_STORE_REQUEST: Structure = Structure {
    name: "CreateCustomKeyStoreRequest",
    members: &[
        Member { name: "CustomKeyStoreName", required: true, shape: &CUSTOM_KEY_STORE_NAME_TYPE },
        Member { name: "CloudHsmClusterId", required: false, shape: &CLOUD_HSM_CLUSTER_ID_TYPE },
        Member { name: "TrustAnchorCertificate", required: false, shape: &TRUST_ANCHOR_CERTIFICATE_TYPE },
        Member { name: "KeyStorePassword", required: false, shape: &KEY_STORE_PASSWORD_TYPE },
        Member { name: "CustomKeyStoreType", required: false, shape: &CUSTOM_KEY_STORE_TYPE },
        Member { name: "XksProxyUriEndpoint", required: false, shape: &XKS_PROXY_URI_ENDPOINT_TYPE },
        Member { name: "XksProxyUriPath", required: false, shape: &XKS_PROXY_URI_PATH_TYPE },
        Member { name: "XksProxyVpcEndpointServiceName", required: false, shape: &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE },
        Member { name: "XksProxyVpcEndpointServiceOwner", required: false, shape: &ACCOUNT_ID_TYPE },
        Member { name: "XksProxyAuthenticationCredential", required: false, shape: &Shape::Structure(&XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE) },
        Member { name: "XksProxyConnectivity", required: false, shape: &XKS_PROXY_CONNECTIVITY_TYPE },
    ],
};

static CREATE_CUSTOM_KEY_STORE_RESPONSE: Structure = Structure {
    name: "CreateCustomKeyStoreResponse",
    members: &[
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
    ],
};

static CREATE_GRANT_REQUEST: Structure = Structure {
    name: "CreateGrantRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "GranteePrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "RetiringPrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "Operations", required: true, shape: &GRANT_OPERATION_LIST },
        Member { name: "Constraints", required: false, shape: &Shape::Structure(&GRANT_CONSTRAINTS) },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "Name", required: false, shape: &GRANT_NAME_TYPE },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "GranteeServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
        Member { name: "RetiringServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
    ],
};

static CREATE_GRANT_RESPONSE: Structure = Structure {
    name: "CreateGrantResponse",
    members: &[
        Member { name: "GrantToken", required: false, shape: &GRANT_TOKEN_TYPE },
        Member { name: "GrantId", required: false, shape: &GRANT_ID_TYPE },
    ],
};

static CREATE_KEY_REQUEST: Structure = Structure {
    name: "CreateKeyRequest",
    members: &[
        Member { name: "Policy", required: false, shape: &POLICY_TYPE },
        Member { name: "Description", required: false, shape: &DESCRIPTION_TYPE },
        Member { name: "KeyUsage", required: false, shape: &KEY_USAGE_TYPE },
        Member { name: "CustomerMasterKeySpec", required: false, shape: &CUSTOMER_MASTER_KEY_SPEC },
        Member { name: "KeySpec", required: false, shape: &KEY_SPEC },
        Member { name: "Origin", required: false, shape: &ORIGIN_TYPE },
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "BypassPolicyLockoutSafetyCheck", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "Tags", required: false, shape: &TAG_LIST },
        Member { name: "MultiRegion", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "XksKeyId", required: false, shape: &XKS_KEY_ID_TYPE },
    ],
};

static CREATE_KEY_RESPONSE: Structure = Structure {
    name: "CreateKeyResponse",
    members: &[
        Member { name: "KeyMetadata", required: false, shape: &Shape::Structure(&KEY_METADATA) },
    ],
};

static CUSTOM_KEY_STORE_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 64), pattern: None, sensitive: false });

static CUSTOM_KEY_STORE_NAME_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 256), pattern: None, sensitive: false });

static CUSTOM_KEY_STORE_TYPE: Shape = Shape::Enumeration(&["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]);

static CUSTOM_KEY_STORES_LIST: Shape = Shape::List { element: &Shape::Structure(&CUSTOM_KEY_STORES_LIST_ENTRY), elements: Length::ANY };

static CUSTOM_KEY_STORES_LIST_ENTRY: Structure = Structure {
    name: "CustomKeyStoresListEntry",
    members: &[
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "CustomKeyStoreName", required: false, shape: &CUSTOM_KEY_STORE_NAME_TYPE },
        Member { name: "CloudHsmClusterId", required: false, shape: &CLOUD_HSM_CLUSTER_ID_TYPE },
        Member { name: "TrustAnchorCertificate", required: false, shape: &TRUST_ANCHOR_CERTIFICATE_TYPE },
        Member { name: "ConnectionState", required: false, shape: &CONNECTION_STATE_TYPE },
        Member { name: "ConnectionErrorCode", required: false, shape: &CONNECTION_ERROR_CODE_TYPE },
        Member { name: "CreationDate", required: false, shape: &DATE_TYPE },
        Member { name: "CustomKeyStoreType", required: false, shape: &CUSTOM_KEY_STORE_TYPE },
        Member { name: "XksProxyConfiguration", required: false, shape: &Shape::Structure(&XKS_PROXY_CONFIGURATION_TYPE) },
    ],
};

static CUSTOMER_MASTER_KEY_SPEC: Shape = Shape::Enumeration(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2"]);

static DATA_KEY_PAIR_SPEC: Shape = Shape::Enumeration(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SM2", "ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]);

static DATA_KEY_SPEC: Shape = Shape::Enumeration(&["AES_256", "AES_128"]);

static DATE_TYPE: Shape = Shape::Timestamp;

static DECAPSULATE_REQUEST: Structure = Structure {
    name: "DecapsulateRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "SharedSecretCiphertextBlob", required: true, shape: &CIPHERTEXT_TYPE },
        Member { name: "EncapsulationAlgorithm", required: true, shape: &ENCAPSULATION_ALGORITHM_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static DECAPSULATE_RESPONSE: Structure = Structure {
    name: "DecapsulateResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "SharedSecret", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "EncapsulationAlgorithm", required: false, shape: &ENCAPSULATION_ALGORITHM_SPEC },
    ],
};

static DECRYPT_REQUEST: Structure = Structure {
    name: "DecryptRequest",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "EncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "Recipient", required: false, shape: &Shape::Structure(&RECIPIENT_INFO) },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "DryRunModifiers", required: false, shape: &DRY_RUN_MODIFIER_LIST },
    ],
};

static DECRYPT_RESPONSE: Structure = Structure {
    name: "DecryptResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "Plaintext", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "EncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "CiphertextForRecipient", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static DELETE_ALIAS_REQUEST: Structure = Structure {
    name: "DeleteAliasRequest",
    members: &[
        Member { name: "AliasName", required: true, shape: &ALIAS_NAME_TYPE },
    ],
};

static DELETE_CUSTOM_KEY_STORE_REQUEST: Structure = Structure {
    name: "DeleteCustomKeyStoreRequest",
    members: &[
        Member { name: "CustomKeyStoreId", required: true, shape: &CUSTOM_KEY_STORE_ID_TYPE },
    ],
};

static DELETE_CUSTOM_KEY_STORE_RESPONSE: Structure = Structure {
    name: "DeleteCustomKeyStoreResponse",
    members: &[
    ],
};

static DELETE_IMPORTED_KEY_MATERIAL_REQUEST: Structure = Structure {
    name: "DeleteImportedKeyMaterialRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static DELETE_IMPORTED_KEY_MATERIAL_RESPONSE: Structure = Structure {
    name: "DeleteImportedKeyMaterialResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_RESPONSE_TYPE },
    ],
};

static DERIVE_SHARED_SECRET_REQUEST: Structure = Structure {
    name: "DeriveSharedSecretRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "KeyAgreementAlgorithm", required: true, shape: &KEY_AGREEMENT_ALGORITHM_SPEC },
        Member { name: "PublicKey", required: true, shape: &PUBLIC_KEY_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "Recipient", required: false, shape: &Shape::Structure(&RECIPIENT_INFO) },
    ],
};

static DERIVE_SHARED_SECRET_RESPONSE: Structure = Structure {
    name: "DeriveSharedSecretResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "SharedSecret", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "CiphertextForRecipient", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyAgreementAlgorithm", required: false, shape: &KEY_AGREEMENT_ALGORITHM_SPEC },
        Member { name: "KeyOrigin", required: false, shape: &ORIGIN_TYPE },
    ],
};

static DESCRIBE_CUSTOM_KEY_STORES_REQUEST: Structure = Structure {
    name: "DescribeCustomKeyStoresRequest",
    members: &[
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "CustomKeyStoreName", required: false, shape: &CUSTOM_KEY_STORE_NAME_TYPE },
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
    ],
};

static DESCRIBE_CUSTOM_KEY_STORES_RESPONSE: Structure = Structure {
    name: "DescribeCustomKeyStoresResponse",
    members: &[
        Member { name: "CustomKeyStores", required: false, shape: &CUSTOM_KEY_STORES_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static DESCRIBE_KEY_REQUEST: Structure = Structure {
    name: "DescribeKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
    ],
};

static DESCRIBE_KEY_RESPONSE: Structure = Structure {
    name: "DescribeKeyResponse",
    members: &[
        Member { name: "KeyMetadata", required: false, shape: &Shape::Structure(&KEY_METADATA) },
    ],
};

static DESCRIPTION_TYPE: Shape = Shape::Text(Text { characters: Length::of(0, 8192), pattern: None, sensitive: false });

static DISABLE_KEY_REQUEST: Structure = Structure {
    name: "DisableKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static DISABLE_KEY_ROTATION_REQUEST: Structure = Structure {
    name: "DisableKeyRotationRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static DISCONNECT_CUSTOM_KEY_STORE_REQUEST: Structure = Structure {
    name: "DisconnectCustomKeyStoreRequest",
    members: &[
        Member { name: "CustomKeyStoreId", required: true, shape: &CUSTOM_KEY_STORE_ID_TYPE },
    ],
};

static DISCONNECT_CUSTOM_KEY_STORE_RESPONSE: Structure = Structure {
    name: "DisconnectCustomKeyStoreResponse",
    members: &[
    ],
};

static DRY_RUN_MODIFIER_LIST: Shape = Shape::List { element: &DRY_RUN_MODIFIER_TYPE, elements: Length::ANY };

static DRY_RUN_MODIFIER_TYPE: Shape = Shape::Enumeration(&["IGNORE_CIPHERTEXT"]);

static ENABLE_KEY_REQUEST: Structure = Structure {
    name: "EnableKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static ENABLE_KEY_ROTATION_REQUEST: Structure = Structure {
    name: "EnableKeyRotationRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "RotationPeriodInDays", required: false, shape: &ROTATION_PERIOD_IN_DAYS_TYPE },
    ],
};

static ENCAPSULATE_REQUEST: Structure = Structure {
    name: "EncapsulateRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "EncapsulationAlgorithm", required: true, shape: &ENCAPSULATION_ALGORITHM_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static ENCAPSULATE_RESPONSE: Structure = Structure {
    name: "EncapsulateResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "SharedSecret", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "SharedSecretCiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "EncapsulationAlgorithm", required: false, shape: &ENCAPSULATION_ALGORITHM_SPEC },
    ],
};

static ENCAPSULATION_ALGORITHM_SPEC: Shape = Shape::Enumeration(&["ML_KEM"]);

static ENCAPSULATION_ALGORITHM_SPEC_LIST: Shape = Shape::List { element: &ENCAPSULATION_ALGORITHM_SPEC, elements: Length::ANY };

static ENCRYPT_REQUEST: Structure = Structure {
    name: "EncryptRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Plaintext", required: true, shape: &PLAINTEXT_TYPE },
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "EncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static ENCRYPT_RESPONSE: Structure = Structure {
    name: "EncryptResponse",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "EncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
    ],
};

static ENCRYPTION_ALGORITHM_SPEC: Shape = Shape::Enumeration(&["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"]);

static ENCRYPTION_ALGORITHM_SPEC_LIST: Shape = Shape::List { element: &ENCRYPTION_ALGORITHM_SPEC, elements: Length::ANY };

static ENCRYPTION_CONTEXT_TYPE: Shape = Shape::Map { key: Text { characters: Length::ANY, pattern: None, sensitive: false }, value: &ENCRYPTION_CONTEXT_VALUE };

static ENCRYPTION_CONTEXT_VALUE: Shape = Shape::Text(Text { characters: Length::ANY, pattern: None, sensitive: false });

static EXPIRATION_MODEL_TYPE: Shape = Shape::Enumeration(&["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"]);

static GENERATE_DATA_KEY_PAIR_REQUEST: Structure = Structure {
    name: "GenerateDataKeyPairRequest",
    members: &[
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "KeyPairSpec", required: true, shape: &DATA_KEY_PAIR_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "Recipient", required: false, shape: &Shape::Structure(&RECIPIENT_INFO) },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static GENERATE_DATA_KEY_PAIR_RESPONSE: Structure = Structure {
    name: "GenerateDataKeyPairResponse",
    members: &[
        Member { name: "PrivateKeyCiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "PrivateKeyPlaintext", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "PublicKey", required: false, shape: &PUBLIC_KEY_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyPairSpec", required: false, shape: &DATA_KEY_PAIR_SPEC },
        Member { name: "CiphertextForRecipient", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_REQUEST: Structure = Structure {
    name: "GenerateDataKeyPairWithoutPlaintextRequest",
    members: &[
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "KeyPairSpec", required: true, shape: &DATA_KEY_PAIR_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_RESPONSE: Structure = Structure {
    name: "GenerateDataKeyPairWithoutPlaintextResponse",
    members: &[
        Member { name: "PrivateKeyCiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "PublicKey", required: false, shape: &PUBLIC_KEY_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyPairSpec", required: false, shape: &DATA_KEY_PAIR_SPEC },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static GENERATE_DATA_KEY_REQUEST: Structure = Structure {
    name: "GenerateDataKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "NumberOfBytes", required: false, shape: &NUMBER_OF_BYTES_TYPE },
        Member { name: "KeySpec", required: false, shape: &DATA_KEY_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "Recipient", required: false, shape: &Shape::Structure(&RECIPIENT_INFO) },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static GENERATE_DATA_KEY_RESPONSE: Structure = Structure {
    name: "GenerateDataKeyResponse",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "Plaintext", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "CiphertextForRecipient", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_REQUEST: Structure = Structure {
    name: "GenerateDataKeyWithoutPlaintextRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "EncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "KeySpec", required: false, shape: &DATA_KEY_SPEC },
        Member { name: "NumberOfBytes", required: false, shape: &NUMBER_OF_BYTES_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_RESPONSE: Structure = Structure {
    name: "GenerateDataKeyWithoutPlaintextResponse",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static GENERATE_MAC_REQUEST: Structure = Structure {
    name: "GenerateMacRequest",
    members: &[
        Member { name: "Message", required: true, shape: &PLAINTEXT_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "MacAlgorithm", required: true, shape: &MAC_ALGORITHM_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static GENERATE_MAC_RESPONSE: Structure = Structure {
    name: "GenerateMacResponse",
    members: &[
        Member { name: "Mac", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "MacAlgorithm", required: false, shape: &MAC_ALGORITHM_SPEC },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
    ],
};

static GENERATE_RANDOM_REQUEST: Structure = Structure {
    name: "GenerateRandomRequest",
    members: &[
        Member { name: "NumberOfBytes", required: false, shape: &NUMBER_OF_BYTES_TYPE },
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "Recipient", required: false, shape: &Shape::Structure(&RECIPIENT_INFO) },
    ],
};

static GENERATE_RANDOM_RESPONSE: Structure = Structure {
    name: "GenerateRandomResponse",
    members: &[
        Member { name: "Plaintext", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "CiphertextForRecipient", required: false, shape: &CIPHERTEXT_TYPE },
    ],
};

static GET_KEY_LAST_USAGE_REQUEST: Structure = Structure {
    name: "GetKeyLastUsageRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static GET_KEY_LAST_USAGE_RESPONSE: Structure = Structure {
    name: "GetKeyLastUsageResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyLastUsage", required: false, shape: &Shape::Structure(&KEY_LAST_USAGE_DATA) },
        Member { name: "TrackingStartDate", required: false, shape: &DATE_TYPE },
        Member { name: "KeyCreationDate", required: false, shape: &DATE_TYPE },
    ],
};

static GET_KEY_POLICY_REQUEST: Structure = Structure {
    name: "GetKeyPolicyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "PolicyName", required: false, shape: &POLICY_NAME_TYPE },
    ],
};

static GET_KEY_POLICY_RESPONSE: Structure = Structure {
    name: "GetKeyPolicyResponse",
    members: &[
        Member { name: "Policy", required: false, shape: &POLICY_TYPE },
        Member { name: "PolicyName", required: false, shape: &POLICY_NAME_TYPE },
    ],
};

static GET_KEY_ROTATION_STATUS_REQUEST: Structure = Structure {
    name: "GetKeyRotationStatusRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static GET_KEY_ROTATION_STATUS_RESPONSE: Structure = Structure {
    name: "GetKeyRotationStatusResponse",
    members: &[
        Member { name: "KeyRotationEnabled", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "RotationPeriodInDays", required: false, shape: &ROTATION_PERIOD_IN_DAYS_TYPE },
        Member { name: "NextRotationDate", required: false, shape: &DATE_TYPE },
        Member { name: "OnDemandRotationStartDate", required: false, shape: &DATE_TYPE },
    ],
};

static GET_PARAMETERS_FOR_IMPORT_REQUEST: Structure = Structure {
    name: "GetParametersForImportRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "WrappingAlgorithm", required: true, shape: &ALGORITHM_SPEC },
        Member { name: "WrappingKeySpec", required: true, shape: &WRAPPING_KEY_SPEC },
    ],
};

static GET_PARAMETERS_FOR_IMPORT_RESPONSE: Structure = Structure {
    name: "GetParametersForImportResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "ImportToken", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "PublicKey", required: false, shape: &PLAINTEXT_TYPE },
        Member { name: "ParametersValidTo", required: false, shape: &DATE_TYPE },
    ],
};

static GET_PUBLIC_KEY_REQUEST: Structure = Structure {
    name: "GetPublicKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
    ],
};

static GET_PUBLIC_KEY_RESPONSE: Structure = Structure {
    name: "GetPublicKeyResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "PublicKey", required: false, shape: &PUBLIC_KEY_TYPE },
        Member { name: "CustomerMasterKeySpec", required: false, shape: &CUSTOMER_MASTER_KEY_SPEC },
        Member { name: "KeySpec", required: false, shape: &KEY_SPEC },
        Member { name: "KeyUsage", required: false, shape: &KEY_USAGE_TYPE },
        Member { name: "EncryptionAlgorithms", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC_LIST },
        Member { name: "SigningAlgorithms", required: false, shape: &SIGNING_ALGORITHM_SPEC_LIST },
        Member { name: "KeyAgreementAlgorithms", required: false, shape: &KEY_AGREEMENT_ALGORITHM_SPEC_LIST },
        Member { name: "EncapsulationAlgorithms", required: false, shape: &ENCAPSULATION_ALGORITHM_SPEC_LIST },
    ],
};

static GRANT_CONSTRAINT_SOURCE_ARN_TYPE: Shape = Shape::Text(Text { characters: Length::of(20, 512), pattern: Some(Pattern::SourceArn), sensitive: false });

static GRANT_CONSTRAINTS: Structure = Structure {
    name: "GrantConstraints",
    members: &[
        Member { name: "EncryptionContextSubset", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "EncryptionContextEquals", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "SourceArn", required: false, shape: &GRANT_CONSTRAINT_SOURCE_ARN_TYPE },
    ],
};

static GRANT_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 128), pattern: None, sensitive: false });

static GRANT_LIST: Shape = Shape::List { element: &Shape::Structure(&GRANT_LIST_ENTRY), elements: Length::ANY };

static GRANT_LIST_ENTRY: Structure = Structure {
    name: "GrantListEntry",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "GrantId", required: false, shape: &GRANT_ID_TYPE },
        Member { name: "Name", required: false, shape: &GRANT_NAME_TYPE },
        Member { name: "CreationDate", required: false, shape: &DATE_TYPE },
        Member { name: "GranteePrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "RetiringPrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "IssuingAccount", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "Operations", required: false, shape: &GRANT_OPERATION_LIST },
        Member { name: "Constraints", required: false, shape: &Shape::Structure(&GRANT_CONSTRAINTS) },
        Member { name: "GranteeServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
        Member { name: "RetiringServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
    ],
};

static GRANT_NAME_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 256), pattern: Some(Pattern::Name), sensitive: false });

static GRANT_OPERATION: Shape = Shape::Enumeration(&["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"]);

static GRANT_OPERATION_LIST: Shape = Shape::List { element: &GRANT_OPERATION, elements: Length::ANY };

static GRANT_TOKEN_LIST: Shape = Shape::List { element: &GRANT_TOKEN_TYPE, elements: Length::of(0, 10) };

static GRANT_TOKEN_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 8192), pattern: None, sensitive: false });

static IMPORT_KEY_MATERIAL_REQUEST: Structure = Structure {
    name: "ImportKeyMaterialRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "ImportToken", required: true, shape: &CIPHERTEXT_TYPE },
        Member { name: "EncryptedKeyMaterial", required: true, shape: &CIPHERTEXT_TYPE },
        Member { name: "ValidTo", required: false, shape: &DATE_TYPE },
        Member { name: "ExpirationModel", required: false, shape: &EXPIRATION_MODEL_TYPE },
        Member { name: "ImportType", required: false, shape: &IMPORT_TYPE },
        Member { name: "KeyMaterialDescription", required: false, shape: &KEY_MATERIAL_DESCRIPTION_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static IMPORT_KEY_MATERIAL_RESPONSE: Structure = Structure {
    name: "ImportKeyMaterialResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static IMPORT_STATE: Shape = Shape::Enumeration(&["IMPORTED", "PENDING_IMPORT"]);

static IMPORT_TYPE: Shape = Shape::Enumeration(&["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"]);

static INCLUDE_KEY_MATERIAL: Shape = Shape::Enumeration(&["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"]);

static KEY_AGREEMENT_ALGORITHM_SPEC: Shape = Shape::Enumeration(&["ECDH"]);

static KEY_AGREEMENT_ALGORITHM_SPEC_LIST: Shape = Shape::List { element: &KEY_AGREEMENT_ALGORITHM_SPEC, elements: Length::ANY };

static KEY_ENCRYPTION_MECHANISM: Shape = Shape::Enumeration(&["RSAES_OAEP_SHA_256"]);

static KEY_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 2048), pattern: None, sensitive: false });

static KEY_LAST_USAGE_DATA: Structure = Structure {
    name: "KeyLastUsageData",
    members: &[
        Member { name: "Operation", required: false, shape: &KEY_LAST_USAGE_TRACKING_OPERATION },
        Member { name: "Timestamp", required: false, shape: &DATE_TYPE },
        Member { name: "CloudTrailEventId", required: false, shape: &CLOUD_TRAIL_EVENT_ID_TYPE },
        Member { name: "KmsRequestId", required: false, shape: &KMS_REQUEST_ID_TYPE },
    ],
};

static KEY_LAST_USAGE_TRACKING_OPERATION: Shape = Shape::Enumeration(&["Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac", "Encapsulate", "Decapsulate"]);

static KEY_LIST: Shape = Shape::List { element: &Shape::Structure(&KEY_LIST_ENTRY), elements: Length::ANY };

static KEY_LIST_ENTRY: Structure = Structure {
    name: "KeyListEntry",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyArn", required: false, shape: &ARN_TYPE },
    ],
};

static KEY_MANAGER_TYPE: Shape = Shape::Enumeration(&["AWS", "CUSTOMER"]);

static KEY_MATERIAL_DESCRIPTION_TYPE: Shape = Shape::Text(Text { characters: Length::of(0, 256), pattern: Some(Pattern::KeyMaterialDescription), sensitive: false });

static KEY_MATERIAL_STATE: Shape = Shape::Enumeration(&["NON_CURRENT", "CURRENT", "PENDING_ROTATION", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"]);

static KEY_METADATA: Structure = Structure {
    name: "KeyMetadata",
    members: &[
        Member { name: "AWSAccountId", required: false, shape: &AWS_ACCOUNT_ID_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Arn", required: false, shape: &ARN_TYPE },
        Member { name: "CreationDate", required: false, shape: &DATE_TYPE },
        Member { name: "Enabled", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "Description", required: false, shape: &DESCRIPTION_TYPE },
        Member { name: "KeyUsage", required: false, shape: &KEY_USAGE_TYPE },
        Member { name: "KeyState", required: false, shape: &KEY_STATE },
        Member { name: "DeletionDate", required: false, shape: &DATE_TYPE },
        Member { name: "ValidTo", required: false, shape: &DATE_TYPE },
        Member { name: "Origin", required: false, shape: &ORIGIN_TYPE },
        Member { name: "CustomKeyStoreId", required: false, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "CloudHsmClusterId", required: false, shape: &CLOUD_HSM_CLUSTER_ID_TYPE },
        Member { name: "ExpirationModel", required: false, shape: &EXPIRATION_MODEL_TYPE },
        Member { name: "KeyManager", required: false, shape: &KEY_MANAGER_TYPE },
        Member { name: "CustomerMasterKeySpec", required: false, shape: &CUSTOMER_MASTER_KEY_SPEC },
        Member { name: "KeySpec", required: false, shape: &KEY_SPEC },
        Member { name: "EncryptionAlgorithms", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC_LIST },
        Member { name: "SigningAlgorithms", required: false, shape: &SIGNING_ALGORITHM_SPEC_LIST },
        Member { name: "KeyAgreementAlgorithms", required: false, shape: &KEY_AGREEMENT_ALGORITHM_SPEC_LIST },
        Member { name: "EncapsulationAlgorithms", required: false, shape: &ENCAPSULATION_ALGORITHM_SPEC_LIST },
        Member { name: "MultiRegion", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "MultiRegionConfiguration", required: false, shape: &Shape::Structure(&MULTI_REGION_CONFIGURATION) },
        Member { name: "PendingDeletionWindowInDays", required: false, shape: &PENDING_WINDOW_IN_DAYS_TYPE },
        Member { name: "MacAlgorithms", required: false, shape: &MAC_ALGORITHM_SPEC_LIST },
        Member { name: "XksKeyConfiguration", required: false, shape: &Shape::Structure(&XKS_KEY_CONFIGURATION_TYPE) },
        Member { name: "CurrentKeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static KEY_SPEC: Shape = Shape::Enumeration(&["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]);

static KEY_STATE: Shape = Shape::Enumeration(&["Creating", "Enabled", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Updating"]);

static KEY_STORE_PASSWORD_TYPE: Shape = Shape::Text(Text { characters: Length::of(7, 32), pattern: None, sensitive: true });

static KEY_USAGE_TYPE: Shape = Shape::Enumeration(&["SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"]);

static KMS_REQUEST_ID_TYPE: Shape = Shape::Text(Text { characters: Length::ANY, pattern: None, sensitive: false });

static LIMIT_TYPE: Shape = Shape::Integer { min: 1, max: 1000 };

static LIST_ALIASES_REQUEST: Structure = Structure {
    name: "ListAliasesRequest",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
    ],
};

static LIST_ALIASES_RESPONSE: Structure = Structure {
    name: "ListAliasesResponse",
    members: &[
        Member { name: "Aliases", required: false, shape: &ALIAS_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_GRANTS_REQUEST: Structure = Structure {
    name: "ListGrantsRequest",
    members: &[
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "GrantId", required: false, shape: &GRANT_ID_TYPE },
        Member { name: "GranteePrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "GranteeServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
    ],
};

static LIST_GRANTS_RESPONSE: Structure = Structure {
    name: "ListGrantsResponse",
    members: &[
        Member { name: "Grants", required: false, shape: &GRANT_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_KEY_POLICIES_REQUEST: Structure = Structure {
    name: "ListKeyPoliciesRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
    ],
};

static LIST_KEY_POLICIES_RESPONSE: Structure = Structure {
    name: "ListKeyPoliciesResponse",
    members: &[
        Member { name: "PolicyNames", required: false, shape: &POLICY_NAME_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_KEY_ROTATIONS_REQUEST: Structure = Structure {
    name: "ListKeyRotationsRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "IncludeKeyMaterial", required: false, shape: &INCLUDE_KEY_MATERIAL },
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
    ],
};

static LIST_KEY_ROTATIONS_RESPONSE: Structure = Structure {
    name: "ListKeyRotationsResponse",
    members: &[
        Member { name: "Rotations", required: false, shape: &ROTATIONS_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_KEYS_REQUEST: Structure = Structure {
    name: "ListKeysRequest",
    members: &[
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
        Member { name: "ResourceOwners", required: false, shape: &RESOURCE_OWNERS_LIST },
    ],
};

static LIST_KEYS_RESPONSE: Structure = Structure {
    name: "ListKeysResponse",
    members: &[
        Member { name: "Keys", required: false, shape: &KEY_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_RESOURCE_TAGS_REQUEST: Structure = Structure {
    name: "ListResourceTagsRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
    ],
};

static LIST_RESOURCE_TAGS_RESPONSE: Structure = Structure {
    name: "ListResourceTagsResponse",
    members: &[
        Member { name: "Tags", required: false, shape: &TAG_LIST },
        Member { name: "NextMarker", required: false, shape: &MARKER_TYPE },
        Member { name: "Truncated", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static LIST_RETIRABLE_GRANTS_REQUEST: Structure = Structure {
    name: "ListRetirableGrantsRequest",
    members: &[
        Member { name: "Limit", required: false, shape: &LIMIT_TYPE },
        Member { name: "Marker", required: false, shape: &MARKER_TYPE },
        Member { name: "RetiringPrincipal", required: false, shape: &PRINCIPAL_ID_TYPE },
        Member { name: "RetiringServicePrincipal", required: false, shape: &SERVICE_PRINCIPAL_TYPE },
    ],
};

static MAC_ALGORITHM_SPEC: Shape = Shape::Enumeration(&["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"]);

static MAC_ALGORITHM_SPEC_LIST: Shape = Shape::List { element: &MAC_ALGORITHM_SPEC, elements: Length::ANY };

static MARKER_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 1024), pattern: Some(Pattern::Marker), sensitive: false });

static MESSAGE_TYPE: Shape = Shape::Enumeration(&["RAW", "DIGEST", "EXTERNAL_MU"]);

static MULTI_REGION_CONFIGURATION: Structure = Structure {
    name: "MultiRegionConfiguration",
    members: &[
        Member { name: "MultiRegionKeyType", required: false, shape: &MULTI_REGION_KEY_TYPE },
        Member { name: "PrimaryKey", required: false, shape: &Shape::Structure(&MULTI_REGION_KEY) },
        Member { name: "ReplicaKeys", required: false, shape: &MULTI_REGION_KEY_LIST },
    ],
};

static MULTI_REGION_KEY: Structure = Structure {
    name: "MultiRegionKey",
    members: &[
        Member { name: "Arn", required: false, shape: &ARN_TYPE },
        Member { name: "Region", required: false, shape: &REGION_TYPE },
    ],
};

static MULTI_REGION_KEY_LIST: Shape = Shape::List { element: &Shape::Structure(&MULTI_REGION_KEY), elements: Length::ANY };

static MULTI_REGION_KEY_TYPE: Shape = Shape::Enumeration(&["PRIMARY", "REPLICA"]);

static NULLABLE_BOOLEAN_TYPE: Shape = Shape::Boolean;

static NUMBER_OF_BYTES_TYPE: Shape = Shape::Integer { min: 1, max: 1024 };

static ORIGIN_TYPE: Shape = Shape::Enumeration(&["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]);

static PENDING_WINDOW_IN_DAYS_TYPE: Shape = Shape::Integer { min: 1, max: 365 };

static PLAINTEXT_TYPE: Shape = Shape::Blob { bytes: Length::of(1, 4096), sensitive: true };

static POLICY_NAME_LIST: Shape = Shape::List { element: &POLICY_NAME_TYPE, elements: Length::ANY };

static POLICY_NAME_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 128), pattern: Some(Pattern::PolicyName), sensitive: false });

static POLICY_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 131_072), pattern: Some(Pattern::Policy), sensitive: false });

static PRINCIPAL_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 256), pattern: Some(Pattern::Principal), sensitive: false });

static PUBLIC_KEY_TYPE: Shape = Shape::Blob { bytes: Length::of(1, 8192), sensitive: false };

static PUT_KEY_POLICY_REQUEST: Structure = Structure {
    name: "PutKeyPolicyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "PolicyName", required: false, shape: &POLICY_NAME_TYPE },
        Member { name: "Policy", required: true, shape: &POLICY_TYPE },
        Member { name: "BypassPolicyLockoutSafetyCheck", required: false, shape: &BOOLEAN_TYPE },
    ],
};

static RE_ENCRYPT_REQUEST: Structure = Structure {
    name: "ReEncryptRequest",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "SourceEncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "SourceKeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "DestinationKeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "DestinationEncryptionContext", required: false, shape: &ENCRYPTION_CONTEXT_TYPE },
        Member { name: "SourceEncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "DestinationEncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
        Member { name: "DryRunModifiers", required: false, shape: &DRY_RUN_MODIFIER_LIST },
    ],
};

static RE_ENCRYPT_RESPONSE: Structure = Structure {
    name: "ReEncryptResponse",
    members: &[
        Member { name: "CiphertextBlob", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "SourceKeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "SourceEncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "DestinationEncryptionAlgorithm", required: false, shape: &ENCRYPTION_ALGORITHM_SPEC },
        Member { name: "SourceKeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
        Member { name: "DestinationKeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
    ],
};

static RECIPIENT_INFO: Structure = Structure {
    name: "RecipientInfo",
    members: &[
        Member { name: "KeyEncryptionAlgorithm", required: false, shape: &KEY_ENCRYPTION_MECHANISM },
        Member { name: "AttestationDocument", required: false, shape: &ATTESTATION_DOCUMENT_TYPE },
    ],
};

static REGION_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 32), pattern: Some(Pattern::Region), sensitive: false });

static REPLICATE_KEY_REQUEST: Structure = Structure {
    name: "ReplicateKeyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "ReplicaRegion", required: true, shape: &REGION_TYPE },
        Member { name: "Policy", required: false, shape: &POLICY_TYPE },
        Member { name: "BypassPolicyLockoutSafetyCheck", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "Description", required: false, shape: &DESCRIPTION_TYPE },
        Member { name: "Tags", required: false, shape: &TAG_LIST },
    ],
};

static REPLICATE_KEY_RESPONSE: Structure = Structure {
    name: "ReplicateKeyResponse",
    members: &[
        Member { name: "ReplicaKeyMetadata", required: false, shape: &Shape::Structure(&KEY_METADATA) },
        Member { name: "ReplicaPolicy", required: false, shape: &POLICY_TYPE },
        Member { name: "ReplicaTags", required: false, shape: &TAG_LIST },
    ],
};

static RESOURCE_OWNER_TYPE: Shape = Shape::Enumeration(&["SELF", "OTHER_ACCOUNTS_VIA_RAM"]);

static RESOURCE_OWNERS_LIST: Shape = Shape::List { element: &RESOURCE_OWNER_TYPE, elements: Length::of(1, 2) };

static RETIRE_GRANT_REQUEST: Structure = Structure {
    name: "RetireGrantRequest",
    members: &[
        Member { name: "GrantToken", required: false, shape: &GRANT_TOKEN_TYPE },
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "GrantId", required: false, shape: &GRANT_ID_TYPE },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static REVOKE_GRANT_REQUEST: Structure = Structure {
    name: "RevokeGrantRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "GrantId", required: true, shape: &GRANT_ID_TYPE },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static ROTATE_KEY_ON_DEMAND_REQUEST: Structure = Structure {
    name: "RotateKeyOnDemandRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static ROTATE_KEY_ON_DEMAND_RESPONSE: Structure = Structure {
    name: "RotateKeyOnDemandResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
    ],
};

static ROTATION_PERIOD_IN_DAYS_TYPE: Shape = Shape::Integer { min: 90, max: 2560 };

static ROTATION_TYPE: Shape = Shape::Enumeration(&["AUTOMATIC", "ON_DEMAND"]);

static ROTATIONS_LIST: Shape = Shape::List { element: &Shape::Structure(&ROTATIONS_LIST_ENTRY), elements: Length::ANY };

static ROTATIONS_LIST_ENTRY: Structure = Structure {
    name: "RotationsListEntry",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "KeyMaterialId", required: false, shape: &BACKING_KEY_ID_TYPE },
        Member { name: "KeyMaterialDescription", required: false, shape: &KEY_MATERIAL_DESCRIPTION_TYPE },
        Member { name: "ImportState", required: false, shape: &IMPORT_STATE },
        Member { name: "KeyMaterialState", required: false, shape: &KEY_MATERIAL_STATE },
        Member { name: "ExpirationModel", required: false, shape: &EXPIRATION_MODEL_TYPE },
        Member { name: "ValidTo", required: false, shape: &DATE_TYPE },
        Member { name: "RotationDate", required: false, shape: &DATE_TYPE },
        Member { name: "RotationType", required: false, shape: &ROTATION_TYPE },
    ],
};

static SCHEDULE_KEY_DELETION_REQUEST: Structure = Structure {
    name: "ScheduleKeyDeletionRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "PendingWindowInDays", required: false, shape: &PENDING_WINDOW_IN_DAYS_TYPE },
    ],
};

static SCHEDULE_KEY_DELETION_RESPONSE: Structure = Structure {
    name: "ScheduleKeyDeletionResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "DeletionDate", required: false, shape: &DATE_TYPE },
        Member { name: "KeyState", required: false, shape: &KEY_STATE },
        Member { name: "PendingWindowInDays", required: false, shape: &PENDING_WINDOW_IN_DAYS_TYPE },
    ],
};

static SERVICE_PRINCIPAL_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 128), pattern: Some(Pattern::ServicePrincipal), sensitive: false });

static SIGN_REQUEST: Structure = Structure {
    name: "SignRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Message", required: true, shape: &PLAINTEXT_TYPE },
        Member { name: "MessageType", required: false, shape: &MESSAGE_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "SigningAlgorithm", required: true, shape: &SIGNING_ALGORITHM_SPEC },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static SIGN_RESPONSE: Structure = Structure {
    name: "SignResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "Signature", required: false, shape: &CIPHERTEXT_TYPE },
        Member { name: "SigningAlgorithm", required: false, shape: &SIGNING_ALGORITHM_SPEC },
    ],
};

static SIGNING_ALGORITHM_SPEC: Shape = Shape::Enumeration(&["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512", "SM2DSA", "ML_DSA_SHAKE_256", "ED25519_SHA_512", "ED25519_PH_SHA_512"]);

static SIGNING_ALGORITHM_SPEC_LIST: Shape = Shape::List { element: &SIGNING_ALGORITHM_SPEC, elements: Length::ANY };

static TAG: Structure = Structure {
    name: "Tag",
    members: &[
        Member { name: "TagKey", required: true, shape: &TAG_KEY_TYPE },
        Member { name: "TagValue", required: true, shape: &TAG_VALUE_TYPE },
    ],
};

static TAG_KEY_LIST: Shape = Shape::List { element: &TAG_KEY_TYPE, elements: Length::ANY };

static TAG_KEY_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 128), pattern: None, sensitive: false });

static TAG_LIST: Shape = Shape::List { element: &Shape::Structure(&TAG), elements: Length::ANY };

static TAG_RESOURCE_REQUEST: Structure = Structure {
    name: "TagResourceRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Tags", required: true, shape: &TAG_LIST },
    ],
};

static TAG_VALUE_TYPE: Shape = Shape::Text(Text { characters: Length::of(0, 256), pattern: None, sensitive: false });

static TRUST_ANCHOR_CERTIFICATE_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 5000), pattern: None, sensitive: false });

static UNTAG_RESOURCE_REQUEST: Structure = Structure {
    name: "UntagResourceRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "TagKeys", required: true, shape: &TAG_KEY_LIST },
    ],
};

static UPDATE_ALIAS_REQUEST: Structure = Structure {
    name: "UpdateAliasRequest",
    members: &[
        Member { name: "AliasName", required: true, shape: &ALIAS_NAME_TYPE },
        Member { name: "TargetKeyId", required: true, shape: &KEY_ID_TYPE },
    ],
};

static UPDATE_CUSTOM_KEY_STORE_REQUEST: Structure = Structure {
    name: "UpdateCustomKeyStoreRequest",
    members: &[
        Member { name: "CustomKeyStoreId", required: true, shape: &CUSTOM_KEY_STORE_ID_TYPE },
        Member { name: "NewCustomKeyStoreName", required: false, shape: &CUSTOM_KEY_STORE_NAME_TYPE },
        Member { name: "KeyStorePassword", required: false, shape: &KEY_STORE_PASSWORD_TYPE },
        Member { name: "CloudHsmClusterId", required: false, shape: &CLOUD_HSM_CLUSTER_ID_TYPE },
        Member { name: "XksProxyUriEndpoint", required: false, shape: &XKS_PROXY_URI_ENDPOINT_TYPE },
        Member { name: "XksProxyUriPath", required: false, shape: &XKS_PROXY_URI_PATH_TYPE },
        Member { name: "XksProxyVpcEndpointServiceName", required: false, shape: &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE },
        Member { name: "XksProxyVpcEndpointServiceOwner", required: false, shape: &ACCOUNT_ID_TYPE },
        Member { name: "XksProxyAuthenticationCredential", required: false, shape: &Shape::Structure(&XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE) },
        Member { name: "XksProxyConnectivity", required: false, shape: &XKS_PROXY_CONNECTIVITY_TYPE },
    ],
};

static UPDATE_CUSTOM_KEY_STORE_RESPONSE: Structure = Structure {
    name: "UpdateCustomKeyStoreResponse",
    members: &[
    ],
};

static UPDATE_KEY_DESCRIPTION_REQUEST: Structure = Structure {
    name: "UpdateKeyDescriptionRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Description", required: true, shape: &DESCRIPTION_TYPE },
    ],
};

static UPDATE_PRIMARY_REGION_REQUEST: Structure = Structure {
    name: "UpdatePrimaryRegionRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "PrimaryRegion", required: true, shape: &REGION_TYPE },
    ],
};

static VERIFY_MAC_REQUEST: Structure = Structure {
    name: "VerifyMacRequest",
    members: &[
        Member { name: "Message", required: true, shape: &PLAINTEXT_TYPE },
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "MacAlgorithm", required: true, shape: &MAC_ALGORITHM_SPEC },
        Member { name: "Mac", required: true, shape: &CIPHERTEXT_TYPE },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static VERIFY_MAC_RESPONSE: Structure = Structure {
    name: "VerifyMacResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "MacValid", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "MacAlgorithm", required: false, shape: &MAC_ALGORITHM_SPEC },
    ],
};

static VERIFY_REQUEST: Structure = Structure {
    name: "VerifyRequest",
    members: &[
        Member { name: "KeyId", required: true, shape: &KEY_ID_TYPE },
        Member { name: "Message", required: true, shape: &PLAINTEXT_TYPE },
        Member { name: "MessageType", required: false, shape: &MESSAGE_TYPE },
        Member { name: "Signature", required: true, shape: &CIPHERTEXT_TYPE },
        Member { name: "SigningAlgorithm", required: true, shape: &SIGNING_ALGORITHM_SPEC },
        Member { name: "GrantTokens", required: false, shape: &GRANT_TOKEN_LIST },
        Member { name: "DryRun", required: false, shape: &NULLABLE_BOOLEAN_TYPE },
    ],
};

static VERIFY_RESPONSE: Structure = Structure {
    name: "VerifyResponse",
    members: &[
        Member { name: "KeyId", required: false, shape: &KEY_ID_TYPE },
        Member { name: "SignatureValid", required: false, shape: &BOOLEAN_TYPE },
        Member { name: "SigningAlgorithm", required: false, shape: &SIGNING_ALGORITHM_SPEC },
    ],
};

static WRAPPING_KEY_SPEC: Shape = Shape::Enumeration(&["RSA_2048", "RSA_3072", "RSA_4096", "SM2"]);

static XKS_KEY_CONFIGURATION_TYPE: Structure = Structure {
    name: "XksKeyConfigurationType",
    members: &[
        Member { name: "Id", required: false, shape: &XKS_KEY_ID_TYPE },
    ],
};

static XKS_KEY_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(1, 128), pattern: Some(Pattern::XksKeyId), sensitive: false });

static XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE: Shape = Shape::Text(Text { characters: Length::of(20, 30), pattern: Some(Pattern::XksAccessKeyId), sensitive: true });

static XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE: Structure = Structure {
    name: "XksProxyAuthenticationCredentialType",
    members: &[
        Member { name: "AccessKeyId", required: true, shape: &XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE },
        Member { name: "RawSecretAccessKey", required: true, shape: &XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE },
    ],
};

static XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE: Shape = Shape::Text(Text { characters: Length::of(43, 64), pattern: Some(Pattern::XksSecretAccessKey), sensitive: true });

static XKS_PROXY_CONFIGURATION_TYPE: Structure = Structure {
    name: "XksProxyConfigurationType",
    members: &[
        Member { name: "Connectivity", required: false, shape: &XKS_PROXY_CONNECTIVITY_TYPE },
        Member { name: "AccessKeyId", required: false, shape: &XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE },
        Member { name: "UriEndpoint", required: false, shape: &XKS_PROXY_URI_ENDPOINT_TYPE },
        Member { name: "UriPath", required: false, shape: &XKS_PROXY_URI_PATH_TYPE },
        Member { name: "VpcEndpointServiceName", required: false, shape: &XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE },
        Member { name: "VpcEndpointServiceOwner", required: false, shape: &ACCOUNT_ID_TYPE },
    ],
};

static XKS_PROXY_CONNECTIVITY_TYPE: Shape = Shape::Enumeration(&["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]);

static XKS_PROXY_URI_ENDPOINT_TYPE: Shape = Shape::Text(Text { characters: Length::of(10, 128), pattern: Some(Pattern::XksUriEndpoint), sensitive: false });

static XKS_PROXY_URI_PATH_TYPE: Shape = Shape::Text(Text { characters: Length::of(10, 128), pattern: Some(Pattern::XksUriPath), sensitive: false });

static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE: Shape = Shape::Text(Text { characters: Length::of(20, 64), pattern: Some(Pattern::XksVpcEndpointService), sensitive: false });

static CANCEL_KEY_DELETION: Interface = Interface {
    input: &CANCEL_KEY_DELETION_REQUEST,
    output: Some(&CANCEL_KEY_DELETION_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static CONNECT_CUSTOM_KEY_STORE: Interface = Interface {
    input: &CONNECT_CUSTOM_KEY_STORE_REQUEST,
    output: Some(&CONNECT_CUSTOM_KEY_STORE_RESPONSE),
    errors: &[ErrorCode::CloudHsmClusterInvalidConfiguration, ErrorCode::CloudHsmClusterNotActive, ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound, ErrorCode::KmsInternal],
};

static CREATE_ALIAS: Interface = Interface {
    input: &CREATE_ALIAS_REQUEST,
    output: None,
    errors: &[ErrorCode::AlreadyExists, ErrorCode::DependencyTimeout, ErrorCode::InvalidAliasName, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound],
};

static CREATE_CUSTOM_KEY_STORE: Interface = Interface {
    input: &CREATE_CUSTOM_KEY_STORE_REQUEST,
    output: Some(&CREATE_CUSTOM_KEY_STORE_RESPONSE),
    errors: &[ErrorCode::CloudHsmClusterInUse, ErrorCode::CloudHsmClusterInvalidConfiguration, ErrorCode::CloudHsmClusterNotActive, ErrorCode::CloudHsmClusterNotFound, ErrorCode::CustomKeyStoreNameInUse, ErrorCode::IncorrectTrustAnchor, ErrorCode::KmsInternal, ErrorCode::LimitExceeded, ErrorCode::XksProxyIncorrectAuthenticationCredential, ErrorCode::XksProxyInvalidConfiguration, ErrorCode::XksProxyInvalidResponse, ErrorCode::XksProxyUriEndpointInUse, ErrorCode::XksProxyUriInUse, ErrorCode::XksProxyUriUnreachable, ErrorCode::XksProxyVpcEndpointServiceInUse, ErrorCode::XksProxyVpcEndpointServiceInvalidConfiguration, ErrorCode::XksProxyVpcEndpointServiceNotFound],
};

static CREATE_GRANT: Interface = Interface {
    input: &CREATE_GRANT_REQUEST,
    output: Some(&CREATE_GRANT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidArn, ErrorCode::InvalidGrantToken, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound],
};

static CREATE_KEY: Interface = Interface {
    input: &CREATE_KEY_REQUEST,
    output: Some(&CREATE_KEY_RESPONSE),
    errors: &[ErrorCode::CloudHsmClusterInvalidConfiguration, ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound, ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::Tag, ErrorCode::UnsupportedOperation, ErrorCode::XksKeyAlreadyInUse, ErrorCode::XksKeyInvalidConfiguration, ErrorCode::XksKeyNotFound],
};

static DECAPSULATE: Interface = Interface {
    input: &DECAPSULATE_REQUEST,
    output: Some(&DECAPSULATE_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidCiphertext, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static DECRYPT: Interface = Interface {
    input: &DECRYPT_REQUEST,
    output: Some(&DECRYPT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::IncorrectKey, ErrorCode::InvalidCiphertext, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static DELETE_ALIAS: Interface = Interface {
    input: &DELETE_ALIAS_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static DELETE_CUSTOM_KEY_STORE: Interface = Interface {
    input: &DELETE_CUSTOM_KEY_STORE_REQUEST,
    output: Some(&DELETE_CUSTOM_KEY_STORE_RESPONSE),
    errors: &[ErrorCode::CustomKeyStoreHasCmks, ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound, ErrorCode::KmsInternal],
};

static DELETE_IMPORTED_KEY_MATERIAL: Interface = Interface {
    input: &DELETE_IMPORTED_KEY_MATERIAL_REQUEST,
    output: Some(&DELETE_IMPORTED_KEY_MATERIAL_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static DERIVE_SHARED_SECRET: Interface = Interface {
    input: &DERIVE_SHARED_SECRET_REQUEST,
    output: Some(&DERIVE_SHARED_SECRET_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static DESCRIBE_CUSTOM_KEY_STORES: Interface = Interface {
    input: &DESCRIBE_CUSTOM_KEY_STORES_REQUEST,
    output: Some(&DESCRIBE_CUSTOM_KEY_STORES_RESPONSE),
    errors: &[ErrorCode::CustomKeyStoreNotFound, ErrorCode::InvalidMarker, ErrorCode::KmsInternal],
};

static DESCRIBE_KEY: Interface = Interface {
    input: &DESCRIBE_KEY_REQUEST,
    output: Some(&DESCRIBE_KEY_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::NotFound],
};

static DISABLE_KEY: Interface = Interface {
    input: &DISABLE_KEY_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static DISABLE_KEY_ROTATION: Interface = Interface {
    input: &DISABLE_KEY_ROTATION_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static DISCONNECT_CUSTOM_KEY_STORE: Interface = Interface {
    input: &DISCONNECT_CUSTOM_KEY_STORE_REQUEST,
    output: Some(&DISCONNECT_CUSTOM_KEY_STORE_RESPONSE),
    errors: &[ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound, ErrorCode::KmsInternal],
};

static ENABLE_KEY: Interface = Interface {
    input: &ENABLE_KEY_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound],
};

static ENABLE_KEY_ROTATION: Interface = Interface {
    input: &ENABLE_KEY_ROTATION_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static ENCAPSULATE: Interface = Interface {
    input: &ENCAPSULATE_REQUEST,
    output: Some(&ENCAPSULATE_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static ENCRYPT: Interface = Interface {
    input: &ENCRYPT_REQUEST,
    output: Some(&ENCRYPT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static GENERATE_DATA_KEY: Interface = Interface {
    input: &GENERATE_DATA_KEY_REQUEST,
    output: Some(&GENERATE_DATA_KEY_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static GENERATE_DATA_KEY_PAIR: Interface = Interface {
    input: &GENERATE_DATA_KEY_PAIR_REQUEST,
    output: Some(&GENERATE_DATA_KEY_PAIR_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT: Interface = Interface {
    input: &GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_REQUEST,
    output: Some(&GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static GENERATE_DATA_KEY_WITHOUT_PLAINTEXT: Interface = Interface {
    input: &GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_REQUEST,
    output: Some(&GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static GENERATE_MAC: Interface = Interface {
    input: &GENERATE_MAC_REQUEST,
    output: Some(&GENERATE_MAC_RESPONSE),
    errors: &[ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static GENERATE_RANDOM: Interface = Interface {
    input: &GENERATE_RANDOM_REQUEST,
    output: Some(&GENERATE_RANDOM_RESPONSE),
    errors: &[ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound, ErrorCode::DependencyTimeout, ErrorCode::KmsInternal, ErrorCode::UnsupportedOperation],
};

static GET_KEY_LAST_USAGE: Interface = Interface {
    input: &GET_KEY_LAST_USAGE_REQUEST,
    output: Some(&GET_KEY_LAST_USAGE_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::NotFound],
};

static GET_KEY_POLICY: Interface = Interface {
    input: &GET_KEY_POLICY_REQUEST,
    output: Some(&GET_KEY_POLICY_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static GET_KEY_ROTATION_STATUS: Interface = Interface {
    input: &GET_KEY_ROTATION_STATUS_REQUEST,
    output: Some(&GET_KEY_ROTATION_STATUS_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static GET_PARAMETERS_FOR_IMPORT: Interface = Interface {
    input: &GET_PARAMETERS_FOR_IMPORT_REQUEST,
    output: Some(&GET_PARAMETERS_FOR_IMPORT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static GET_PUBLIC_KEY: Interface = Interface {
    input: &GET_PUBLIC_KEY_REQUEST,
    output: Some(&GET_PUBLIC_KEY_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static IMPORT_KEY_MATERIAL: Interface = Interface {
    input: &IMPORT_KEY_MATERIAL_REQUEST,
    output: Some(&IMPORT_KEY_MATERIAL_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::ExpiredImportToken, ErrorCode::IncorrectKeyMaterial, ErrorCode::InvalidArn, ErrorCode::InvalidCiphertext, ErrorCode::InvalidImportToken, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static LIST_ALIASES: Interface = Interface {
    input: &LIST_ALIASES_REQUEST,
    output: Some(&LIST_ALIASES_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::InvalidMarker, ErrorCode::KmsInternal, ErrorCode::NotFound],
};

static LIST_GRANTS: Interface = Interface {
    input: &LIST_GRANTS_REQUEST,
    output: Some(&LIST_GRANTS_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::InvalidGrantId, ErrorCode::InvalidMarker, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static LIST_KEY_POLICIES: Interface = Interface {
    input: &LIST_KEY_POLICIES_REQUEST,
    output: Some(&LIST_KEY_POLICIES_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static LIST_KEY_ROTATIONS: Interface = Interface {
    input: &LIST_KEY_ROTATIONS_REQUEST,
    output: Some(&LIST_KEY_ROTATIONS_RESPONSE),
    errors: &[ErrorCode::InvalidArn, ErrorCode::InvalidMarker, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static LIST_KEYS: Interface = Interface {
    input: &LIST_KEYS_REQUEST,
    output: Some(&LIST_KEYS_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidMarker, ErrorCode::KmsInternal],
};

static LIST_RESOURCE_TAGS: Interface = Interface {
    input: &LIST_RESOURCE_TAGS_REQUEST,
    output: Some(&LIST_RESOURCE_TAGS_RESPONSE),
    errors: &[ErrorCode::InvalidArn, ErrorCode::InvalidMarker, ErrorCode::KmsInternal, ErrorCode::NotFound],
};

static LIST_RETIRABLE_GRANTS: Interface = Interface {
    input: &LIST_RETIRABLE_GRANTS_REQUEST,
    output: Some(&LIST_GRANTS_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::InvalidMarker, ErrorCode::KmsInternal, ErrorCode::NotFound],
};

static PUT_KEY_POLICY: Interface = Interface {
    input: &PUT_KEY_POLICY_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static RE_ENCRYPT: Interface = Interface {
    input: &RE_ENCRYPT_REQUEST,
    output: Some(&RE_ENCRYPT_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::IncorrectKey, ErrorCode::InvalidCiphertext, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static REPLICATE_KEY: Interface = Interface {
    input: &REPLICATE_KEY_REQUEST,
    output: Some(&REPLICATE_KEY_RESPONSE),
    errors: &[ErrorCode::AlreadyExists, ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NotFound, ErrorCode::Tag, ErrorCode::UnsupportedOperation],
};

static RETIRE_GRANT: Interface = Interface {
    input: &RETIRE_GRANT_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::DryRunOperation, ErrorCode::InvalidArn, ErrorCode::InvalidGrantId, ErrorCode::InvalidGrantToken, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static REVOKE_GRANT: Interface = Interface {
    input: &REVOKE_GRANT_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::DryRunOperation, ErrorCode::InvalidArn, ErrorCode::InvalidGrantId, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static ROTATE_KEY_ON_DEMAND: Interface = Interface {
    input: &ROTATE_KEY_ON_DEMAND_REQUEST,
    output: Some(&ROTATE_KEY_ON_DEMAND_RESPONSE),
    errors: &[ErrorCode::Conflict, ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static SCHEDULE_KEY_DELETION: Interface = Interface {
    input: &SCHEDULE_KEY_DELETION_REQUEST,
    output: Some(&SCHEDULE_KEY_DELETION_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static SIGN: Interface = Interface {
    input: &SIGN_REQUEST,
    output: Some(&SIGN_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static TAG_RESOURCE: Interface = Interface {
    input: &TAG_RESOURCE_REQUEST,
    output: None,
    errors: &[ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound, ErrorCode::Tag],
};

static UNTAG_RESOURCE: Interface = Interface {
    input: &UNTAG_RESOURCE_REQUEST,
    output: None,
    errors: &[ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::Tag],
};

static UPDATE_ALIAS: Interface = Interface {
    input: &UPDATE_ALIAS_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound],
};

static UPDATE_CUSTOM_KEY_STORE: Interface = Interface {
    input: &UPDATE_CUSTOM_KEY_STORE_REQUEST,
    output: Some(&UPDATE_CUSTOM_KEY_STORE_RESPONSE),
    errors: &[ErrorCode::CloudHsmClusterInvalidConfiguration, ErrorCode::CloudHsmClusterNotActive, ErrorCode::CloudHsmClusterNotFound, ErrorCode::CloudHsmClusterNotRelated, ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNameInUse, ErrorCode::CustomKeyStoreNotFound, ErrorCode::KmsInternal, ErrorCode::XksProxyIncorrectAuthenticationCredential, ErrorCode::XksProxyInvalidConfiguration, ErrorCode::XksProxyInvalidResponse, ErrorCode::XksProxyUriEndpointInUse, ErrorCode::XksProxyUriInUse, ErrorCode::XksProxyUriUnreachable, ErrorCode::XksProxyVpcEndpointServiceInUse, ErrorCode::XksProxyVpcEndpointServiceInvalidConfiguration, ErrorCode::XksProxyVpcEndpointServiceNotFound],
};

static UPDATE_KEY_DESCRIPTION: Interface = Interface {
    input: &UPDATE_KEY_DESCRIPTION_REQUEST,
    output: None,
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound],
};

static UPDATE_PRIMARY_REGION: Interface = Interface {
    input: &UPDATE_PRIMARY_REGION_REQUEST,
    output: None,
    errors: &[ErrorCode::Disabled, ErrorCode::InvalidArn, ErrorCode::KmsInternal, ErrorCode::KmsInvalidState, ErrorCode::NotFound, ErrorCode::UnsupportedOperation],
};

static VERIFY: Interface = Interface {
    input: &VERIFY_REQUEST,
    output: Some(&VERIFY_RESPONSE),
    errors: &[ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidSignature, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

static VERIFY_MAC: Interface = Interface {
    input: &VERIFY_MAC_REQUEST,
    output: Some(&VERIFY_MAC_RESPONSE),
    errors: &[ErrorCode::Disabled, ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KmsInternal, ErrorCode::KmsInvalidMac, ErrorCode::KmsInvalidState, ErrorCode::KeyUnavailable, ErrorCode::NotFound],
};

pub(super) const fn interface(operation: Operation) -> &'static Interface {
    match operation {
        Operation::CancelKeyDeletion => &CANCEL_KEY_DELETION,
        Operation::ConnectCustomKeyStore => &CONNECT_CUSTOM_KEY_STORE,
        Operation::CreateAlias => &CREATE_ALIAS,
        Operation::CreateCustomKeyStore => &CREATE_CUSTOM_KEY_STORE,
        Operation::CreateGrant => &CREATE_GRANT,
        Operation::CreateKey => &CREATE_KEY,
        Operation::Decapsulate => &DECAPSULATE,
        Operation::Decrypt => &DECRYPT,
        Operation::DeleteAlias => &DELETE_ALIAS,
        Operation::DeleteCustomKeyStore => &DELETE_CUSTOM_KEY_STORE,
        Operation::DeleteImportedKeyMaterial => &DELETE_IMPORTED_KEY_MATERIAL,
        Operation::DeriveSharedSecret => &DERIVE_SHARED_SECRET,
        Operation::DescribeCustomKeyStores => &DESCRIBE_CUSTOM_KEY_STORES,
        Operation::DescribeKey => &DESCRIBE_KEY,
        Operation::DisableKey => &DISABLE_KEY,
        Operation::DisableKeyRotation => &DISABLE_KEY_ROTATION,
        Operation::DisconnectCustomKeyStore => &DISCONNECT_CUSTOM_KEY_STORE,
        Operation::EnableKey => &ENABLE_KEY,
        Operation::EnableKeyRotation => &ENABLE_KEY_ROTATION,
        Operation::Encapsulate => &ENCAPSULATE,
        Operation::Encrypt => &ENCRYPT,
        Operation::GenerateDataKey => &GENERATE_DATA_KEY,
        Operation::GenerateDataKeyPair => &GENERATE_DATA_KEY_PAIR,
        Operation::GenerateDataKeyPairWithoutPlaintext => &GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT,
        Operation::GenerateDataKeyWithoutPlaintext => &GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
        Operation::GenerateMac => &GENERATE_MAC,
        Operation::GenerateRandom => &GENERATE_RANDOM,
        Operation::GetKeyLastUsage => &GET_KEY_LAST_USAGE,
        Operation::GetKeyPolicy => &GET_KEY_POLICY,
        Operation::GetKeyRotationStatus => &GET_KEY_ROTATION_STATUS,
        Operation::GetParametersForImport => &GET_PARAMETERS_FOR_IMPORT,
        Operation::GetPublicKey => &GET_PUBLIC_KEY,
        Operation::ImportKeyMaterial => &IMPORT_KEY_MATERIAL,
        Operation::ListAliases => &LIST_ALIASES,
        Operation::ListGrants => &LIST_GRANTS,
        Operation::ListKeyPolicies => &LIST_KEY_POLICIES,
        Operation::ListKeyRotations => &LIST_KEY_ROTATIONS,
        Operation::ListKeys => &LIST_KEYS,
        Operation::ListResourceTags => &LIST_RESOURCE_TAGS,
        Operation::ListRetirableGrants => &LIST_RETIRABLE_GRANTS,
        Operation::PutKeyPolicy => &PUT_KEY_POLICY,
        Operation::ReEncrypt => &RE_ENCRYPT,
        Operation::ReplicateKey => &REPLICATE_KEY,
        Operation::RetireGrant => &RETIRE_GRANT,
        Operation::RevokeGrant => &REVOKE_GRANT,
        Operation::RotateKeyOnDemand => &ROTATE_KEY_ON_DEMAND,
        Operation::ScheduleKeyDeletion => &SCHEDULE_KEY_DELETION,
        Operation::Sign => &SIGN,
        Operation::TagResource => &TAG_RESOURCE,
        Operation::UntagResource => &UNTAG_RESOURCE,
        Operation::UpdateAlias => &UPDATE_ALIAS,
        Operation::UpdateCustomKeyStore => &UPDATE_CUSTOM_KEY_STORE,
        Operation::UpdateKeyDescription => &UPDATE_KEY_DESCRIPTION,
        Operation::UpdatePrimaryRegion => &UPDATE_PRIMARY_REGION,
        Operation::Verify => &VERIFY,
        Operation::VerifyMac => &VERIFY_MAC,
    }
}
