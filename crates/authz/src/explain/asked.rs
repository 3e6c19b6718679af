//! What the statements ask for.

use crate::layers::Layers;
use crate::trace::{StatementRecord, Trace};

/// The condition keys that statements about the request ask for: statements whose principal,
/// action and resource cover it.
pub(crate) fn condition_keys<'l>(
    layers: &'l Layers<'_>,
    trace: &'l Trace,
) -> impl Iterator<Item = &'l str> {
    let about = |record: &&StatementRecord| {
        !(record.names_caller() & record.action & record.resource).is_no()
    };
    let statements = trace.statements.iter().filter(about).filter_map(|record| {
        let policy = &layers.policy(record.policy)?.policy;
        policy.statements.get(record.statement as usize)
    });
    statements.flat_map(|statement| {
        let conditions = statement.conditions.iter();
        conditions.map(|condition| condition.key.value.text())
    })
}
