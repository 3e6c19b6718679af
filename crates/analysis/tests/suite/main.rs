//! The integration tests of kmsim-analysis, in one binary.

#[cfg(test)]
mod apply;
#[cfg(test)]
mod denials;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod patch;
