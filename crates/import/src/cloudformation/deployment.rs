//! What a template is deployed with: account, Region, parameters, and what the stack is called that it
//! made. The user says it, or CloudFormation does, if its answers are among the inputs:
//! `describe-stacks`, `describe-stack-resources`, `list-exports`, and files of parameters.

use std::collections::BTreeMap;

use kmsim_policy::json::Node;
use kmsim_types::{AccountId, Region, arn};

use super::evaluate::scalar;
use crate::Settings;
use crate::hints::{self, Folders};
use crate::importer::{Document, Importer};
use crate::node::string;
use crate::recognize::Kind;

/// What a template is evaluated with.
#[derive(Clone, Debug, Default)]
pub(super) struct Deployment {
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
    pub(super) stack_name: Option<String>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) exports: BTreeMap<String, String>,
    /// Whether things may be placed without account and Region.
    pub(super) anywhere: bool,
    /// What CloudFormation called the resources of the stack, by their logical ids.
    pub(super) physical: BTreeMap<String, String>,
}

impl Deployment {
    /// What the user says.
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            account: settings.account,
            region: settings.region.clone(),
            stack_name: settings.stack_name.clone(),
            parameters: settings.parameters.clone(),
            exports: settings.exports.clone(),
            anywhere: settings.anywhere,
            physical: BTreeMap::new(),
        }
    }
}

/// A stack, as `describe-stacks` tells it.
#[derive(Debug, Default)]
struct Stack {
    name: String,
    account: Option<AccountId>,
    region: Option<Region>,
    parameters: BTreeMap<String, String>,
}

/// What CloudFormation's answers tell.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    described: Vec<Stack>,
    exports: BTreeMap<String, String>,
    parameters: BTreeMap<String, String>,
    /// Names of resources by stack and logical id. An answer that does not name its stack is of the
    /// one that its file is called after, or of the only one.
    physical: Vec<(Option<String>, String, String)>,
}

impl Stacks {
    /// Reads the answers; templates and other documents are given back.
    pub(super) fn read<'a>(
        importer: &mut Importer<'_, 'a>,
        documents: Vec<Document<'a>>,
    ) -> (Self, Vec<Document<'a>>) {
        let mut stacks = Self::default();
        let mut others = Vec::new();
        for document in documents {
            match document.kind {
                Kind::Stacks => stacks.describe(&document.node),
                Kind::StackResources => stacks.resources(&document),
                Kind::StackExports => stacks.export(&document.node),
                Kind::StackParameters => stacks.parameterize(&document.node),
                _ => {
                    others.push(document);
                    continue;
                }
            }
            importer
                .report
                .used(&document, "what templates are deployed with");
        }
        (stacks, others)
    }

    fn describe(&mut self, answer: &Node<'_>) {
        for node in list(answer, "Stacks") {
            let Some(name) = string(node, "StackName") else {
                continue;
            };
            let parts = string(node, "StackId").and_then(arn::split);
            let mut stack = Stack {
                name: name.to_owned(),
                ..Stack::default()
            };
            if let Some([_, _, _, region, account, _]) = parts {
                stack.account = AccountId::new(account).ok();
                stack.region = Region::new(region).ok();
            }
            stack.parameters = pairs(list(node, "Parameters"), "ParameterKey", "ParameterValue");
            // What AWS hides, and what it has looked up, is not what the parameter says.
            stack.parameters.retain(|_, value| value != "****");
            let exported = list(node, "Outputs");
            self.exports
                .extend(pairs(exported, "ExportName", "OutputValue"));
            self.described.push(stack);
        }
    }

    fn export(&mut self, answer: &Node<'_>) {
        self.exports
            .extend(pairs(list(answer, "Exports"), "Name", "Value"));
    }

    /// A file of parameters: a list as the AWS CLI takes it, or an object with `Parameters`, as
    /// `CodePipeline` does.
    fn parameterize(&mut self, node: &Node<'_>) {
        if let Some(members) = node.member("Parameters").and_then(Node::as_object) {
            for member in members {
                if let Some(value) = scalar(&member.value) {
                    self.parameters
                        .insert(member.key.to_string(), value.into_owned());
                }
            }
            return;
        }
        self.parameters
            .extend(pairs(node.as_list(), "ParameterKey", "ParameterValue"));
    }

    fn resources(&mut self, document: &Document<'_>) {
        let lists = ["StackResources", "StackResourceSummaries"];
        for node in lists.iter().flat_map(|name| list(&document.node, name)) {
            let own = string(node, "StackName").map(str::to_owned);
            let stack = own.or_else(|| Some(hints::stem(&document.name).to_owned()));
            let ids = (
                string(node, "LogicalResourceId"),
                string(node, "PhysicalResourceId"),
            );
            if let (Some(logical), Some(physical)) = ids {
                self.physical
                    .push((stack, logical.to_owned(), physical.to_owned()));
            }
        }
    }

    /// What a template is deployed with. What the user says wins.
    pub(super) fn deployment(
        &self,
        template: &Document<'_>,
        is_alone: bool,
        settings: &Settings,
        folders: &Folders,
    ) -> Deployment {
        let mut deployment = Deployment::of(settings);
        let stack = self.stack_of(template, is_alone, settings);
        let name = stack.map_or_else(|| hints::stem(&template.name), |stack| &stack.name);
        if let Some(stack) = stack {
            deployment.account = deployment.account.or(stack.account);
            deployment.region = deployment.region.or_else(|| stack.region.clone());
            deployment
                .stack_name
                .get_or_insert_with(|| stack.name.clone());
            fill(&mut deployment.parameters, &stack.parameters);
        }
        fill(&mut deployment.parameters, &self.parameters);
        fill(&mut deployment.exports, &self.exports);
        let path = template.name.as_str();
        deployment.account = deployment.account.or_else(|| folders.account(path));
        deployment.region = deployment.region.or_else(|| hints::region(path));
        let is_only = is_alone && self.described.len() < 2;
        for (stack, logical, physical) in &self.physical {
            if is_only || stack.as_deref() == Some(name) {
                deployment
                    .physical
                    .insert(logical.clone(), physical.clone());
            }
        }
        deployment
    }

    /// The stack of a template: the one that the user names, the one that its file is called after, or
    /// the only one for the only template.
    fn stack_of(
        &self,
        template: &Document<'_>,
        is_alone: bool,
        settings: &Settings,
    ) -> Option<&Stack> {
        let named = |name: &str| self.described.iter().find(|stack| stack.name == name);
        if let Some(name) = &settings.stack_name {
            return named(name);
        }
        match self.described.as_slice() {
            [only] if is_alone => Some(only),
            _ => named(hints::stem(&template.name)),
        }
    }
}

fn fill(known: &mut BTreeMap<String, String>, more: &BTreeMap<String, String>) {
    for (name, value) in more {
        known.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

fn list<'n, 'a>(node: &'n Node<'a>, name: &str) -> &'n [Node<'a>] {
    node.member(name).map_or(&[], Node::as_list)
}

/// Names and values of a list of AWS.
fn pairs(items: &[Node<'_>], name: &str, value: &str) -> BTreeMap<String, String> {
    let pair = |item: &Node<'_>| {
        let name = string(item, name)?.to_owned();
        let value = item.member(value).and_then(scalar)?;
        Some((name, value.into_owned()))
    };
    items.iter().filter_map(pair).collect()
}
