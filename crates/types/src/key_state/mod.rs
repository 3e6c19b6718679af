//! What a key's state lets happen.
//!
//! Source: KMS Developer Guide of 2026, "Key states of AWS KMS keys", the whole table with its
//! footnotes (fixtures/tables/key-states.json). Where the guide names two exceptions for keys that
//! are pending deletion, the one that the service gives today was taken.

use crate::{KeyOrigin, KeyState, Operation};

#[rustfmt::skip]
mod table;

/// What the table asks about a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyFacts<'k> {
    /// The ARN, which the messages name.
    pub arn: &'k str,
    /// The state.
    pub state: KeyState,
    /// The origin, which says whether the key is in a custom key store, and whether material can be
    /// imported.
    pub origin: KeyOrigin,
}

/// What a key is to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum KeyRole {
    /// The key that the call is about; either key of `ReEncrypt`; the new key of `UpdateAlias`.
    #[default]
    Subject,
    /// The key that the alias of `UpdateAlias` has belonged to until now.
    FormerTarget,
}

/// Why a key's state, or its kind, does not let a call succeed: AWS's exception and its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StateError {
    /// Which exception.
    pub exception: StateException,
    /// Its text, which begins with the key's ARN.
    pub message: String,
}

/// The exceptions of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateException {
    /// `DisabledException`
    Disabled,
    /// `KMSInvalidStateException`
    InvalidState,
    /// `UnsupportedOperationException`
    UnsupportedOperation,
}

impl StateException {
    /// The exception's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disabled => "DisabledException",
            Self::InvalidState => "KMSInvalidStateException",
            Self::UnsupportedOperation => "UnsupportedOperationException",
        }
    }
}

impl StateError {
    fn new(exception: StateException, key: &KeyFacts<'_>, why: &str) -> Self {
        Self {
            exception,
            message: format!("{} {why}", key.arn),
        }
    }

    fn unsupported_origin(key: &KeyFacts<'_>) -> Self {
        let why = format!(
            "origin is {} which is not valid for this operation.",
            key.origin
        );
        Self::new(StateException::UnsupportedOperation, key, &why)
    }
}

/// Whether a call about a key in this state can succeed, as far as the state is concerned.
///
/// # Errors
/// The exception and message of the table's footnote.
pub fn permits(operation: Operation, key: &KeyFacts<'_>) -> Result<(), StateError> {
    permits_as(operation, KeyRole::Subject, key)
}

/// The same for a key that has another part in the call.
///
/// # Errors
/// The exception and message of the table's footnote.
pub fn permits_as(
    operation: Operation,
    role: KeyRole,
    key: &KeyFacts<'_>,
) -> Result<(), StateError> {
    let Some(row) = table::row(operation) else {
        return Ok(());
    };
    let [
        enabled,
        disabled,
        deletion,
        import,
        unavailable,
        creating,
        updating,
    ] = row;
    let cell = match key.state {
        KeyState::Enabled => enabled,
        KeyState::Disabled => disabled,
        KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => deletion,
        KeyState::PendingImport => import,
        KeyState::Unavailable => unavailable,
        KeyState::Creating => creating,
        KeyState::Updating => updating,
    };
    // Keys of a kind that the operation works on never come into such a state. What is wrong is the
    // kind of key then, and that is judged as if it were enabled.
    let cell = if cell.outcome == Outcome::NotApplicable {
        enabled
    } else {
        cell
    };
    if cell.outcome == Outcome::Succeeds && cell.footnotes.is_empty() {
        return Ok(());
    }
    judge(cell, role, key)
}

/// Footnotes about the kind of key come first, as they hold in every state; then the others.
fn judge(cell: &Cell, role: KeyRole, key: &KeyFacts<'_>) -> Result<(), StateError> {
    let has = |footnote| cell.footnotes.contains(&footnote);
    if has(7) && in_custom_key_store(key.origin) || has(9) && key.origin != KeyOrigin::External {
        return Err(StateError::unsupported_origin(key));
    }
    match cell.outcome {
        Outcome::Succeeds | Outcome::NotApplicable => Ok(()),
        // Footnotes 7 and 9 have been seen to.
        Outcome::Depends if !has(10) || role == KeyRole::FormerTarget => Ok(()),
        Outcome::Depends => Err(StateError::new(
            StateException::InvalidState,
            key,
            "is pending deletion.",
        )),
        Outcome::Fails => Err(failure(cell, key)),
    }
}

fn failure(cell: &Cell, key: &KeyFacts<'_>) -> StateError {
    let has = |footnote| cell.footnotes.contains(&footnote);
    let invalid = |why| StateError::new(StateException::InvalidState, key, why);
    if has(1) {
        return StateError::new(StateException::Disabled, key, "is disabled.");
    }
    if has(4) {
        return invalid("is not pending deletion.");
    }
    if has(6) {
        return StateError::unsupported_origin(key);
    }
    // What is left follows from the state: footnotes 2, 3, 5, 8, 11, 14, 15, and the cells that
    // name a kind of key only (7, 9) while the key is of another kind.
    match key.state {
        KeyState::PendingDeletion => invalid("is pending deletion."),
        KeyState::PendingReplicaDeletion => invalid("is pending replica deletion."),
        KeyState::PendingImport => invalid(
            "is pending import because no key material has ever been imported or one of the \
             imported key materials is deleted or expired.",
        ),
        KeyState::Creating => invalid("is creating."),
        KeyState::Updating => invalid("is updating."),
        KeyState::Unavailable | KeyState::Enabled | KeyState::Disabled => {
            invalid("is unavailable.")
        }
    }
}

const fn in_custom_key_store(origin: KeyOrigin) -> bool {
    matches!(origin, KeyOrigin::AwsCloudHsm | KeyOrigin::ExternalKeyStore)
}

/// A cell of the table.
#[derive(Clone, Copy, Debug)]
struct Cell {
    outcome: Outcome,
    footnotes: &'static [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Succeeds,
    Fails,
    Depends,
    NotApplicable,
}

const NOT_APPLICABLE: Cell = Cell {
    outcome: Outcome::NotApplicable,
    footnotes: &[],
};

const fn succeeds(footnotes: &'static [u8]) -> Cell {
    Cell {
        outcome: Outcome::Succeeds,
        footnotes,
    }
}

const fn fails(footnotes: &'static [u8]) -> Cell {
    Cell {
        outcome: Outcome::Fails,
        footnotes,
    }
}

const fn depends(footnotes: &'static [u8]) -> Cell {
    Cell {
        outcome: Outcome::Depends,
        footnotes,
    }
}
