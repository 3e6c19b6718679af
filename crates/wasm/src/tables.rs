//! What an editor can complete.

use kmsim_policy::operator::Operator;
use kmsim_types::condition_key;
use kmsim_types::service::VIA_SERVICE_NAMES;
use kmsim_types::{KmsAction, Operation};
use serde_json::{Value, json};

pub(crate) fn all() -> Value {
    let actions = KmsAction::ALL.map(|action| {
        let info = action.info();
        json!({
            "name": action.name(),
            "level": info.access_level.name(),
            "crossAccount": info.cross_account,
            "conditionKeys": info.condition_keys,
        })
    });
    let keys = condition_key::ALL.iter().map(|key| {
        json!({
            "name": key.name,
            "type": key.value_type.name(),
            "multiValued": key.multi_valued,
            "deprecated": key.deprecated,
        })
    });
    json!({
        "actions": actions.as_slice(),
        "operations": Operation::ALL.map(Operation::name).as_slice(),
        "conditionKeys": keys.collect::<Vec<_>>(),
        "operators": Operator::names().collect::<Vec<_>>(),
        "services": VIA_SERVICE_NAMES,
    })
}
