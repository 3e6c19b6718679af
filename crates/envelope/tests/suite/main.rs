//! The integration tests of kmsim-envelope, in one binary.

#[cfg(test)]
mod cache;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;
