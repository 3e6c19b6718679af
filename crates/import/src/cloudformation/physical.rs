//! What `Ref` and `Fn::GetAtt` give for a resource ("Return values" in the reference of each type).
//!
//! A name that the template states is used. Where CloudFormation would make one up, the logical id
//! stands for it (see [`crate::placeholder`]).

use kmsim_authz::truth::Truth;
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::{AccountId, Region};

use super::evaluate::{Evaluated, Evaluator};
use crate::draft::Sort;
use crate::node::{text, unknown};
use crate::placeholder;

/// How the resources of a type are named.
#[derive(Debug)]
struct Naming {
    /// The type.
    sort: &'static str,
    /// The property that states the name.
    property: &'static str,
    /// What `Ref` gives: the name, or the ARN.
    by_name: bool,
    /// The ARN behind the partition: `{r}` is the Region, `{a}` the account, `{n}` the name.
    arn: &'static str,
}

const fn naming(
    sort: &'static str,
    property: &'static str,
    by_name: bool,
    arn: &'static str,
) -> Naming {
    Naming {
        sort,
        property,
        by_name,
        arn,
    }
}

const NAMED: [Naming; 8] = [
    naming("AWS::S3::Bucket", "BucketName", true, "s3:::{n}"),
    naming("AWS::SQS::Queue", "QueueName", true, "sqs:{r}:{a}:{n}"),
    naming("AWS::SNS::Topic", "TopicName", false, "sns:{r}:{a}:{n}"),
    // AWS adds six characters of its own.
    naming(
        "AWS::SecretsManager::Secret",
        "Name",
        false,
        "secretsmanager:{r}:{a}:secret:{n}-000000",
    ),
    naming(
        "AWS::Lambda::Function",
        "FunctionName",
        true,
        "lambda:{r}:{a}:function:{n}",
    ),
    naming(
        "AWS::DynamoDB::Table",
        "TableName",
        true,
        "dynamodb:{r}:{a}:table/{n}",
    ),
    naming(
        "AWS::Logs::LogGroup",
        "LogGroupName",
        true,
        "logs:{r}:{a}:log-group:{n}:*",
    ),
    naming(
        "AWS::ECR::Repository",
        "RepositoryName",
        true,
        "ecr:{r}:{a}:repository/{n}",
    ),
];

/// The type of a resource.
pub(super) fn kind<'n>(declared: &'n Node<'_>) -> &'n str {
    declared
        .member("Type")
        .and_then(Node::as_str)
        .unwrap_or_default()
}

/// The principals and policies of IAM: sort, the property that states the name, the word in ARNs.
pub(super) fn of_iam(kind: &str) -> Option<(Sort, &'static str, &'static str)> {
    Some(match kind {
        "AWS::IAM::Role" => (Sort::Role, "RoleName", "role"),
        "AWS::IAM::User" => (Sort::User, "UserName", "user"),
        "AWS::IAM::Group" => (Sort::Group, "GroupName", "group"),
        "AWS::IAM::ManagedPolicy" => (Sort::ManagedPolicy, "ManagedPolicyName", "policy"),
        _ => return None,
    })
}

impl<'t, 'a> Evaluator<'t, 'a> {
    /// A property of a resource.
    pub(super) fn property(&mut self, declared: &'t Member<'a>, name: &str) -> Evaluated<'a> {
        let properties = declared.value.member("Properties")?;
        if let Some(call) = properties.member("Fn::Transform") {
            let why = "a transform changes this resource when it is deployed";
            return Some(unknown(why, call.span));
        }
        let value = self.value(properties.member(name)?)?;
        (value.value != Value::Null).then_some(value)
    }

    /// Whether the condition of a resource holds, so that it is created.
    pub(super) fn exists(&mut self, declared: &'t Member<'a>) -> super::condition::Held {
        let condition = declared.value.member("Condition");
        match condition.and_then(|node| Some((node.as_str()?, node.span))) {
            Some((name, span)) => self.condition(name, span),
            None => true.into(),
        }
    }

    /// What `Ref` gives for a resource.
    pub(super) fn resource_reference(&mut self, declared: &'t Member<'a>, span: Span) -> Node<'a> {
        if let Some(absent) = self.absent(declared, span) {
            return absent;
        }
        let kind = kind(&declared.value);
        if let Some((sort, property, _)) = of_iam(kind) {
            if sort == Sort::ManagedPolicy {
                return self.arn_of(declared, span);
            }
            let name = self.name(declared, property);
            return text(String::from(name), span);
        }
        let logical = &*declared.key;
        match kind {
            "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => text(self.key_id(declared), span),
            "AWS::KMS::Alias" => {
                let name = self.property(declared, "AliasName");
                name.map_or_else(
                    || unknown("the alias has no name", span),
                    |name| Node { span, ..name },
                )
            }
            "AWS::EC2::VPCEndpoint" => text(self.id("vpce", logical), span),
            "AWS::EC2::VPC" => text(self.id("vpc", logical), span),
            "AWS::Organizations::Policy" => text(placeholder::id("p", logical), span),
            "AWS::SQS::Queue" => self.queue_url(declared, span),
            _ => {
                let Some(naming) = NAMED.iter().find(|naming| naming.sort == kind) else {
                    return unknown_of(declared, "its `Ref`", span);
                };
                if naming.by_name {
                    let name = self.name(declared, naming.property);
                    return text(String::from(name), span);
                }
                self.arn_of(declared, span)
            }
        }
    }

    /// What `Fn::GetAtt` gives for a resource.
    pub(super) fn resource_attribute(
        &mut self,
        declared: &'t Member<'a>,
        attribute: &str,
        span: Span,
    ) -> Node<'a> {
        if let Some(absent) = self.absent(declared, span) {
            return absent;
        }
        let kind = kind(&declared.value);
        let is_arn = match kind {
            "AWS::IAM::ManagedPolicy" => attribute == "PolicyArn",
            "AWS::SNS::Topic" => attribute == "TopicArn",
            "AWS::SecretsManager::Secret" => attribute == "Id",
            _ => attribute == "Arn",
        };
        match (kind, attribute) {
            _ if is_arn => self.arn_of(declared, span),
            ("AWS::KMS::Key" | "AWS::KMS::ReplicaKey", "KeyId") => {
                text(self.key_id(declared), span)
            }
            ("AWS::EC2::VPCEndpoint", "Id") | ("AWS::EC2::VPC", "VpcId") => {
                self.resource_reference(declared, span)
            }
            ("AWS::SQS::Queue", "QueueUrl") => self.queue_url(declared, span),
            ("AWS::SQS::Queue", "QueueName") | ("AWS::SNS::Topic", "TopicName") => {
                text(String::from(self.name(declared, attribute)), span)
            }
            _ => unknown_of(declared, &format!("its `{}`", excerpt(attribute)), span),
        }
    }

    /// What stands for a resource that is not created.
    fn absent(&mut self, declared: &'t Member<'a>, span: Span) -> Option<Node<'a>> {
        let exists = self.exists(declared);
        (exists.truth == Truth::No).then(|| {
            let why = format!("`{}` is not created", excerpt(&declared.key));
            unknown(why, span)
        })
    }

    /// The name of a resource: what its property states, else its logical id.
    pub(super) fn name(&mut self, declared: &'t Member<'a>, property: &str) -> Box<str> {
        let logical = &*declared.key;
        if let Some(physical) = self.deployment.physical.get(logical) {
            // The physical id of a queue is its URL, that of other things their ARN or name.
            let name = physical.rsplit(['/', ':']).next().unwrap_or(physical);
            return name.into();
        }
        match self.names.get(logical) {
            Some(Some(name)) => return name.clone(),
            Some(None) => {
                let message = format!("the name of `{}` refers to itself", excerpt(logical));
                self.mistake(declared.key_span, message);
                return logical.into();
            }
            None => {}
        }
        self.names.insert(logical, None);
        let stated = self.property(declared, property);
        let name: Box<str> = match stated {
            None if kind(&declared.value) == "AWS::S3::Bucket" => logical.to_lowercase().into(),
            None => logical.into(),
            Some(node) => {
                if node.as_str().is_none() {
                    self.assume_name(logical, &node);
                }
                node.as_str().unwrap_or(logical).into()
            }
        };
        self.names.insert(logical, Some(name.clone()));
        name
    }

    fn assume_name(&mut self, logical: &str, stated: &Node<'_>) {
        let shown = excerpt(logical);
        if let Some(why) = stated.unknown() {
            self.assumed.push(format!(
                "the name of `{shown}` is not known ({why}); it is called `{shown}`"
            ));
        } else {
            let message = format!("the name of `{shown}` is no string");
            self.mistake(stated.span, message);
        }
    }

    /// The id of a key. A replica has the id of its primary.
    pub(super) fn key_id(&mut self, declared: &'t Member<'a>) -> String {
        if let Some(physical) = self.deployment.physical.get(&*declared.key) {
            return physical.clone();
        }
        if kind(&declared.value) == "AWS::KMS::ReplicaKey" {
            let primary = self.property(declared, "PrimaryKeyArn");
            let primary = primary.as_ref().and_then(Node::as_str);
            let id = primary.and_then(|arn| arn.rsplit_once(":key/"));
            return id.map_or_else(
                || placeholder::key_id(&declared.key, true),
                |(_, id)| id.to_owned(),
            );
        }
        let multi_region = self.property(declared, "MultiRegion");
        let multi_region = multi_region.is_some_and(|node| is_true(&node));
        placeholder::key_id(&declared.key, multi_region)
    }

    /// The id of a thing that AWS names by letters and digits.
    pub(super) fn id(&self, prefix: &str, logical: &str) -> String {
        let physical = self.deployment.physical.get(logical).cloned();
        physical.unwrap_or_else(|| placeholder::id(prefix, logical))
    }

    /// The ARN of a resource.
    pub(super) fn arn_of(&mut self, declared: &'t Member<'a>, span: Span) -> Node<'a> {
        let physical = self.deployment.physical.get(&*declared.key);
        if let Some(arn) = physical.filter(|physical| physical.starts_with("arn:")) {
            return text(arn.clone(), span);
        }
        let sort = kind(&declared.value);
        let (shape, name) = match sort {
            "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => {
                ("kms:{r}:{a}:key/{n}", self.key_id(declared))
            }
            "AWS::EC2::VPCEndpoint" => (
                "ec2:{r}:{a}:vpc-endpoint/{n}",
                self.id("vpce", &declared.key),
            ),
            _ => match (
                of_iam(sort),
                NAMED.iter().find(|naming| naming.sort == sort),
            ) {
                (Some((_, property, word)), _) => {
                    let name = self.name(declared, property);
                    let path = self.path(declared);
                    ("iam::{a}:{n}", placeholder::iam_name(word, &path, &name))
                }
                (None, Some(naming)) => (naming.arn, self.name(declared, naming.property).into()),
                (None, None) => return unknown_of(declared, "its ARN", span),
            },
        };
        self.filled(shape, &name, span)
    }

    /// The path of a principal or policy of IAM.
    fn path(&mut self, declared: &'t Member<'a>) -> String {
        let Some(path) = self.property(declared, "Path") else {
            return "/".to_owned();
        };
        if let Some(path) = path.as_str() {
            return path.to_owned();
        }
        let shown = excerpt(&declared.key);
        let assumed = format!("the path of `{shown}` is not known; it is taken for `/`");
        if !self.assumed.contains(&assumed) {
            self.assumed.push(assumed);
        }
        "/".to_owned()
    }

    /// An ARN from its shape. Unknown if it needs an account or a Region that are not known.
    pub(super) fn filled(&self, shape: &str, name: &str, span: Span) -> Node<'a> {
        let stand_in = self.placing && self.deployment.anywhere;
        let account = self.deployment.account;
        let account = account.or_else(|| placeholder::account().filter(|_| stand_in));
        let region = self.deployment.region.clone();
        let region = region.or_else(|| placeholder::region().filter(|_| stand_in));
        let missing = |what: &str, option: &str| {
            unknown(
                format!("the {what} of the stack is not given ({option})"),
                span,
            )
        };
        let account = match &account {
            None if shape.contains("{a}") => {
                return missing("account", "--account or --from-account");
            }
            account => account.as_ref().map_or("", AccountId::as_str),
        };
        let region = match &region {
            None if shape.contains("{r}") => return missing("Region", "--region or --from-region"),
            region => region.as_ref().map_or("", Region::as_str),
        };
        let rest = shape.replace("{r}", region).replace("{a}", account);
        // The name comes last, since it may hold anything.
        let rest = rest.replace("{n}", name);
        text(format!("arn:{}:{rest}", self.partition()), span)
    }

    fn queue_url(&mut self, declared: &'t Member<'a>, span: Span) -> Node<'a> {
        let name = self.name(declared, "QueueName");
        match (&self.deployment.region, &self.deployment.account) {
            (Some(region), Some(account)) => {
                let suffix = region.partition().dns_suffix();
                let (region, account) = (region.as_str(), account.as_str());
                text(
                    format!("https://sqs.{region}.{suffix}/{account}/{name}"),
                    span,
                )
            }
            _ => unknown("the account and Region of the stack are not given", span),
        }
    }
}

fn unknown_of<'a>(declared: &Member<'_>, what: &str, span: Span) -> Node<'a> {
    let name = excerpt(&declared.key);
    let why = format!("`{name}` is not created yet, so {what} is not known");
    unknown(why, span)
}

/// Whether a value is `true`, also as text.
pub(super) fn is_true(node: &Node<'_>) -> bool {
    node.value == Value::Bool(true)
        || node
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}
