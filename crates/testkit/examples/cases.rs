//! Prints random cases with the naive evaluator's answer as `expect`, one a line:
//! `cargo run --release -p kmsim-testkit --example cases -- FIRST_SEED COUNT`.

use std::io::{BufWriter, Write};

use kmsim_testkit::{decide, random};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let &[first, count] = numbers.as_slice() else {
        return Err("needs FIRST_SEED and COUNT".into());
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    for seed in first..first.saturating_add(count) {
        let mut case = random::seeded(seed);
        let expect = decide(&case)?.as_str();
        if let Some(members) = case.as_object_mut() {
            members.insert("name".to_owned(), json!(format!("seed {seed}")));
            members.insert("expect".to_owned(), json!(expect));
        }
        writeln!(out, "{case}")?;
    }
    Ok(out.flush()?)
}
