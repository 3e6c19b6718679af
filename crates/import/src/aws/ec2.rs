//! VPC endpoints.

use crate::draft::Sort;
use crate::importer::{Document, Importer};
use crate::node::{elements, take, take_string};

/// Fields that decisions need, by our names and those of AWS.
const FIELDS: [(&str, &str); 3] = [
    ("vpc", "VpcId"),
    ("service", "ServiceName"),
    ("policy", "PolicyDocument"),
];

/// `ec2 describe-vpc-endpoints`: each endpoint tells its owner.
pub(super) fn vpc_endpoints<'a>(importer: &mut Importer<'_, 'a>, mut document: Document<'a>) {
    let endpoints = elements(take(&mut document.node, "VpcEndpoints"));
    let count = endpoints.len();
    for mut endpoint in endpoints {
        let Some((id, span)) = take_string(&mut endpoint, "VpcEndpointId") else {
            continue;
        };
        let owner = take_string(&mut endpoint, "OwnerId").map(|(owner, _)| owner);
        let assumed = importer.settings.account.map(|account| account.to_string());
        let account = owner.map_or(assumed, |owner| Some(owner.into_owned()));
        let sort = Sort::VpcEndpoint;
        let mut thing = importer.draft.thing_of(account.as_deref(), sort, &id, span);
        for (ours, theirs) in FIELDS {
            if let Some(value) = take(&mut endpoint, theirs) {
                thing.state(ours, value);
            }
        }
    }
    let ending = if count == 1 { "" } else { "s" };
    let what = format!("{count} VPC endpoint{ending}");
    importer.report.used(&document, what);
}
