//! Questions over many requests at once: who can call what, what changed between two worlds, and
//! the smallest change that would allow or deny a request.
//!
//! Every answer is made of decisions of `kmsim-authz`: nothing here evaluates a policy by itself.
//!
//! Read [`subject`] (whom an answer is about) and [`ask`] (what is asked), then `index` (who is asked
//! at all) and [`who_can`]; [`diff`] asks two worlds; [`only_if`] finds the conditions of answers that depend.

pub mod actions;
pub mod answer;
pub mod ask;
pub mod can;
pub mod candidates;
pub mod diff;
pub mod fix;
pub mod human;
mod index;
pub mod matrix;
pub mod only_if;
pub mod stated;
pub mod subject;
pub mod view;
pub mod who_can;
pub mod words;
