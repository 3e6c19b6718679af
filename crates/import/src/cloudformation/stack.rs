//! From the resources of a template to a draft.

use kmsim_authz::truth::Truth;
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use super::evaluate::{Evaluated, Evaluator};
use super::loops::LOOP;
use super::physical::{kind, of_iam};
use crate::counts::Counts;
use crate::draft::{Draft, Sort};
use crate::node::{text, unknown};

/// Types that give permissions in ways that are not read.
const UNREAD: [&str; 8] = [
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::StackSet",
    "AWS::CloudFormation::Macro",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::SSO::PermissionSet",
    "AWS::SSO::Assignment",
    "AWS::RAM::ResourceShare",
    "AWS::RAM::Permission",
];

/// Types of things that are no policies, beside those of IAM.
const IS_THING: [&str; 4] = [
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::KMS::Alias",
    "AWS::EC2::VPCEndpoint",
];

/// A template that is being read.
#[derive(Debug)]
pub(super) struct Stack<'d, 't, 'a> {
    pub(super) evaluator: Evaluator<'t, 'a>,
    pub(super) draft: &'d mut Draft<'a>,
    pub(super) account: String,
    /// The users, roles and groups of the template: sort, name and ARN.
    pub(super) principals: Vec<(Sort, String, String)>,
    pub(super) counts: Counts,
}

impl<'t, 'a> Stack<'_, 't, 'a> {
    /// Reads all resources. Tells what they gave.
    pub(super) fn read(&mut self) -> String {
        let resources = self.evaluator.template.resources;
        for declared in resources {
            self.name_principal(declared);
        }
        for declared in resources {
            self.resource(declared);
        }
        for assumed in std::mem::take(&mut self.evaluator.assumed) {
            self.draft.gap("assumed", assumed);
        }
        let found = &mut self.evaluator.diagnostics;
        self.draft.diagnostics.append(found);
        self.counts.to_string()
    }

    fn name_principal(&mut self, declared: &'t Member<'a>) {
        let Some((sort, property, _)) = of_iam(kind(&declared.value)) else {
            return;
        };
        let name = self.evaluator.name(declared, property);
        if let Some((arn, _)) = self.arn_of(declared) {
            self.principals.push((sort, name.into(), arn));
        }
    }

    fn resource(&mut self, declared: &'t Member<'a>) {
        if declared.key.starts_with(LOOP) {
            let message = "the collection of a loop (`Fn::ForEach`) is not known; what it makes is not considered";
            self.draft.gap("not-read", message);
            return;
        }
        let exists = self.evaluator.exists(declared);
        match exists.truth {
            Truth::No => return,
            Truth::Yes => {}
            Truth::Unknown => self.assume_created(declared, &exists.why),
        }
        let sort = kind(&declared.value);
        let is_read = match sort {
            "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => self.key(declared),
            "AWS::KMS::Alias" => self.alias(declared),
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => self.principal(declared),
            "AWS::IAM::ManagedPolicy" => self.managed_policy(declared),
            "AWS::IAM::Policy" => self.policy(declared),
            "AWS::IAM::RolePolicy" => self.policy_of(declared, Sort::Role, "RoleName"),
            "AWS::IAM::UserPolicy" => self.policy_of(declared, Sort::User, "UserName"),
            "AWS::IAM::GroupPolicy" => self.policy_of(declared, Sort::Group, "GroupName"),
            "AWS::IAM::UserToGroupAddition" => self.group_members(declared),
            "AWS::Organizations::Policy" => self.control_policy(declared),
            "AWS::EC2::VPCEndpoint" => Some(self.vpc_endpoint(declared)),
            "AWS::S3::BucketPolicy" => self.bucket_policy(declared),
            "AWS::SQS::QueuePolicy" => self.queue_policy(declared),
            "AWS::SNS::TopicPolicy" => self.topic_policy(declared),
            "AWS::SecretsManager::ResourcePolicy" => self.secret_policy(declared),
            _ => {
                self.other(sort);
                return;
            }
        };
        if let Some(word) = is_read {
            self.counts.add(word);
        }
    }

    /// Tells that a thing is taken for created. A policy is taken for unknown instead.
    fn assume_created(&mut self, declared: &Member<'a>, why: &str) {
        let sort = kind(&declared.value);
        if sort.ends_with("Policy") || of_iam(sort).is_none() && !IS_THING.contains(&sort) {
            return;
        }
        let name = excerpt(&declared.key);
        let message =
            format!("whether `{name}` is created is not known ({why}); it is taken for created");
        self.draft.gap("assumed", message);
    }

    fn other(&mut self, sort: &str) {
        if UNREAD.contains(&sort) || sort.starts_with("AWS::Serverless::") {
            let message = format!(
                "what `{}` of the template grants is not considered",
                excerpt(sort)
            );
            self.draft.gap("not-read", message);
        }
        self.counts.pass_over(&excerpt(sort));
    }

    /// A property of a resource.
    pub(super) fn property(&mut self, declared: &'t Member<'a>, name: &str) -> Evaluated<'a> {
        self.evaluator.property(declared, name)
    }

    /// A property that is a text. Of an unknown one a gap tells what is assumed.
    pub(super) fn text_property(
        &mut self,
        declared: &'t Member<'a>,
        name: &str,
    ) -> Option<Node<'a>> {
        let node = self.property(declared, name)?;
        if let Some(why) = node.unknown() {
            let shown = excerpt(&declared.key);
            let message = format!("`{name}` of `{shown}` is not known ({why}); it is left out");
            self.draft.gap("assumed", message);
            return None;
        }
        match node.value {
            Value::String(_) => Some(node),
            Value::Number(content) => Some(text(content, node.span)),
            _ => {
                let kind = node.kind();
                let message = format!("`{name}` takes a string, found {kind}");
                self.evaluator.mistake(node.span, message);
                None
            }
        }
    }

    /// A property that is a list of texts. Unknown elements are given as they are.
    pub(super) fn list_property(&mut self, declared: &'t Member<'a>, name: &str) -> Vec<Node<'a>> {
        match self.property(declared, name) {
            None => Vec::new(),
            Some(Node {
                value: Value::Array(items),
                ..
            }) => items,
            Some(node) => vec![node],
        }
    }

    /// A property that is a policy. It is unknown as a whole if it may not be there at all.
    pub(super) fn document(&mut self, declared: &'t Member<'a>, name: &str) -> Option<Node<'a>> {
        let document = self.property(declared, name)?;
        let exists = self.evaluator.exists(declared);
        if exists.truth == Truth::Unknown {
            let why = format!(
                "whether `{}` is created: {}",
                excerpt(&declared.key),
                exists.why
            );
            return Some(unknown(why, document.span));
        }
        Some(document)
    }

    /// Tags, as the lists and objects of templates have them.
    pub(super) fn tags(&mut self, declared: &'t Member<'a>) -> Vec<Member<'a>> {
        let Some(node) = self.property(declared, "Tags") else {
            return Vec::new();
        };
        let mut tags = Vec::new();
        for tag in node.as_list() {
            let (Some(key), Some(value)) = (tag.member("Key"), tag.member("Value")) else {
                continue;
            };
            let content = super::evaluate::scalar(value);
            let (Some(key_text), Some(content)) = (key.as_str(), content) else {
                let shown = excerpt(&declared.key);
                let name = key.as_str().map_or_else(
                    || "a tag".to_owned(),
                    |key| format!("the tag `{}`", excerpt(key)),
                );
                let message = format!("{name} of `{shown}` is not known; it is left out");
                self.draft.gap("assumed", message);
                continue;
            };
            tags.push(Member {
                key: key_text.to_owned().into(),
                key_span: key.span,
                value: text(content, value.span),
            });
        }
        tags
    }

    /// The ARN of a resource and where it is declared. `None` if it takes a Region that is not
    /// given, which was reported.
    pub(super) fn arn_of(&mut self, declared: &'t Member<'a>) -> Option<(String, Span)> {
        self.evaluator.placing = true;
        let node = self.evaluator.arn_of(declared, declared.key_span);
        self.evaluator.placing = false;
        Some((node.as_str()?.to_owned(), declared.key_span))
    }
}
