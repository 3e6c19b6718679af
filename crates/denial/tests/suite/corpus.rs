//! The inputs of the fuzz target that are kept: what broke something once, and seeds.

use std::fs;

use proptest::prelude::{ProptestConfig, any, proptest};

use crate::files::root;

#[expect(
    unreachable_pub,
    reason = "a function of the fuzz target, and a module here"
)]
#[path = "../../../../fuzz/src/report.rs"]
mod fuzz;

#[test]
fn kept_inputs_of_the_fuzz_target_pass() {
    let folder = fs::read_dir(root().join("fixtures/fuzz/report")).unwrap();
    let mut inputs: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    for input in inputs {
        println!("{}", input.display());
        fuzz::report(&fs::read_to_string(&input).unwrap());
    }
}

/// The kept inputs.
fn inputs() -> Vec<String> {
    let folder = fs::read_dir(root().join("fixtures/fuzz/report")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Pieces of the inputs taken out, doubled and put elsewhere.
    #[test]
    fn shuffled_inputs_pass(
        which in any::<proptest::sample::Index>(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0_usize..40, 0_usize..3), 1..6),
    ) {
        let inputs = inputs();
        let mut text: Vec<char> = which.get(&inputs).chars().collect();
        for (from, to, length, edit) in edits {
            let from = from.index(text.len() + 1);
            let end = text.len().min(from + length);
            let piece: Vec<char> = text[from..end].to_vec();
            if edit != 1 {
                text.drain(from..end);
            }
            if edit != 0 {
                let to = to.index(text.len() + 1);
                text.splice(to..to, piece);
            }
        }
        fuzz::report(&text.into_iter().collect::<String>());
    }
}
