//! kmsim-authz.
