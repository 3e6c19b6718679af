#![doc = include_str!("../README.md")]

#[macro_use]
mod macros;

mod account;
mod algorithm;
pub mod arn;
pub mod condition_key;
mod encryption_context;
mod grant_operation;
mod key;
pub mod key_state;
mod kms_action;
mod name;
mod operation;
mod region;
pub mod service;

pub use account::{AccountId, AccountIdError};
pub use algorithm::{
    EncryptionAlgorithm, MacAlgorithm, MessageType, SigningAlgorithm, WrappingAlgorithm,
};
pub use arn::{Arn, ArnError, ArnPart};
pub use condition_key::{ActionScope, ConditionKeyInfo, ValueType};
pub use encryption_context::EncryptionContext;
pub use grant_operation::{GrantOperation, GrantOperationSet};
pub use key::{
    KeyManager, KeyMaterialState, KeyOrigin, KeySpec, KeyState, KeyUsage, MultiRegionKeyType,
    RotationType,
};
pub use kms_action::{
    AccessLevel, Authorization, KeyIdentifierForm, KeyIdentifierForms, KmsAction, KmsActionInfo,
    KmsActionSet,
};
pub use name::{UnknownName, nearest};
pub use operation::Operation;
pub use region::{Partition, Region, RegionError};
