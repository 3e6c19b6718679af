//! Questions over many requests at once: who can call what, what changed between two worlds, and
//! the smallest change that would allow or deny a request.
//!
//! Every answer is made of decisions of `kmsim-authz`: nothing here evaluates a policy by itself.

pub mod fix;
