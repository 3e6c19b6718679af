//! VPC endpoints, and resources of other services.

use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_policy::syntax::PolicyKind;

use super::read::Place;
use super::{OtherResource, VpcEndpoint};
use crate::reader::Reader;

impl Reader<'_, '_, '_> {
    /// An entry of `DescribeVpcEndpoints`, or the same with our names.
    pub(super) fn vpc_endpoint(&mut self, node: &Node<'_>, place: &Place) -> Option<VpcEndpoint> {
        let fields = Fields::of(node, "a VPC endpoint", &mut self.diagnostics)?;
        for unused in [
            "VpcEndpointType",
            "State",
            "RouteTableIds",
            "SubnetIds",
            "Groups",
            "IpAddressType",
            "DnsOptions",
            "PrivateDnsEnabled",
            "RequesterManaged",
            "NetworkInterfaceIds",
            "DnsEntries",
            "CreationTimestamp",
            "Tags",
            "ServiceRegion",
        ] {
            fields.get(unused);
        }
        let id = self.require_either(&fields, "id", "VpcEndpointId");
        let vpc = self.either_string(&fields, "vpc", "VpcId");
        let service = self.either_string(&fields, "service", "ServiceName");
        let owner = fields.get("OwnerId").and_then(|node| self.account_id(node));
        let policy = self.either(&fields, "policy", "PolicyDocument");
        let policy = policy.and_then(|node| self.policy(node, PolicyKind::VpcEndpoint));
        fields.finish_foreign(&mut self.diagnostics);
        let (id, span) = id?;
        if !id.starts_with("vpce-") {
            let message = "the id of a VPC endpoint begins with `vpce-`";
            self.error("vpc-endpoint", span, message);
        }
        Some(VpcEndpoint {
            id: id.into(),
            account: owner.or(place.account),
            vpc: vpc.map(|(vpc, _)| vpc.into()),
            service: service.map(|(service, _)| service.into()),
            policy: policy.map(|policy| vec![policy]),
            span: node.span,
        })
    }

    /// A resource with its policy: `{arn, policy, tags}`.
    pub(super) fn other_resource(
        &mut self,
        node: &Node<'_>,
        place: &Place,
    ) -> Option<OtherResource> {
        let fields = Fields::of(node, "a resource", &mut self.diagnostics)?;
        let arn = fields.require_string("arn", &mut self.diagnostics);
        let policy = fields.get("policy");
        let policy = policy.and_then(|node| self.policy(node, PolicyKind::Resource));
        let tags = self.either(&fields, "tags", "Tags");
        let tags = tags.map_or_else(Vec::new, |node| self.tags(node));
        fields.finish(&mut self.diagnostics);
        let (text, span) = arn?;
        let arn = self.arn(text, span)?;
        if arn.service() == "kms" {
            let message = "keys and aliases stand in `keys` and `aliases`";
            self.error("wrong-place", span, message);
            return None;
        }
        if let Some(account) = arn.account_id() {
            self.check_place(place, account, span);
        }
        Some(OtherResource {
            account: arn.account_id().or(place.account),
            arn,
            policy,
            tags,
            span: node.span,
        })
    }
}
