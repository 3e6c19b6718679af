//! Key material of every KMS key spec, and what can be done with it.
