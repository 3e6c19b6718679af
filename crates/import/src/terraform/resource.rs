//! VPC endpoints, and the policies of resources of other services.

use kmsim_policy::json::Node;
use kmsim_types::arn;

use super::Reader;
use crate::draft::Sort;

impl Reader<'_, '_, '_, '_> {
    /// `aws_vpc_endpoint`. Without policy it lets everything pass.
    pub(super) fn vpc_endpoint(&mut self, at: usize) -> Option<&'static str> {
        let id = self.id(at)?;
        let fields = [
            ("vpc", self.text(at, "vpc_id")),
            ("service", self.text(at, "service_name")),
        ];
        let policy = self.document(at, "policy");
        // The provider computes the policy of an endpoint that sets none: full access.
        let is_computed = self.is_set(at, "policy") == Some(false);
        let policy = policy.filter(|policy| !is_computed || policy.unknown().is_none());
        let account = self.account(at)?.to_string();
        let span = self.span(at);
        let mut endpoint = self
            .draft
            .thing_of(Some(&account), Sort::VpcEndpoint, &id, span);
        for (field, value) in fields.into_iter().chain([("policy", policy)]) {
            if let Some(value) = value {
                endpoint.state(field, value);
            }
        }
        Some("VPC endpoint")
    }

    /// `aws_vpc_endpoint_policy`.
    pub(super) fn vpc_endpoint_policy(&mut self, at: usize) -> Option<&'static str> {
        let endpoint = self.link(at, "vpc_endpoint_id")?;
        let Some(id) = endpoint.as_str() else {
            self.skip(at, &endpoint);
            return None;
        };
        let policy = self.document(at, "policy")?;
        let account = self.account(at)?.to_string();
        let span = self.span(at);
        let mut endpoint = self
            .draft
            .thing_of(Some(&account), Sort::VpcEndpoint, id, span);
        endpoint.state("policy", policy);
        Some("VPC endpoint policy")
    }

    fn id(&mut self, at: usize) -> Option<String> {
        let known = self.known(at, "id").or_else(|| self.placeholder(at, "id"));
        known?.as_str().map(str::to_owned)
    }

    /// `aws_s3_bucket_policy`. The bucket belongs to the account of its policy.
    pub(super) fn bucket_policy(&mut self, at: usize) -> Option<&'static str> {
        let bucket = self.link(at, "bucket")?;
        let Some(name) = bucket.as_str() else {
            self.skip(at, &bucket);
            return None;
        };
        let partition = super::provider::partition(self.region(at).as_ref());
        let arn = format!("arn:{partition}:s3:::{name}");
        self.policy_of(at, &arn)
    }

    /// `aws_sqs_queue_policy`, whose queue is named by its URL.
    pub(super) fn queue_policy(&mut self, at: usize) -> Option<&'static str> {
        let url = self.link(at, "queue_url")?;
        let parts = url.as_str().map(|url| url.rsplit('/'));
        let parts = parts.and_then(|mut parts| Some((parts.next()?, parts.next()?)));
        let (Some((name, account)), Some(region)) = (parts, self.region(at)) else {
            self.skip(at, &url);
            return None;
        };
        let partition = region.partition();
        let arn = format!("arn:{partition}:sqs:{}:{account}:{name}", region.as_str());
        self.policy_of(at, &arn)
    }

    /// A resource that is the policy of another one, which it names by its ARN.
    pub(super) fn resource_policy(&mut self, at: usize, name: &str) -> Option<&'static str> {
        let arn = self.link(at, name)?;
        let Some(found) = arn.as_str() else {
            self.skip(at, &arn);
            return None;
        };
        let found = found.to_owned();
        self.policy_of(at, &found)
    }

    /// The policy that a queue, topic or secret has itself. Where it is not set it is computed: it may
    /// come from a resource of its own, which is read by itself.
    pub(super) fn own_policy(&mut self, at: usize) -> Option<&'static str> {
        if self.is_set(at, "policy") == Some(false) {
            return None;
        }
        self.document(at, "policy")?;
        let arn = self
            .known(at, "arn")
            .or_else(|| self.placeholder(at, "arn"))?;
        let arn = arn.as_str()?.to_owned();
        self.policy_of(at, &arn)
    }

    fn policy_of(&mut self, at: usize, name: &str) -> Option<&'static str> {
        let policy = self.document(at, "policy")?;
        let [_, _, _, _, owner, _] = arn::split(name)?;
        let span = self.span(at);
        let mut resource = if owner.is_empty() {
            let account = self.account(at)?.to_string();
            self.draft
                .thing_of(Some(&account), Sort::Resource, name, span)
        } else {
            self.draft.thing(Sort::Resource, name, span)
        };
        resource.state("policy", policy);
        Some("resource policy")
    }

    fn skip(&mut self, at: usize, of: &Node<'_>) {
        let shown = self.shown(at);
        let why = of.unknown().unwrap_or("it is no name");
        let message =
            format!("what `{shown}` belongs to is not known ({why}); it is not considered");
        self.draft.gap("attachment", message);
    }
}
