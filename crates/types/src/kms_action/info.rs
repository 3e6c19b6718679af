//! What AWS says about an action.

use super::KmsAction;
use crate::{GrantOperation, Operation};

/// One row of the Service Authorization Reference for KMS, with what the API model and the
/// Developer Guide add to it.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the columns of AWS's own tables"
)]
pub struct KmsActionInfo {
    /// The action.
    pub action: KmsAction,
    /// IAM's class of the action.
    pub access_level: AccessLevel,
    /// Whether a key can be the action's resource.
    pub on_key: bool,
    /// Whether an alias can be the action's resource.
    pub on_alias: bool,
    /// The condition keys that a request for the action can carry, beside the global ones,
    /// including those that every key brings along.
    pub condition_keys: &'static [&'static str],
    /// Whether permission on another account's key has any effect ("Cross-account use" in the API
    /// reference).
    pub cross_account: bool,
    /// The grant operation that allows the action.
    pub grant_operation: Option<GrantOperation>,
    /// Whether the operation takes grant tokens.
    pub accepts_grant_tokens: bool,
    /// The operation that asks for the action; none can be called for it if it is missing.
    pub operation: Option<Operation>,
    /// What can allow the action.
    pub authorization: Authorization,
    /// Whether the request holds an encryption context.
    pub encryption_context: bool,
    /// How the request may name its key.
    pub key_identifier_forms: KeyIdentifierForms,
}

closed_enum! {
    /// IAM's class of an action.
    pub enum AccessLevel as "access level" {
        List = "List",
        Read = "Read",
        Write = "Write",
        PermissionsManagement = "Permissions management",
        Tagging = "Tagging",
    }
}

/// What can allow an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authorization {
    /// Identity-based policies alone: no key is asked.
    IamOnly,
    /// The key policy, identity-based policies if the key policy delegates to IAM, or a grant.
    KeyPolicy,
    /// Identity-based policies for the alias, and for the key what [`Self::KeyPolicy`] says.
    AliasAndKey,
    /// Being a party of the grant (`RetireGrant`); policies can only deny or delegate.
    Grant,
    /// Nobody but the service-linked role that has it.
    ServiceLinkedRole,
}

closed_enum! {
    /// A way to name a key in a request.
    pub enum KeyIdentifierForm as "key identifier form" {
        /// Always a key of the caller's account and Region.
        KeyId = "key ID",
        KeyArn = "key ARN",
        /// Always an alias of the caller's account and Region.
        AliasName = "alias name",
        AliasArn = "alias ARN",
    }
}

impl KeyIdentifierForm {
    /// What a text is meant as, by its shape alone.
    pub fn of(text: &str) -> Self {
        match crate::arn::split(text) {
            Some([.., resource]) if resource.starts_with("alias/") => Self::AliasArn,
            Some(_) => Self::KeyArn,
            None if text.starts_with("alias/") => Self::AliasName,
            None => Self::KeyId,
        }
    }
}

enum_set! {
    /// The ways in which an operation lets a request name its key.
    pub struct KeyIdentifierForms(u8) of KeyIdentifierForm
}
