//! Opening a state, and reading and writing it in turns.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use kmsim_crypto::RootKey;
use kmsim_kms::{Change, Event, Header, Row, Snapshot};
use rand_core::CryptoRng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde_json::Value;

use crate::error::StoreError;
use crate::root_key::{RootKeyError, RootKeySource};
use crate::{database, file, root_key};

/// The purpose of the seals of rows.
const PURPOSE: &str = "row of a state";

/// A state in a file.
///
/// A process opens a state once: the operating system drops a process's locks on a file as soon as
/// any of its handles is closed.
pub struct Store {
    path: PathBuf,
    connection: Connection,
    root_key: RootKey,
    rng: Box<dyn CryptoRng + Send>,
    is_new: bool,
    new_key: Option<PathBuf>,
}

impl Store {
    /// Opens a state, or makes an empty one if the file is not there. A state and its root key
    /// become visible whole, the key first: a crash in between leaves a key without a state, which
    /// the next attempt uses.
    ///
    /// # Errors
    /// If the file is something else, damaged, or was written under another root key; nothing is
    /// changed then.
    pub fn open(
        path: &Path,
        source: RootKeySource,
        mut rng: Box<dyn CryptoRng + Send>,
    ) -> Result<Self, StoreError> {
        if file::exists(path)? {
            return Self::open_existing(path, source, rng);
        }
        let (root_key, made) = match source {
            RootKeySource::File => root_key::load_or_create(path, &mut *rng)?,
            RootKeySource::Given(key) => (key, false),
        };
        let is_new = database::create(path, &root_key, &mut *rng)?;
        let mut store = Self::connect(path, root_key, rng)?;
        store.is_new = is_new;
        store.new_key = made.then(|| root_key::path_of(path));
        Ok(store)
    }

    /// Opens a state that is there.
    ///
    /// # Errors
    /// As [`Store::open`], and if there is none.
    pub fn open_existing(
        path: &Path,
        source: RootKeySource,
        rng: Box<dyn CryptoRng + Send>,
    ) -> Result<Self, StoreError> {
        if !file::exists(path)? {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let root_key = match source {
            RootKeySource::File => root_key::load(path)?,
            RootKeySource::Given(key) => key,
        };
        Self::connect(path, root_key, rng)
    }

    fn connect(
        path: &Path,
        root_key: RootKey,
        rng: Box<dyn CryptoRng + Send>,
    ) -> Result<Self, StoreError> {
        let log = file::with_suffix(path, "-wal");
        let was_left = log.metadata().is_ok_and(|log| log.len() > 0);
        let store = Self {
            path: path.to_owned(),
            connection: database::connect(path)?,
            root_key,
            rng,
            is_new: false,
            new_key: None,
        };
        // What a killed process left in the log counts; but it moves into the file only with the
        // next commit, not when a file that turns out to be damaged is closed.
        store.keep_log(was_left)?;
        store.check_header()?;
        Ok(store)
    }

    /// Whether this made the state.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The file of the root key, if this made it.
    pub fn new_root_key_file(&self) -> Option<&Path> {
        self.new_key.as_deref()
    }

    /// The root key, for a service.
    ///
    /// # Errors
    /// Never: the key was read before.
    pub fn root_key(&self) -> Result<RootKey, StoreError> {
        copy(&self.root_key)
    }

    /// When the state was made, as it says itself.
    pub fn created(&self) -> Result<String, StoreError> {
        self.meta("created")
    }

    /// Takes the state for oneself until the session ends. Waits for others that have it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if it takes too long.
    pub fn begin(&mut self) -> Result<Session<'_>, StoreError> {
        let failed = |error| StoreError::database(&self.path, &error);
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
                .map_err(failed)?;
        Ok(Session {
            transaction,
            path: &self.path,
            root_key: &self.root_key,
            rng: &mut *self.rng,
        })
    }

    /// The state as it is now, for reading.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn load(&self) -> Result<Snapshot, StoreError> {
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred);
        let transaction = transaction.map_err(|error| StoreError::database(&self.path, &error))?;
        load(&transaction, &self.path, &self.root_key)
    }

    /// How many events there are.
    pub fn count_events(&self) -> Result<u64, StoreError> {
        let count = self
            .connection
            .query_row("SELECT count(*) FROM events", (), |row| {
                row.get::<_, i64>(0)
            });
        let count = count.map_err(|error| StoreError::database(&self.path, &error))?;
        Ok(count.unsigned_abs())
    }

    /// The latest events, the oldest first.
    ///
    /// # Errors
    /// If one is damaged.
    pub fn events(&self, most: u32) -> Result<Vec<Value>, StoreError> {
        let query =
            "SELECT event FROM (SELECT number, event FROM events ORDER BY number DESC LIMIT ?1)
            ORDER BY number";
        let texts = self.connection.prepare(query).and_then(|mut statement| {
            let texts = statement.query_map([most], |row| row.get::<_, String>(0))?;
            texts.collect::<Result<Vec<_>, _>>()
        });
        let texts = texts.map_err(|error| StoreError::database(&self.path, &error))?;
        let parse = |text: &String| {
            serde_json::from_str(text)
                .map_err(|why| StoreError::damaged(&self.path, format!("an event: {why}")))
        };
        texts.iter().map(parse).collect()
    }

    fn check_header(&self) -> Result<(), StoreError> {
        if self.meta("format")? != Header::FORMAT {
            return Err(StoreError::damaged(&self.path, "its format has no name"));
        }
        let (needed, given) = (self.meta("root_key_id")?, self.root_key.id());
        if needed == given {
            return Ok(());
        }
        Err(RootKeyError::Wrong { needed, given }.into())
    }

    fn meta(&self, name: &str) -> Result<String, StoreError> {
        let query = "SELECT value FROM meta WHERE name = ?1";
        let value = self.connection.query_row(query, [name], |row| row.get(0));
        let value = value
            .optional()
            .map_err(|error| StoreError::database(&self.path, &error))?;
        value.ok_or_else(|| StoreError::damaged(&self.path, format!("`{name}` is missing")))
    }

    fn keep_log(&self, keep: bool) -> Result<(), StoreError> {
        self.connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)
            .map(drop)
            .map_err(|error| StoreError::database(&self.path, &error))
    }
}

/// A turn with the state: what is read in it cannot be changed by others before it is written.
/// Without [`Session::commit`] nothing changes.
pub struct Session<'s> {
    transaction: Transaction<'s>,
    path: &'s Path,
    root_key: &'s RootKey,
    rng: &'s mut (dyn CryptoRng + Send),
}

impl Session<'_> {
    /// The whole state.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn load(&self) -> Result<Snapshot, StoreError> {
        load(&self.transaction, self.path, self.root_key)
    }

    /// The root key, for the service.
    ///
    /// # Errors
    /// Never: the key was read before.
    pub fn root_key(&self) -> Result<RootKey, StoreError> {
        copy(self.root_key)
    }

    /// Writes what changed, and the events. When this returns, all of it is on the disk; if it
    /// fails, none of it.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn commit(mut self, changes: &[Change], events: &[Event]) -> Result<(), StoreError> {
        let path = self.path;
        self.write(changes, events)
            .and_then(|()| {
                let database = self
                    .transaction
                    .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
                database?;
                self.transaction.commit()
            })
            .map_err(|error| StoreError::database(path, &error))
    }

    fn write(&mut self, changes: &[Change], events: &[Event]) -> rusqlite::Result<()> {
        for change in changes {
            let (table, id) = (change.row.table(), change.row.id());
            let Some(record) = &change.record else {
                let delete = format!("DELETE FROM {table} WHERE id = ?1");
                self.transaction.prepare_cached(&delete)?.execute([id])?;
                continue;
            };
            let record = record.to_string();
            let seal = self
                .root_key
                .seal(PURPOSE, &bound(&change.row, &record), b"", self.rng)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            let insert = format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2, ?3)");
            self.transaction
                .prepare_cached(&insert)?
                .execute(params![id, record, seal])?;
        }
        let mut insert = self
            .transaction
            .prepare_cached("INSERT INTO events (event) VALUES (?1)")?;
        for event in events {
            insert.execute([event.to_json().to_string()])?;
        }
        Ok(())
    }
}

/// Reads all rows. Each must be as it was written under this root key.
fn load(connection: &Connection, path: &Path, root_key: &RootKey) -> Result<Snapshot, StoreError> {
    // Events are too many to be checked all; the end, where they are added, must be there.
    let last = connection.query_row("SELECT max(number) FROM events", (), |row| {
        row.get::<_, Option<i64>>(0)
    });
    last.map_err(|error| StoreError::database(path, &error))?;
    let mut rows = BTreeMap::new();
    for table in Row::TABLES {
        check(connection, path, table)?;
        let read = || -> rusqlite::Result<Vec<(String, String, Vec<u8>)>> {
            let mut query =
                connection.prepare(&format!("SELECT id, record, seal FROM {table} ORDER BY id"))?;
            let found = query.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            found.collect()
        };
        let found = read().map_err(|error| StoreError::database(path, &error))?;
        for (id, record, seal) in found {
            let damaged = || StoreError::damaged(path, format!("`{id}` of {table} was changed"));
            let row = Row::of(table, &id).ok_or_else(damaged)?;
            root_key
                .open(PURPOSE, &bound(&row, &record), &seal)
                .map_err(|_| damaged())?;
            let record = serde_json::from_str(&record).map_err(|_| damaged())?;
            rows.insert(row, record);
        }
    }
    Ok(Snapshot {
        header: Header {
            version: Header::VERSION,
            root_key: root_key.id(),
        },
        rows,
    })
}

/// Whether the pages of a table hang together. A damaged page can hide rows, whose seals nobody
/// would ask for then.
fn check(connection: &Connection, path: &Path, table: &str) -> Result<(), StoreError> {
    let pragma = format!("PRAGMA integrity_check({table})");
    let found = connection.query_row(&pragma, (), |row| row.get::<_, String>(0));
    let found = found.map_err(|error| StoreError::database(path, &error))?;
    match found.as_str() {
        "ok" => Ok(()),
        why => Err(StoreError::damaged(path, why)),
    }
}

fn copy(root_key: &RootKey) -> Result<RootKey, StoreError> {
    let bytes = root_key.to_bytes();
    let copied = RootKey::from_bytes(bytes.as_slice());
    copied.map_err(|_| RootKeyError::Malformed.into())
}

/// What the seal of a row covers.
fn bound(row: &Row, record: &str) -> Vec<u8> {
    let (table, id) = (row.table(), row.id());
    format!("{} {table} {} {id} {record}", Header::VERSION, id.len()).into_bytes()
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
