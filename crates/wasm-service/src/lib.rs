//! The simulated service, and questions to whole worlds, for browsers and Node: text in, text out.
//!
//! A page loads this module when somebody wants to run what the module of `kmsim-wasm` only
//! decides, or to know what is not asked at every keystroke: who can, what a denial means, whether tests
//! pass. It holds the cryptography, and is several times as large.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`. There are no files here. Where a document refers to others, their texts come
//! with it, in the `files` of its options: see [`run_scenario`].

use kmsim_embed::{Document, Options, Unreadable, answered};
use kmsim_scenario::as_json;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

mod bytes;
mod explain;
mod options;
mod simulator;
mod test_file;
mod world;

pub use simulator::Simulator;

/// Runs a scenario, JSON or YAML, and gives the report of `kmsim run --format json`. What cannot
/// be read gives `{"errors": […]}` with positions instead.
///
/// `options` are JSON text, or left out: `name` is the path of the scenario, as the report shows
/// it, and `files` has the texts of the files that it refers to, by their paths. A reference is
/// relative to the document in which it stands.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(text: &str, options: Option<String>) -> String {
    let report = Options::read(options, |_, _| Err("is not known"))
        .and_then(|options| report(text, &options));
    report.unwrap_or_else(Unreadable::into_json).to_string()
}

fn report(text: &str, options: &Options) -> Result<Value, Unreadable> {
    let mut document = Document::new(options.name("scenario"), text);
    let scenario = document.read(&options.files, kmsim_scenario::read)?;
    let report = kmsim_scenario::run(&scenario, &document.sources);
    Ok(as_json(&[report]))
}

/// Explains denials that somebody met: events of CloudTrail, or error messages. The text that
/// `kmsim explain --format json` prints.
///
/// Options: `world` (the path of the world among `files`; without one it tells what the message says by
/// itself), `call` (an object with fields of the call that the report does not tell, or tells wrongly),
/// `fixes` (`false` for no proposals).
#[wasm_bindgen]
pub fn explain(text: &str, options: Option<String>) -> String {
    answered(options, &explain::OPTIONS, |options| {
        explain::answer(text, options)
    })
}

/// Tells who can do something on a key of a world: the text that `kmsim who-can --format json` prints.
///
/// Options: `action` (one, several with commas between them, or with wildcards), `key` (an id, an alias
/// or the ARN of either; left out for actions that have none), `call` (an object with what is stated of
/// the requests, such as `via` and `encryptionContext`).
#[wasm_bindgen(js_name = whoCan)]
pub fn who_can(world: &str, options: Option<String>) -> String {
    answered(options, &world::WHO_CAN, |options| {
        world::who_can(world, options)
    })
}

/// Tells what a principal can do in a world: the text that `kmsim can --format json` prints.
///
/// Options: `principal`, and as for [`who_can`] `action`, `key` and `call`; everything and all keys if
/// they are left out.
#[wasm_bindgen]
pub fn can(world: &str, options: Option<String>) -> String {
    answered(options, &world::CAN, |options| world::can(world, options))
}

/// Runs the policy tests of a document: the text that `kmsim test --format json` prints.
///
/// Options: `filter` (a text that the names of cases must contain), `strict` (whether documents that AWS
/// would refuse to save are errors in files of cases too).
#[wasm_bindgen(js_name = testFile)]
pub fn test_file(text: &str, options: Option<String>) -> String {
    answered(options, &test_file::OPTIONS, |options| {
        test_file::results(text, options)
    })
}

/// What a ciphertext of the simulated KMS, in base64, tells of itself: `{"keyId", "keyMaterialId", "parts"}`.
#[wasm_bindgen(js_name = ciphertextHeader)]
pub fn ciphertext_header(blob: &str) -> String {
    let header = bytes::of_blob(blob);
    header.unwrap_or_else(Unreadable::into_json).to_string()
}

/// What a message of the AWS Encryption SDK tells of itself before anybody has decrypted it.
#[wasm_bindgen(js_name = messageHeader)]
pub fn message_header(message: &[u8]) -> String {
    let header = bytes::of_message(message);
    header.unwrap_or_else(Unreadable::into_json).to_string()
}

#[cfg(test)]
mod tests;
