//! The operations of the KMS API.

#[rustfmt::skip]
mod table;

pub use table::Operation;

use crate::KmsAction;

impl Operation {
    /// The actions that a call of this operation is authorized for: its namesake, and for
    /// `ReEncrypt` one on the source key and one on the destination key.
    ///
    /// Parameters can ask for more (tags of `CreateKey`, the replica Region of `ReplicateKey`);
    /// those belong to the call, not to the operation.
    pub const fn actions(self) -> &'static [KmsAction] {
        table::actions(self)
    }

    /// Whether a call can need more than one authorization, by its operation or its parameters (KMS
    /// API reference, "Required permissions").
    pub const fn needs_several_checks(self) -> bool {
        matches!(
            self,
            Self::CreateAlias
                | Self::CreateKey
                | Self::DeleteAlias
                | Self::ReEncrypt
                | Self::ReplicateKey
                | Self::UpdateAlias
                | Self::UpdatePrimaryRegion
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_and_actions_point_at_each_other() {
        assert_eq!(Operation::ALL.len(), 56);
        for operation in Operation::ALL {
            assert!(!operation.actions().is_empty());
            for action in operation.actions() {
                assert_eq!(action.info().operation, Some(operation));
                assert_eq!(
                    action.short() == operation.name(),
                    operation != Operation::ReEncrypt
                );
            }
        }
        assert_eq!(
            Operation::ReEncrypt.actions(),
            [KmsAction::ReEncryptFrom, KmsAction::ReEncryptTo]
        );
        assert_eq!(KmsAction::SynchronizeMultiRegionKey.info().operation, None);
    }
}
