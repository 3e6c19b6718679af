//! The integration tests of kmsim-analysis, in one binary.

#[cfg(test)]
mod apply;
#[cfg(test)]
mod laws;
