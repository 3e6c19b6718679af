//! The rows of a state, without what is secret.

use std::collections::BTreeMap;

use kmsim_kms::{Header, Row, Snapshot};
use serde_json::{Map, Value, json};

static NULL: Value = Value::Null;

/// What stands at a JSON pointer; null where there is nothing.
pub(super) fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&NULL)
}

/// The elements of a list.
pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A state to be shown.
pub(super) struct View(Snapshot);

impl View {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self(snapshot)
    }

    pub(super) fn header(&self) -> &Header {
        &self.0.header
    }

    /// The records of all keys, with the names of their aliases.
    pub(super) fn keys(&self) -> Vec<Value> {
        self.records()
            .map(|(arn, record)| self.shown(arn, record))
            .collect()
    }

    fn records(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.rows.iter().filter_map(|(row, record)| match row {
            Row::Key(arn) => Some((&**arn, record)),
            _ => None,
        })
    }

    /// A key as it is stored, but not its material.
    fn shown(&self, arn: &str, record: &Value) -> Value {
        let mut key = record.clone();
        let materials = key.get_mut("materials").and_then(Value::as_array_mut);
        for material in materials.into_iter().flatten() {
            if let Some(members) = material.as_object_mut() {
                let is_there = members.remove("sealed").is_some();
                members.insert("isPresent".to_owned(), is_there.into());
            }
        }
        let grants: Vec<Value> = list(at(record, "/grants")).map(grant).collect();
        if let Some(members) = key.as_object_mut() {
            members.insert("grants".to_owned(), grants.into());
            members.insert("aliases".to_owned(), self.aliases_of(arn).into());
            if let Some(usage) = self.0.rows.get(&Row::Usage(arn.into())) {
                members.insert("lastUsage".to_owned(), usage.clone());
            }
        }
        key
    }

    fn aliases_of(&self, arn: &str) -> Vec<Value> {
        let aliases = self.aliases().into_iter();
        let own = aliases.filter(|alias| at(alias, "/target").as_str() == Some(arn));
        own.map(|alias| at(&alias, "/name").clone()).collect()
    }

    /// ARN, name and target of all aliases.
    pub(super) fn aliases(&self) -> Vec<Value> {
        let aliases = self.0.rows.iter().filter_map(|(row, record)| {
            let Row::Alias(arn) = row else { return None };
            let name = arn.splitn(6, ':').nth(5);
            Some(json!({
                "arn": &**arn, "name": name,
                "target": at(record, "/target"), "created": at(record, "/created"),
            }))
        });
        aliases.collect()
    }

    /// The grants of all keys in the shape of `ListGrants`.
    pub(super) fn grants(&self) -> Vec<Value> {
        let records = self.records();
        let grants = records.flat_map(|(_, record)| list(at(record, "/grants")));
        grants.map(grant).collect()
    }

    pub(super) fn custom_key_stores(&self) -> usize {
        let rows = self.0.rows.keys();
        rows.filter(|row| matches!(row, Row::CustomKeyStore(_)))
            .count()
    }

    /// How many keys are in which state.
    pub(super) fn count_by_state(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for (_, record) in self.records() {
            let state = at(record, "/state").as_str().unwrap_or_default();
            *counts.entry(state).or_default() += 1;
        }
        counts
    }

    /// The keys with this ARN, id, alias name or alias ARN.
    pub(super) fn find(&self, name: &str) -> Vec<Value> {
        let targets: Vec<Value> = self
            .aliases()
            .into_iter()
            .filter(|alias| at(alias, "/name") == name || at(alias, "/arn") == name)
            .map(|alias| at(&alias, "/target").clone())
            .collect();
        let is_it = |arn: &str| {
            arn == name
                || arn.rsplit_once(":key/").is_some_and(|(_, id)| id == name)
                || targets.iter().any(|target| target.as_str() == Some(arn))
        };
        self.records()
            .filter(|(arn, _)| is_it(arn))
            .map(|(arn, record)| self.shown(arn, record))
            .collect()
    }

    /// All names of keys.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.rows.keys().filter_map(|row| match row {
            Row::Key(arn) => arn.rsplit_once(":key/").map(|(_, id)| id),
            Row::Alias(arn) => arn.splitn(6, ':').nth(5),
            _ => None,
        })
    }
}

/// A stored grant in the shape of `ListGrants`.
fn grant(stored: &Value) -> Value {
    let mut entry = at(stored, "/entry")
        .as_object()
        .cloned()
        .unwrap_or_else(Map::new);
    entry.insert("GrantId".to_owned(), at(stored, "/id").clone());
    entry.insert("CreationDate".to_owned(), at(stored, "/created").clone());
    Value::Object(entry)
}
