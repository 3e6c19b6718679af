//! Standard output.

use std::io::{ErrorKind, Write};

use serde::Serialize;

use crate::outcome::Failure;

/// Writes a result to standard output. A reader that has gone away (`kmsim … | head`) is no
/// error: nobody wants the rest.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush())).map(|_| ())
}

/// Tells whether a write went through (`false`: the reader has gone away).
pub(crate) fn written(result: std::io::Result<()>) -> Result<bool, Failure> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new(format!("cannot write the result: {error}"))),
    }
}

/// A value as indented JSON, with a line break at its end.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
}
