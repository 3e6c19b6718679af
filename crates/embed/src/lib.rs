//! What the front ends without files share: documents that come as text with the files that they
//! refer to, options that come as JSON, and what is wrong with either, as JSON.

mod asked;
mod document;
mod options;

pub use asked::Asked;
pub use document::{Document, Given, Unreadable, read_into};
pub use options::Options;

use serde::Serialize;

/// Reads options, of which the function takes those with these `names`, and answers. What cannot be read
/// gives `{"errors": […]}`.
pub fn answered(
    options: Option<String>,
    names: &[&str],
    answer: impl FnOnce(&Asked) -> Result<String, Unreadable>,
) -> String {
    let options = Asked::read(options, names);
    let answer = options.and_then(|options| answer(&options));
    answer.unwrap_or_else(|unreadable| written(&unreadable.into_json()))
}

/// JSON as the command line prints it.
pub fn written(value: &impl Serialize) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(text) => text + "\n",
        Err(why) => format!("{}\n", Unreadable::because(why.to_string()).into_json()),
    }
}
