//! Writes a large world to standard output:
//! `cargo run --release -p kmsim-testkit --example organization -- ACCOUNTS PRINCIPALS KEYS SEED`.

use std::io::{BufWriter, Write};

use kmsim_testkit::organization::{Size, write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let size = match numbers.as_slice() {
        [] => Size::LARGE,
        [accounts, principals, keys, seed] => Size {
            accounts: usize::try_from(*accounts)?,
            principals: usize::try_from(*principals)?,
            keys: usize::try_from(*keys)?,
            seed: *seed,
        },
        _ => return Err("needs ACCOUNTS PRINCIPALS KEYS SEED, or nothing".into()),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    write(size, &mut out)?;
    Ok(out.flush()?)
}
