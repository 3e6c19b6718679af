//! The state of a simulated KMS in a database file.
