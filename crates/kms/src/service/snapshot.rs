//! The state as rows of JSON, and back. Key material leaves only sealed under the root key.
//!
//! Every row has one JSON record. That of a key holds its generations of material under
//! `materials`, each with the material itself in `sealed`: base64 of what [`RootKey::seal`] makes
//! of it, bound to the format, the key's ARN, the material's id, spec and origin. What is neither
//! a row nor follows from rows is not stored: events, which are taken apart, and the fill of the
//! request quotas.
//!
//! [`RootKey::seal`]: kmsim_crypto::RootKey::seal

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::MaterialId;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Service;
use crate::change::{Change, Row};
use crate::error::KmsError;
use crate::meter::Meter;
use crate::state::KeyRecord;

mod restore;

/// The purpose for which material is sealed.
const PURPOSE: &str = "key material";

/// What every stored state begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of the format.
    pub version: u32,
    /// The id of the root key that material is sealed under.
    pub root_key: String,
}

impl Header {
    /// The name of the format.
    pub const FORMAT: &'static str = "kmsim state";
    /// The version that is written.
    pub const VERSION: u32 = 1;
}

/// A whole state.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What can be known without reading the rows.
    pub header: Header,
    /// The records of all rows.
    pub rows: BTreeMap<Row, Value>,
}

/// A stored state that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The text is no state at all.
    #[error("this is no state of kmsim: {0}")]
    Foreign(String),
    /// A version that did not exist when this program was made.
    #[error("the state has format version {0}; this version of kmsim reads version 1")]
    Version(u32),
    /// Another root key than the one that the state was written under.
    #[error("wrong root key: the state needs the one with id {needed}, this one has id {given}")]
    RootKey {
        /// The id of the key that the state was written under.
        needed: String,
        /// The id of the key that was given.
        given: String,
    },
    /// A row is damaged.
    #[error("the state is damaged: `{id}` of {table}: {why}")]
    Row {
        /// The table of the row.
        table: &'static str,
        /// The name of the row.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// The keys of the world could not be taken over, or a row could not be written.
    #[error(transparent)]
    Service(#[from] KmsError),
}

impl SnapshotError {
    fn row(row: &Row, why: impl fmt::Display) -> Self {
        Self::Row {
            table: row.table(),
            id: row.id().to_owned(),
            why: why.to_string(),
        }
    }
}

impl Snapshot {
    /// The state as one JSON document: the header's fields, and under `rows` an object for each
    /// table.
    pub fn to_json(&self) -> Value {
        let mut tables = Map::new();
        for (row, record) in &self.rows {
            let table = tables.entry(row.table()).or_insert_with(|| json!({}));
            if let Some(table) = table.as_object_mut() {
                table.insert(row.id().to_owned(), record.clone());
            }
        }
        json!({
            "format": Header::FORMAT,
            "version": self.header.version,
            "rootKeyId": self.header.root_key,
            "rows": tables,
        })
    }

    /// Reads what [`Snapshot::to_json`] gives.
    ///
    /// # Errors
    /// [`SnapshotError::Foreign`] for what is something else.
    pub fn from_json(value: &Value) -> Result<Self, SnapshotError> {
        let foreign = |why: &str| SnapshotError::Foreign(why.to_owned());
        if value.get("format").and_then(Value::as_str) != Some(Header::FORMAT) {
            return Err(foreign("its `format` is missing or another"));
        }
        let version = value.get("version").and_then(Value::as_u64);
        let version = version.and_then(|version| u32::try_from(version).ok());
        let root_key = value.get("rootKeyId").and_then(Value::as_str);
        let tables = value.get("rows").and_then(Value::as_object);
        let (Some(version), Some(root_key), Some(tables)) = (version, root_key, tables) else {
            return Err(foreign("`version`, `rootKeyId` and `rows` must be there"));
        };
        let header = Header {
            version,
            root_key: root_key.to_owned(),
        };
        if version != Header::VERSION {
            return Err(SnapshotError::Version(version));
        }
        let mut rows = BTreeMap::new();
        for (table, records) in tables {
            for (id, record) in records.as_object().into_iter().flatten() {
                let row = Row::of(table, id)
                    .ok_or_else(|| foreign(&format!("it has no table `{table}`")))?;
                rows.insert(row, record.clone());
            }
        }
        Ok(Self { header, rows })
    }
}

impl Service {
    /// The header of the state.
    pub fn header(&self) -> Header {
        Header {
            version: Header::VERSION,
            root_key: self.root_key.id(),
        }
    }

    /// The whole state.
    ///
    /// # Errors
    /// Only if material cannot be sealed.
    pub fn snapshot(&mut self) -> Result<Snapshot, SnapshotError> {
        let mut rows = BTreeMap::new();
        for row in self.rows() {
            if let Some(record) = self.record_in(&row)? {
                rows.insert(row, record);
            }
        }
        Ok(Snapshot {
            header: self.header(),
            rows,
        })
    }

    /// The rows that changed since this was last asked, as they are now. Whoever stores the state
    /// writes them after each call, all or none.
    ///
    /// # Errors
    /// Only if material cannot be sealed.
    pub fn take_changes(&mut self) -> Result<Vec<Change>, SnapshotError> {
        let mut changes = Vec::with_capacity(self.changed.len());
        for row in std::mem::take(&mut self.changed) {
            let record = self.record_in(&row)?;
            changes.push(Change { row, record });
        }
        Ok(changes)
    }

    fn rows(&self) -> Vec<Row> {
        let keys = self.keys.keys().cloned().map(Row::Key);
        let aliases = self.aliases.keys().cloned().map(Row::Alias);
        let stores = self.custom_key_stores.keys().cloned();
        let usages = self.last_usage.keys().cloned().map(Row::Usage);
        let adopted = self.adopted.iter().cloned().map(Row::Adopted);
        keys.chain(aliases)
            .chain(stores.map(Row::CustomKeyStore))
            .chain(usages)
            .chain(adopted)
            .chain((self.meter != Meter::default()).then_some(Row::Meter))
            .collect()
    }

    /// What stands in a row now.
    fn record_in(&mut self, row: &Row) -> Result<Option<Value>, SnapshotError> {
        let record = match row {
            Row::Key(arn) => {
                let Some(key) = self.keys.get(arn).cloned() else {
                    return Ok(None);
                };
                Some(self.key_record(row, &key)?)
            }
            Row::Alias(arn) => json_of(row, self.aliases.get(arn))?,
            Row::CustomKeyStore(id) => json_of(row, self.custom_key_stores.get(id))?,
            Row::Usage(arn) => json_of(row, self.last_usage.get(arn))?,
            Row::Meter => json_of(row, Some(&self.meter))?,
            Row::Adopted(arn) => self.adopted.contains(arn).then(|| json!({})),
        };
        Ok(record)
    }

    fn key_record(&mut self, row: &Row, key: &KeyRecord) -> Result<Value, SnapshotError> {
        let mut record = to_json(row, key)?;
        let mut materials = Vec::with_capacity(key.materials.len());
        for material in &key.materials {
            let mut stored = to_json(row, material)?;
            if let (Some(own), Some(members)) = (&material.key, stored.as_object_mut()) {
                let sealed = self.root_key.seal(
                    PURPOSE,
                    &associated(key, material.id),
                    &own.export(),
                    &mut *self.rng,
                );
                let sealed = sealed.map_err(|why| SnapshotError::row(row, why))?;
                members.insert("sealed".to_owned(), STANDARD.encode(sealed).into());
            }
            materials.push(stored);
        }
        if let Some(members) = record.as_object_mut() {
            members.insert("materials".to_owned(), Value::Array(materials));
        }
        Ok(record)
    }
}

/// What sealed material is bound to: material that was put into another row does not open.
fn associated(key: &KeyRecord, id: Option<MaterialId>) -> Vec<u8> {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let (version, arn, spec, origin) = (Header::VERSION, &key.arn, key.spec, key.origin);
    format!("{version}|{arn}|{id}|{spec}|{origin}").into_bytes()
}

fn json_of(row: &Row, record: Option<&impl Serialize>) -> Result<Option<Value>, SnapshotError> {
    record.map(|record| to_json(row, record)).transpose()
}

fn to_json(row: &Row, record: &impl Serialize) -> Result<Value, SnapshotError> {
    serde_json::to_value(record).map_err(|why| SnapshotError::row(row, why))
}
