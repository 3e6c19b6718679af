//! The `kmsim` command.
fn main() {}
