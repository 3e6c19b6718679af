//! What fuzzers found once, and what they begin with.

use std::fs;
use std::path::Path;

#[expect(
    unreachable_pub,
    reason = "a function of the fuzz target, and a module here"
)]
#[path = "../../../../fuzz/src/questions.rs"]
mod fuzz;

#[test]
fn questions_to_the_worlds_of_the_fuzzers() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut count = 0;
    for folder in ["fuzz/questions", "fuzz/world", "worlds"] {
        for entry in fs::read_dir(fixtures.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            fuzz::questions(&text);
            count += 1;
        }
    }
    assert!(count > 5, "{count} files");
}
