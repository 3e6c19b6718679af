//! Foreign inputs: what AWS tools, Terraform and CloudFormation write becomes a world, and what
//! CloudTrail and the SDKs say of a call becomes a call against it.
//!
//! An [`Importer`] takes named texts, [recognizes](recognize()) each by its content, and lets the
//! reader of its [`Kind`] put what it says into a [`Draft`]. The draft holds keys, principals,
//! policies and the organization as pieces of the tree that a world document is made of
//! (docs/world.md), every piece with the place where it stands in the export. So the finished world is
//! read by the same code as one that a person wrote, and explanations point into the exports.
//!
//! Nothing here decides. What cannot be known from the inputs stays unknown, and is reported as a
//! [`Gap`](kmsim_authz::world::Gap).

pub mod cloudtrail;
pub mod draft;
pub mod message;
pub mod node;
pub mod policies;
pub mod recognize;
pub mod report;

mod aws;
mod cloudformation;
mod counts;
mod finished;
mod hints;
mod importer;
mod part;
mod placeholder;
mod principal;
mod terraform;
mod unplaced;

pub use draft::Draft;
pub use finished::{readable, without_broken};
pub use importer::{Document, Given, Ignored, Imported, Importer, Settings, Used};
pub use part::Exports;
pub use recognize::{Kind, recognize};
