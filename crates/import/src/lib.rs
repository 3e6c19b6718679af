//! Foreign inputs: what AWS tools, Terraform and CloudFormation write becomes a world, and what
//! CloudTrail and the SDKs say of a call becomes a call against it.
//!
//! Nothing here decides. What cannot be known from the inputs stays unknown, and is reported.

pub mod message;
