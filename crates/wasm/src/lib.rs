//! kmsim for browsers and Node: text in, text out.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`, so that there is one contract and no JavaScript types of our own. Nothing here
//! decides anything: it calls the library crates and writes their answer down.

use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Reads a case and answers with JSON text: the version that answered, and where the text stops
/// being JSON if it isn't.
#[wasm_bindgen]
pub fn check(case: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let answer = match serde_json::from_str::<Value>(case) {
        Ok(_) => json!({ "version": version }),
        Err(error) => json!({
            "version": version,
            "error": {
                "message": error.to_string(),
                "line": error.line(),
                "column": error.column(),
            },
        }),
    };
    answer.to_string()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn answers_with_its_version() {
        assert_eq!(check("{}"), r#"{"version":"0.1.0"}"#);
    }
}
