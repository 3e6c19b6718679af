//! Messages by themselves.
