//! What the AWS CLI and the API of AWS answer.

use crate::importer::{Document, Importer};
use crate::recognize::Kind;

mod ec2;

/// Puts what documents say into the draft. Those of other makers are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    documents: Vec<Document<'a>>,
) -> Vec<Document<'a>> {
    let mut others = Vec::new();
    for document in documents {
        match document.kind {
            Kind::VpcEndpoints => ec2::vpc_endpoints(importer, document),
            _ => others.push(document),
        }
    }
    others
}
