//! Rules over policies and over worlds. One rule, one file, with its documentation and examples.
