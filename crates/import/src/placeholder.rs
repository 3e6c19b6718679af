//! Names for things that have none before they are created.
//!
//! AWS chooses the id of a key, and the names of what is declared without one. Until then a name made
//! of the thing's own name in its template or plan stands for it, the same in every place that refers
//! to it, so that policies and keys of one template link up. Which names these are is documented
//! (docs/import.md), since people write them into tests.

use kmsim_types::{AccountId, Region};

/// The id of a key that is not created yet: 16 zeros, and a hash of its name in the template or plan.
/// It has the form of a key id, and cannot be taken for a real one.
pub(crate) fn key_id(name: &str, multi_region: bool) -> String {
    let hash = format!("{:016x}", hash(name));
    if multi_region {
        return format!("mrk-{:016}{hash}", 0);
    }
    let (first, last) = hash.split_at(4);
    format!("00000000-0000-0000-{first}-{last}")
}

/// Whether this is such an id.
pub(crate) fn is_key_id(id: &str) -> bool {
    id.starts_with("00000000-0000-0000-") || id.starts_with("mrk-0000000000000000")
}

/// The account of things of which none is known, where that matters to nothing.
pub(crate) fn account() -> Option<AccountId> {
    AccountId::new("000000000000").ok()
}

/// The Region of things of which none is known, where that matters to nothing.
pub(crate) fn region() -> Option<Region> {
    Region::new("us-east-1").ok()
}

/// The id of another thing that AWS names by letters and 17 hexadecimal digits: `vpce-0…`.
pub(crate) fn id(prefix: &str, name: &str) -> String {
    format!("{prefix}-0{:016x}", hash(name))
}

/// FNV-1a, 64 bits: the same everywhere and for ever.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What an ARN calls a user, role, group or managed policy: `role/path/name`.
pub(crate) fn iam_name(word: &str, path: &str, name: &str) -> String {
    let start = if path.starts_with('/') { "" } else { "/" };
    let end = if path.ends_with('/') { "" } else { "/" };
    format!("{word}{start}{path}{end}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_have_the_form_of_ids_and_stay_the_same() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        let id_of_key = key_id("OrdersKey", false);
        assert_eq!(id_of_key, key_id("OrdersKey", false));
        assert_ne!(id_of_key, key_id("OtherKey", false));
        for multi_region in [false, true] {
            assert!(kmsim_policy::parse::is_key_id(&key_id("a", multi_region)));
        }
        assert_eq!(id("vpce", "a"), "vpce-0af63dc4c8601ec8c");
    }

    #[test]
    fn paths_have_slashes_on_both_sides() {
        for (path, expected) in [
            ("/", "role/App"),
            ("/a/", "role/a/App"),
            ("a", "role/a/App"),
        ] {
            assert_eq!(iam_name("role", path, "App"), expected);
        }
    }
}
