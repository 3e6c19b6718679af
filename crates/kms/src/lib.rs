//! The KMS service: every operation on keys with a real life cycle.
