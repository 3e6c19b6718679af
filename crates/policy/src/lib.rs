//! kmsim-policy.
