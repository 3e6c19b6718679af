//! The integration tests of kmsim-authz, in one binary.

mod cases;
mod differential;
mod files;
mod worlds;
