//! The integration tests of kmsim-authz, in one binary.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod explanations;
#[cfg(test)]
mod files;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod shared;
#[cfg(test)]
#[path = "../../../testkit/tests/it/tables.rs"]
mod tables;
#[cfg(test)]
mod unknowns;
#[cfg(test)]
mod worlds;
#[cfg(test)]
mod yaml;
