//! kmsim-types.
