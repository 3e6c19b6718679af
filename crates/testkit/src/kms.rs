//! What KMS itself rules: its actions, their resources, which of them work across accounts.
//!
//! The lists are those of the API reference ("Cross-account use") and of the Service
//! Authorization Reference (resource types).

use crate::arn;

/// Actions without a resource type: decided on `*` by IAM policies (section 1).
const WITHOUT_RESOURCE: [&str; 11] = [
    "kms:ConnectCustomKeyStore",
    "kms:CreateCustomKeyStore",
    "kms:CreateKey",
    "kms:DeleteCustomKeyStore",
    "kms:DescribeCustomKeyStores",
    "kms:DisconnectCustomKeyStore",
    "kms:GenerateRandom",
    "kms:ListAliases",
    "kms:ListKeys",
    "kms:ListRetirableGrants",
    "kms:UpdateCustomKeyStore",
];

/// Actions without a resource type that still have `kms:CallerAccount` (condition key table).
const WITH_CALLER_ACCOUNT: [&str; 7] = [
    "kms:ConnectCustomKeyStore",
    "kms:CreateCustomKeyStore",
    "kms:CreateKey",
    "kms:DeleteCustomKeyStore",
    "kms:DescribeCustomKeyStores",
    "kms:DisconnectCustomKeyStore",
    "kms:UpdateCustomKeyStore",
];

/// Actions that have both an alias and a key as resource types (section 1).
const ON_ALIAS: [&str; 3] = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];

/// Actions whose permissions work for principals of other accounts (section 1).
const CROSS_ACCOUNT: [&str; 22] = [
    "kms:CreateGrant",
    "kms:Decapsulate",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:DescribeKey",
    "kms:Encapsulate",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ListGrants",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
];

/// Operations that a grant can allow (section 6.1), spelled as in a grant.
const GRANT_OPERATIONS: [&str; 19] = [
    "CreateGrant",
    "Decapsulate",
    "Decrypt",
    "DeriveSharedSecret",
    "DescribeKey",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
    "Sign",
    "Verify",
    "VerifyMac",
];

/// Operations that take an encryption context, so that a grant's encryption context constraint
/// concerns them (section 6.2, reading 12).
const WITH_ENCRYPTION_CONTEXT: [&str; 8] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
];

/// Actions match in any case (section 9).
fn is_one_of(action: &str, list: &[&str]) -> bool {
    list.iter().any(|name| name.eq_ignore_ascii_case(action))
}

/// Whether the action is one of KMS.
pub(crate) fn is_kms(action: &str) -> bool {
    action.to_ascii_lowercase().starts_with("kms:")
}

/// Whether the action has no resource type and so runs on `*`.
pub(crate) fn has_no_resource(action: &str) -> bool {
    is_one_of(action, &WITHOUT_RESOURCE)
}

/// Whether an alias can be the resource of the action.
pub(crate) fn works_on_alias(action: &str) -> bool {
    is_one_of(action, &ON_ALIAS)
}

/// Whether other accounts can be given the action.
pub(crate) fn works_across_accounts(action: &str) -> bool {
    is_one_of(action, &CROSS_ACCOUNT)
}

/// Whether the request context holds `kms:CallerAccount`.
pub(crate) fn has_caller_account(action: &str, resource: &str) -> bool {
    is_key_check(action, resource) || is_one_of(action, &WITH_CALLER_ACCOUNT)
}

/// The operation of a grant that the action is, if it is one.
pub(crate) fn grant_operation(action: &str) -> Option<&'static str> {
    let service = action
        .get(..4)
        .filter(|service| service.eq_ignore_ascii_case("kms:"))?;
    let name = action.get(service.len()..)?;
    GRANT_OPERATIONS
        .iter()
        .copied()
        .find(|operation| operation.eq_ignore_ascii_case(name))
}

/// Whether the operation takes an encryption context.
pub(crate) fn takes_encryption_context(operation: &str) -> bool {
    WITH_ENCRYPTION_CONTEXT.contains(&operation)
}

/// Whether the check is one on a key: an action of KMS that is not without resource, on anything
/// but an alias. KMS names the key's ARN; a case that says `*` doesn't, and means a key all the
/// same, since without a key policy nothing is allowed on keys (reading 10).
pub(crate) fn is_key_check(action: &str, resource: &str) -> bool {
    is_kms(action) && !has_no_resource(action) && !is_alias(resource)
}

/// Whether the resource is a KMS alias.
pub(crate) fn is_alias(resource: &str) -> bool {
    arn::parse(resource)
        .is_some_and(|arn| arn.service == "kms" && arn.resource.starts_with("alias/"))
}

/// Whether the resource is an alias of an AWS managed key.
pub(crate) fn is_aws_alias(resource: &str) -> bool {
    is_alias(resource)
        && arn::parse(resource).is_some_and(|arn| arn.resource.starts_with("alias/aws/"))
}
