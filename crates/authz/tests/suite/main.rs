//! The integration tests of kmsim-authz, in one binary.

mod cases;
mod differential;
mod explanations;
mod files;
mod worlds;
