//! What has changed since the state was last stored.

use std::sync::Arc;

use serde_json::Value;

/// A row of the stored state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A key, by its ARN.
    Key(Arc<str>),
    /// An alias, by its ARN.
    Alias(Arc<str>),
    /// A custom key store, by its id.
    CustomKeyStore(Arc<str>),
    /// When a key was last used, by the key's ARN.
    Usage(Arc<str>),
    /// What was used so far, for the bill.
    Meter,
    /// A key or alias that was taken over from a world, by its ARN. It is not taken over again
    /// after it was deleted.
    Adopted(Arc<str>),
}

/// A row that was written or went away.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which row.
    pub row: Row,
    /// What stands in it now; none if it went away.
    pub record: Option<Value>,
}

impl Row {
    /// The tables.
    pub const TABLES: [&'static str; 6] = [
        "keys",
        "aliases",
        "custom_key_stores",
        "last_usage",
        "meter",
        "adopted",
    ];

    /// The table that the row belongs to.
    pub fn table(&self) -> &'static str {
        match self {
            Self::Key(_) => "keys",
            Self::Alias(_) => "aliases",
            Self::CustomKeyStore(_) => "custom_key_stores",
            Self::Usage(_) => "last_usage",
            Self::Meter => "meter",
            Self::Adopted(_) => "adopted",
        }
    }

    /// The row's name in its table.
    pub fn id(&self) -> &str {
        match self {
            Self::Key(id)
            | Self::Alias(id)
            | Self::CustomKeyStore(id)
            | Self::Usage(id)
            | Self::Adopted(id) => id,
            Self::Meter => "",
        }
    }

    /// The row of a table; none for a table that does not exist.
    pub fn of(table: &str, id: &str) -> Option<Self> {
        Some(match table {
            "keys" => Self::Key(id.into()),
            "aliases" => Self::Alias(id.into()),
            "custom_key_stores" => Self::CustomKeyStore(id.into()),
            "last_usage" => Self::Usage(id.into()),
            "meter" => Self::Meter,
            "adopted" => Self::Adopted(id.into()),
            _ => return None,
        })
    }
}
