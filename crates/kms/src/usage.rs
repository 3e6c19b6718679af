//! What was used: the basis of the bill.

use kmsim_types::{KeySpec, Operation};

use crate::input::Input;

/// Counts requests.
#[derive(Clone, Debug, Default)]
pub struct Meter;

impl Meter {
    pub(crate) fn request(
        &mut self,
        _operation: Operation,
        _spec: Option<KeySpec>,
        _input: &Input<'_>,
    ) {
    }
}
