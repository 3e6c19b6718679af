//! kmsim-testkit.
