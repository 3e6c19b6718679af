//! Messages that deny access, as SDKs, command lines and services print them.
//!
//! Sources: IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog on
//! messages with policy ARNs; KMS Developer Guide, "Key states of AWS KMS keys", for what looks like
//! a denial and is none; the older and the hidden wordings as users report them. How a wording looks
//! in the terminal is another matter: lines are broken anywhere, ARNs are quoted, SDKs write
//! exception and request around it.

use std::ops::Range;

use kmsim_types::KmsAction;

mod fixed;
mod read;
mod scan;
mod wrapper;

pub use wrapper::{Wrapper, is_access_denied};

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What kind of statement it is.
    pub kind: MessageKind,
    /// Who was denied, as the message names it: an ARN or a service principal.
    pub principal: Option<Box<str>>,
    /// The action that was denied, such as `kms:Decrypt`.
    pub action: Option<Box<str>>,
    /// The resource that the message names.
    pub resource: Option<Box<str>>,
    /// The kind of policy that the message blames.
    pub policy_type: Option<PolicyType>,
    /// The policy that the message blames.
    pub policy_arn: Option<Box<str>>,
    /// Whether the message keeps the resource to itself, and how.
    pub hidden: Option<Hidden>,
    /// For what is no denial: the key or alias that the message is about.
    pub subject: Option<Box<str>>,
    /// For what is no denial: the exception that comes with this text.
    pub exception: Option<&'static str>,
    /// What stands around it.
    pub wrapper: Wrapper,
    /// Where it stands in the text.
    pub range: Range<usize>,
}

/// What kind of statement a message makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// No policy of a kind allows the action.
    Implicit,
    /// A policy denies the action.
    Explicit,
    /// One of several causes, which AWS does not tell apart.
    Ambiguous,
    /// A denial without a reason.
    Unknown,
    /// An error that has nothing to do with permissions.
    NotAuthorization,
    /// A key policy that KMS refused to save.
    PolicyRejected,
}

impl MessageKind {
    /// The kind as outputs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Explicit => "explicit",
            Self::Ambiguous => "ambiguous",
            Self::Unknown => "unknown",
            Self::NotAuthorization => "not-authorization",
            Self::PolicyRejected => "policy-rejected",
        }
    }

    /// Whether access was denied.
    pub const fn is_denial(self) -> bool {
        matches!(
            self,
            Self::Implicit | Self::Explicit | Self::Ambiguous | Self::Unknown
        )
    }
}

/// The kind of policy that a message blames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// An identity-based policy of the caller.
    Identity,
    /// The key policy, or the policy of another resource.
    Resource,
    /// A session policy.
    Session,
    /// The policy of a VPC endpoint.
    VpcEndpoint,
    /// The caller's permissions boundary.
    PermissionsBoundary,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// The trust policy of a role.
    RoleTrust,
    /// The key policy, or there is no such key where it was looked for.
    ResourceOrMissing,
    /// One that is not told.
    Unknown,
}

impl PolicyType {
    /// The kind of policy as outputs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-based",
            Self::Resource => "resource-based",
            Self::Session => "session",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::PermissionsBoundary => "permissions-boundary",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::RoleTrust => "role-trust",
            Self::ResourceOrMissing => "resource-based-or-missing",
            Self::Unknown => "unknown",
        }
    }
}

/// How a message keeps the resource to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// "this resource", "the key"
    ThisResource,
    /// "the resource associated with this ciphertext": the call named no key.
    Ciphertext,
}

impl Message {
    /// A message of which nothing is known but its kind.
    const fn new(kind: MessageKind) -> Self {
        Self {
            kind,
            principal: None,
            action: None,
            resource: None,
            policy_type: None,
            policy_arn: None,
            hidden: None,
            subject: None,
            exception: None,
            wrapper: Wrapper {
                code: None,
                operation: None,
                service: None,
                request_id: None,
            },
            range: 0..0,
        }
    }

    /// The action, if it is one of KMS.
    pub fn kms_action(&self) -> Option<KmsAction> {
        KmsAction::from_name(self.action.as_deref()?)
    }

    /// Whether a policy of ours can be the cause, or something that looks like it.
    pub const fn is_denial(&self) -> bool {
        self.kind.is_denial()
    }
}

/// All messages in a text, in its order: denials, and what looks like one and is none. A text that
/// only names an exception gives a message of which nothing else is known.
pub fn messages(text: &str) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let before = text.len() - rest.len();
        let previous = text.get(..before).unwrap_or("");
        if let Some((after, mut message)) = at(rest, previous) {
            message.range = before..text.len() - after.len();
            found.push(message);
            rest = after;
        } else {
            rest = scan::skip_character(rest);
        }
    }
    wrapper::attach(text, &mut found);
    if found.is_empty() {
        found.extend(wrapper::bare(text));
    }
    found
}

/// The message that begins here.
fn at<'t>(text: &'t str, previous: &str) -> Option<(&'t str, Message)> {
    let found = read::user(text);
    if found.is_ok() {
        return found.ok();
    }
    // The other wordings begin with a word; in the middle of one nothing does.
    if !scan::begins_word(previous) {
        return None;
    }
    read::named(text).or_else(|_| fixed::any(text)).ok()
}

#[cfg(test)]
mod tests;
