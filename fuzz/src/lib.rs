//! What must hold for any text: one function for each fuzz target.
//!
//! The targets hand their inputs over to these functions, and so does a test of kmsim-authz with
//! the committed seeds, so that what was found once stays mended without cargo-fuzz.

mod arn;
mod case;
mod grant;
mod policy;
mod shown;
mod wildcard;
mod world;
mod yaml;

pub use arn::arn;
pub use case::case;
pub use grant::grant;
pub use policy::policy;
pub use wildcard::wildcard;
pub use world::world;
pub use yaml::yaml;

/// What a target does with an input.
pub type Check = fn(&str);

/// The targets by name.
pub const TARGETS: [(&str, Check); 7] = [
    ("arn", arn),
    ("case", case),
    ("grant", grant),
    ("policy", policy),
    ("wildcard", wildcard),
    ("world", world),
    ("yaml", yaml),
];
