//! From the resources of a template to a draft.

use std::collections::BTreeSet;

use kmsim_authz::truth::Truth;
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use super::evaluate::{Evaluated, Evaluator};
use super::physical::{kind, of_iam};
use crate::draft::{Draft, Sort};
use crate::node::{text, unknown, unknown_reason};

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

/// A template that is being read.
#[derive(Debug)]
pub(super) struct Stack<'d, 't, 'a> {
    pub(super) evaluator: Evaluator<'t, 'a>,
    pub(super) draft: &'d mut Draft<'a>,
    pub(super) account: String,
    /// The users, roles and groups of the template: sort, name and ARN.
    pub(super) principals: Vec<(Sort, String, String)>,
    /// How many things of which word were read.
    pub(super) counts: Vec<(&'static str, usize)>,
    /// Types that were passed over.
    pub(super) others: Vec<String>,
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
        self.summary()
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
        if declared.key.starts_with("Fn::ForEach") {
            let message = "a loop (`Fn::ForEach`) of the template is not expanded; what it makes is not considered";
            self.draft.gap("not-read", message);
            return;
        }
        let exists = self.evaluator.exists(declared);
        match exists.truth {
            Truth::No => return,
            Truth::Yes => {}
            Truth::Unknown => {
                let name = excerpt(&declared.key);
                let why = exists.why.as_str();
                let message = format!(
                    "whether `{name}` is created is not known ({why}); it is taken for created"
                );
                self.draft.gap("assumed", message);
            }
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
            self.count(word);
        }
    }

    fn other(&mut self, sort: &str) {
        if UNREAD.contains(&sort) || sort.starts_with("AWS::Serverless::") {
            let message = format!(
                "what `{}` of the template grants is not considered",
                excerpt(sort)
            );
            self.draft.gap("not-read", message);
        }
        let sort = excerpt(sort);
        if !self.others.contains(&sort) {
            self.others.push(sort);
        }
    }

    fn count(&mut self, word: &'static str) {
        match self.counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((word, 1)),
        }
    }

    fn summary(&mut self) -> String {
        let mut parts: Vec<String> = self
            .counts
            .iter()
            .map(|(word, count)| counted(*count, word))
            .collect();
        if parts.is_empty() {
            parts.push("nothing about permissions".to_owned());
        }
        let others: BTreeSet<&str> = self.others.iter().map(String::as_str).collect();
        let others: Vec<&str> = others.into_iter().collect();
        if !others.is_empty() {
            parts.push(format!("passed over {}", others.join(", ")));
        }
        parts.join(", ")
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
        if let Some(why) = unknown_reason(&node) {
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
        let node = self.evaluator.arn_of(declared, declared.key_span);
        Some((node.as_str()?.to_owned(), declared.key_span))
    }
}

/// "1 key", "2 keys", "2 managed policies".
pub(crate) fn counted(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) if !word.ends_with("key") => format!("{count} {stem}ies"),
        (_, _) if word.ends_with('s') => format!("{count} {word}es"),
        _ => format!("{count} {word}s"),
    }
}
