//! VPC endpoints, and the policies of resources of other services.

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node};

use super::physical::kind;
use super::stack::Stack;
use crate::draft::Sort;

impl<'t, 'a> Stack<'_, 't, 'a> {
    /// `AWS::EC2::VPCEndpoint`. Without policy it lets everything pass.
    pub(super) fn vpc_endpoint(&mut self, declared: &'t Member<'a>) -> &'static str {
        let vpc = self.property(declared, "VpcId");
        let vpc = vpc.filter(|node| node.as_str().is_some());
        let service = self.text_property(declared, "ServiceName");
        let policy = self.document(declared, "PolicyDocument");
        let id = self.evaluator.id("vpce", &declared.key);
        let account = Some(self.account.as_str());
        let span = declared.key_span;
        let mut endpoint = self.draft.thing_of(account, Sort::VpcEndpoint, &id, span);
        for (field, value) in [("vpc", vpc), ("service", service), ("policy", policy)] {
            if let Some(value) = value {
                endpoint.state(field, value);
            }
        }
        "VPC endpoint"
    }

    /// `AWS::S3::BucketPolicy`.
    pub(super) fn bucket_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let bucket = self.text_property(declared, "Bucket")?;
        let arn = self
            .evaluator
            .filled("s3:::{n}", bucket.as_str()?, bucket.span);
        self.resource_policy(declared, &arn, "PolicyDocument")
    }

    /// `AWS::SQS::QueuePolicy`: the policy of several queues, by their URLs.
    pub(super) fn queue_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let mut read = None;
        for url in self.list_property(declared, "Queues") {
            let parts = url.as_str().map(|url| {
                let mut parts = url.rsplit('/');
                (parts.next(), parts.next())
            });
            let (Some(name), Some(account)) = parts.unwrap_or_default() else {
                self.skip(declared, &url);
                continue;
            };
            let shape = format!("sqs:{{r}}:{account}:{{n}}");
            let arn = self.evaluator.filled(&shape, name, url.span);
            read = self
                .resource_policy(declared, &arn, "PolicyDocument")
                .or(read);
        }
        read
    }

    /// `AWS::SNS::TopicPolicy`: the policy of several topics, by their ARNs.
    pub(super) fn topic_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let mut read = None;
        for arn in self.list_property(declared, "Topics") {
            read = self
                .resource_policy(declared, &arn, "PolicyDocument")
                .or(read);
        }
        read
    }

    /// `AWS::SecretsManager::ResourcePolicy`.
    pub(super) fn secret_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let secret = self.property(declared, "SecretId")?;
        self.resource_policy(declared, &secret, "ResourcePolicy")
    }

    fn resource_policy(
        &mut self,
        declared: &'t Member<'a>,
        arn: &Node<'a>,
        property: &str,
    ) -> Option<&'static str> {
        let Some(name) = arn.as_str().filter(|text| text.starts_with("arn:")) else {
            self.skip(declared, arn);
            return None;
        };
        let policy = self.document(declared, property)?;
        let account = self.account.clone();
        // The ARN of a bucket tells no account: it belongs to that of the stack.
        let has_account = kmsim_types::arn::split(name).is_some_and(|parts| !parts[4].is_empty());
        let span = declared.key_span;
        let mut resource = if has_account {
            self.draft.thing(Sort::Resource, name, span)
        } else {
            self.draft
                .thing_of(Some(&account), Sort::Resource, name, span)
        };
        resource.state("policy", policy);
        Some("resource policy")
    }

    fn skip(&mut self, declared: &Member<'a>, of: &Node<'a>) {
        let shown = excerpt(&declared.key);
        let why = of.unknown().unwrap_or("it is no ARN");
        let sort = kind(&declared.value);
        let message = format!(
            "what the {sort} `{shown}` belongs to is not known ({why}); it is not considered"
        );
        self.draft.gap("attachment", message);
    }
}
