//! Where the data lies.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A table of `fixtures/tables`.
pub(crate) fn table(file: &str) -> Value {
    read(&root().join("fixtures/tables").join(file))
}

pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A path in the folder `shared` beside the checkout, or one folder further up, which is there
/// for some developers only.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let places = ["../shared", "../../shared"].map(|place| root().join(place).join(path));
    let found = places.into_iter().find(|place| place.exists());
    if found.is_none() {
        println!("skipped: no shared/{path} beside the checkout");
    }
    found
}

/// Compares a rendered file with the committed one; `UPDATE=1` writes it.
pub(crate) fn check(file: &str, rendered: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, rendered).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(
        committed == rendered,
        "{file} differs from its data: run UPDATE=1 cargo test -p kmsim-kms --test suite tables"
    );
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
