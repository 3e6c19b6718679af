//! The tables, and how a connection is set up.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kmsim_crypto::RootKey;
use kmsim_kms::clock::Timestamp;
use kmsim_kms::{Header, Row};
use rand_core::CryptoRng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};

use crate::error::StoreError;
use crate::{file, root_key};

/// How long a process waits for others that use the state.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes an empty state, unless another process makes one at the same moment.
pub(crate) fn create(
    path: &Path,
    root_key: &RootKey,
    rng: &mut dyn CryptoRng,
) -> Result<bool, StoreError> {
    let made = file::create_whole(path, rng, |new| {
        // Policies, grant tokens and events are nobody else's business either.
        root_key::private()
            .write(true)
            .create_new(true)
            .open(new)?
            .sync_all()?;
        fill(new, root_key).map_err(io::Error::other)
    });
    made.map_err(|error| StoreError::io("make", path, error))
}

fn fill(path: &Path, root_key: &RootKey) -> rusqlite::Result<()> {
    let mut connection = Connection::open_with_flags(path, flags())?;
    set_up(&connection)?;
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", file::APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", Header::VERSION)?;
    transaction.execute_batch(
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
         CREATE TABLE events (number INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT;",
    )?;
    for table in Row::TABLES {
        transaction.execute_batch(&format!(
            "CREATE TABLE {table} (id TEXT PRIMARY KEY, record TEXT NOT NULL, seal BLOB NOT NULL) STRICT;"
        ))?;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = Timestamp::EPOCH + now.unwrap_or_default();
    let meta = [
        ("format", Header::FORMAT.to_owned()),
        ("version", Header::VERSION.to_string()),
        ("root_key_id", root_key.id()),
        ("created", now.whole_second().to_string()),
    ];
    for (name, value) in meta {
        transaction.execute("INSERT INTO meta VALUES (?1, ?2)", params![name, value])?;
    }
    transaction.commit()?;
    // Last, so that closing leaves no second file behind.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error)
}

/// A connection to a state that is there.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::database(path, &error);
    let connection = Connection::open_with_flags(path, flags()).map_err(failed)?;
    set_up(&connection).map_err(failed)?;
    Ok(connection)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // Nothing that a file may bring along is run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is committed outlasts a power failure.
    connection.pragma_update(None, "synchronous", "FULL")
}
