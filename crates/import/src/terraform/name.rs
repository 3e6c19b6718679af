//! Names, ids and ARNs of resources: what the plan tells, else what stands for them until they are
//! created (see [`crate::placeholder`]).

use kmsim_policy::json::{Node, Value};

use super::Reader;
use crate::draft::Sort;
use crate::node::text;
use crate::placeholder;

/// The principals and policies of IAM: what they are, and the word in ARNs.
pub(super) fn of_iam(kind: &str) -> Option<(Sort, &'static str)> {
    Some(match kind {
        "aws_iam_role" => (Sort::Role, "role"),
        "aws_iam_user" => (Sort::User, "user"),
        "aws_iam_group" => (Sort::Group, "group"),
        "aws_iam_policy" => (Sort::ManagedPolicy, "policy"),
        _ => return None,
    })
}

/// Whether a resource is a KMS key.
pub(super) fn is_key(kind: &str) -> bool {
    matches!(
        kind,
        "aws_kms_key"
            | "aws_kms_external_key"
            | "aws_kms_replica_key"
            | "aws_kms_replica_external_key"
    )
}

impl<'a> Reader<'_, '_, '_, 'a> {
    /// A known attribute, also of what is only changed.
    pub(super) fn known(&self, at: usize, name: &str) -> Option<Node<'a>> {
        let resource = self.plan.resources.get(at)?;
        let mask = resource.unknown.and_then(|mask| mask.member(name));
        let is_unknown = mask.is_some_and(|mask| mask.value == Value::Bool(true));
        let value = resource.values.member(name).filter(|_| !is_unknown);
        let before = resource.before.and_then(|before| before.member(name));
        let is_stated = |node: &&Node<'_>| node.value != Value::Null && node.as_str() != Some("");
        value
            .filter(is_stated)
            .or(before.filter(is_stated))
            .cloned()
    }

    /// What stands for an id, name or ARN that AWS has not given yet.
    pub(super) fn placeholder(&mut self, at: usize, attribute: &str) -> Option<Node<'a>> {
        let resource = self.plan.resources.get(at)?;
        let (kind, span) = (resource.kind, resource.span);
        let made = match (kind, attribute) {
            (kind, "arn") if is_key(kind) => self.key_arn(at)?,
            (kind, "id" | "key_id") if is_key(kind) => self.key_id(at),
            ("aws_kms_alias", "target_key_arn") => {
                let target = self.link(at, "target_key_id")?;
                let target = target.as_str()?.to_owned();
                self.key_arn_of(at, &target)?
            }
            ("aws_kms_alias", "arn") => {
                let name = self.known(at, "name")?;
                self.regional_arn(at, "kms", name.as_str()?)?
            }
            ("aws_iam_policy", "arn" | "id") => self.iam_arn(at)?,
            (kind, "arn") if of_iam(kind).is_some() => self.iam_arn(at)?,
            (kind, "id" | "name") if of_iam(kind).is_some() => self.iam_name(at),
            ("aws_vpc_endpoint", "id") => placeholder::id("vpce", self.address(at)),
            ("aws_vpc", "id") => placeholder::id("vpc", self.address(at)),
            ("aws_organizations_policy", "id") => placeholder::id("p", self.address(at)),
            ("aws_organizations_organizational_unit", "id") => {
                // The form of a unit's id, by which attachments know what they are attached to.
                placeholder::id("ou-plan", self.address(at))
            }
            ("aws_s3_bucket", "id") => self.known(at, "bucket")?.as_str()?.to_owned(),
            ("aws_s3_bucket", "arn") => {
                let name = self.known(at, "bucket")?;
                let partition = super::provider::partition(self.region(at).as_ref());
                format!("arn:{partition}:s3:::{}", name.as_str()?)
            }
            ("aws_sqs_queue", "arn") | ("aws_sns_topic", "arn" | "id") => {
                let name = self.known(at, "name")?;
                let service = if kind == "aws_sqs_queue" {
                    "sqs"
                } else {
                    "sns"
                };
                self.regional_arn(at, service, name.as_str()?)?
            }
            ("aws_sqs_queue", "id" | "url") => {
                let name = self.known(at, "name")?;
                let (account, region) = (self.account(at)?, self.region(at)?);
                let suffix = region.partition().dns_suffix();
                let region = region.as_str();
                format!("https://sqs.{region}.{suffix}/{account}/{}", name.as_str()?)
            }
            ("aws_secretsmanager_secret", "arn" | "id") => {
                let name = self.known(at, "name")?;
                let name = format!("secret:{}-000000", name.as_str()?);
                self.regional_arn(at, "secretsmanager", &name)?
            }
            _ => return None,
        };
        Some(text(made, span))
    }

    pub(super) fn address(&self, at: usize) -> &str {
        self.plan
            .resources
            .get(at)
            .map_or("", |resource| resource.address)
    }

    /// The ARN of a key.
    pub(super) fn key_arn(&mut self, at: usize) -> Option<String> {
        if let Some(arn) = self.known(at, "arn").as_ref().and_then(Node::as_str) {
            return Some(arn.to_owned());
        }
        let id = self.key_id(at);
        self.regional_arn(at, "kms", &format!("key/{id}"))
    }

    fn key_id(&mut self, at: usize) -> String {
        for name in ["key_id", "id"] {
            if let Some(id) = self.known(at, name).as_ref().and_then(Node::as_str) {
                return id.to_owned();
            }
        }
        let is_replica = self
            .plan
            .resources
            .get(at)
            .is_some_and(|resource| resource.kind.contains("_replica_"));
        if is_replica {
            let primary = self.link(at, "primary_key_arn");
            let primary = primary.as_ref().and_then(Node::as_str);
            if let Some((_, id)) = primary.and_then(|arn| arn.rsplit_once(":key/")) {
                return id.to_owned();
            }
        }
        let multi_region = self.known(at, "multi_region");
        let multi_region = multi_region.is_some_and(|node| node.value == Value::Bool(true));
        placeholder::key_id(self.address(at), multi_region || is_replica)
    }

    /// The ARN of a key by its id or ARN, as a resource beside it names it.
    pub(super) fn key_arn_of(&mut self, at: usize, key: &str) -> Option<String> {
        if key.starts_with("arn:") {
            return Some(key.to_owned());
        }
        self.regional_arn(at, "kms", &format!("key/{key}"))
    }

    /// The ARN of a principal or managed policy.
    pub(super) fn iam_arn(&mut self, at: usize) -> Option<String> {
        if let Some(arn) = self.known(at, "arn").as_ref().and_then(Node::as_str) {
            return Some(arn.to_owned());
        }
        let kind = self.plan.resources.get(at)?.kind;
        let (_, word) = of_iam(kind)?;
        let path = self.known(at, "path");
        let path = path.as_ref().and_then(Node::as_str).unwrap_or("/");
        let name = self.iam_name(at);
        let account = self.account(at)?;
        let partition = super::provider::partition(self.region(at).as_ref());
        let resource = placeholder::iam_name(word, path, &name);
        Some(format!("arn:{partition}:iam::{account}:{resource}"))
    }

    /// The name of a principal or managed policy; its address in letters that names may have, where
    /// Terraform will make one up.
    fn iam_name(&mut self, at: usize) -> String {
        if let Some(name) = self.known(at, "name").as_ref().and_then(Node::as_str) {
            return name.to_owned();
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
        let name = self.address(at).chars();
        let name: String = name.map(|c| if is_plain(c) { c } else { '-' }).collect();
        name.trim_matches('-').to_owned()
    }

    fn regional_arn(&mut self, at: usize, service: &str, resource: &str) -> Option<String> {
        let (account, region) = (self.account(at)?, self.region(at)?);
        let partition = region.partition();
        Some(format!(
            "arn:{partition}:{service}:{}:{account}:{resource}",
            region.as_str()
        ))
    }
}
